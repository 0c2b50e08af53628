import { assertMayGive, endSessions, userById } from '#lib/access/index.ts'
import { announceAccess } from '#lib/questions/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const DELETE = commandRoute(
  'endSessions',
  async ({ db, id, caller }) => {
    assertMayGive(caller, await userById(db.pool, id))
    const ended = await endSessions(db.pool, id, null)
    await announceAccess(db.pool)
    return { data: { ended } }
  },
  { before: async () => null, after: ({ data }) => data },
)
