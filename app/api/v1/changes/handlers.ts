import { getChanges } from '#lib/incidents/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('changes', ({ db, parameters }) => getChanges(db, parameters))
