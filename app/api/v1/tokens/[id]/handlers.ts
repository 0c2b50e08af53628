import { isWithin, parseScope } from '#lib/contract/index.ts'
import { recordEnded, revokeToken, tokenById, tokenView, UnknownAccessError } from '#lib/access/index.ts'
import { announceAccess } from '#lib/questions/index.ts'
import { commandRoute } from '../../../_http/handler.ts'

export const DELETE = commandRoute(
  'revokeToken',
  async ({ db, id, caller, address }) => {
    const { scopes } = await tokenById(db.pool, id)
    if (!isWithin(parseScope(scopes), caller.scope)) throw new UnknownAccessError('There is no such token.')
    const { token, dependent } = await revokeToken(db.pool, id)
    await recordEnded(db.pool, { actor: caller, address }, token.name, dependent)
    await announceAccess(db.pool)
    return { data: tokenView(token) }
  },
  { before: async () => null, after: () => ({ revoked: true }) },
)
