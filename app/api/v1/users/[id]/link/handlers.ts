import { assertMayGive, makeLink, userById } from '#lib/access/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const POST = commandRoute(
  'linkUser',
  async ({ db, id, caller }) => {
    // whoever opens the link becomes him
    assertMayGive(caller, await userById(db.pool, id))
    return { data: { link: await makeLink(db.pool, id) } }
  },
  { before: async () => null, after: () => null },
)
