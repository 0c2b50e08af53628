import { listNetworks } from '#lib/networks/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('networks', ({ db, parameters }) => listNetworks(db, parameters))
