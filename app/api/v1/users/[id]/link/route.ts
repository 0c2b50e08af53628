import { assertMayGive, listUsers, makeLink, UnknownAccessError } from '#lib/access/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const POST = commandRoute(
  'linkUser',
  async ({ db, id, caller }) => {
    const user = (await listUsers(db.pool)).find((one) => one.id === id)
    if (!user) throw new UnknownAccessError('There is no such user.')
    // whoever opens the link becomes him
    assertMayGive(caller, user)
    return { data: { link: await makeLink(db.pool, id) } }
  },
  { before: async () => null, after: () => null },
)
