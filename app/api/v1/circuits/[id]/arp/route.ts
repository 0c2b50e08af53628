import { getArpHistory } from '#lib/queries/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('arpHistory', ({ db, id, parameters }) => getArpHistory(db, id, parameters))
export {
  notAllowed as DELETE,
  notAllowed as PATCH,
  notAllowed as POST,
  notAllowed as PUT,
} from '../../../../_http/handler.ts'
