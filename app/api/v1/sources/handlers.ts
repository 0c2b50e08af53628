import { getSources } from '#lib/setup/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('sources', ({ db, parameters }) => getSources(db, parameters))
