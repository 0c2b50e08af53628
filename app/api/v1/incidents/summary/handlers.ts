import { getIncidentsSummary } from '#lib/incidents/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('incidentsSummary', ({ db, parameters }) => getIncidentsSummary(db, parameters))
