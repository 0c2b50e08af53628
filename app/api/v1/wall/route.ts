import { wallAnswer } from '../../../_shared/wall-answer.ts'
import { queryRoute } from '../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('wall', ({ caller }) => wallAnswer(caller.scope))
