import { wallAnswer } from '../../../_shared/wall-answer.ts'
import { queryRoute } from '../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('wall', () => wallAnswer.ask())
export {
  notAllowed as DELETE,
  notAllowed as PATCH,
  notAllowed as POST,
  notAllowed as PUT,
} from '../../_http/handler.ts'
