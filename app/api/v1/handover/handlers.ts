import { getHandover } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('handover', ({ db, parameters }) => getHandover(db, parameters))
