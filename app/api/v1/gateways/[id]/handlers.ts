import { getGateway } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('gateway', ({ db, id }) => getGateway(db, id))
