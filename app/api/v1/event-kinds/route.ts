import { getEventKinds } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('eventKinds', () => getEventKinds())
export {
  notAllowed as DELETE,
  notAllowed as PATCH,
  notAllowed as POST,
  notAllowed as PUT,
} from '../../_http/handler.ts'
