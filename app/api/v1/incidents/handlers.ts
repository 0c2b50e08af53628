import { getIncidents } from '#lib/incidents/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('incidents', ({ db, parameters }) => getIncidents(db, parameters))
