import { assertMayGive, changeUser, recordEnded, removeUser, userById, userView } from '#lib/access/index.ts'
import type { User } from '#lib/access/api/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { announceAccess } from '#lib/questions/index.ts'
import { commandRoute } from '../../../_http/handler.ts'

const userOf = async (db: Queryable, id: string): Promise<User> => userView(await userById(db, id))

export const PUT = commandRoute(
  'changeUser',
  async ({ db, id, body, caller }) => {
    // neither what he gets nor what is taken from him may be more than the caller has
    assertMayGive(caller, await userOf(db.pool, id))
    assertMayGive(caller, body)
    await changeUser(db, id, body)
    await announceAccess(db.pool)
    return { data: await userOf(db.pool, id) }
  },
  { before: ({ db, id }) => userOf(db.pool, id), after: ({ data }) => data },
)

export const DELETE = commandRoute(
  'removeUser',
  async ({ db, id, caller, address }) => {
    const user = await userOf(db.pool, id)
    assertMayGive(caller, user)
    await recordEnded(db.pool, { actor: caller, address }, user.email, await removeUser(db, id))
    await announceAccess(db.pool)
    return { data: { id } }
  },
  { before: ({ db, id }) => userOf(db.pool, id), after: () => null },
)
