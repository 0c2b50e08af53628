import { getIncident } from '#lib/incidents/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('incident', ({ db, id }) => getIncident(db, id))
