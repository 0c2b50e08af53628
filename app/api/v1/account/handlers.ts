import { accountView } from '#lib/access/index.ts'
import { aboutNoPoll } from '../../_http/envelope.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('account', ({ caller }) => aboutNoPoll(accountView(caller)))
