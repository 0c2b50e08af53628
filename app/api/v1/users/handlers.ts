import { addUser, assertMayGive, listUsers, makeLink, userView } from '#lib/access/index.ts'
import { databaseBeside, WholeDeploymentError } from '#lib/questions/index.ts'
import { aboutNoPoll } from '../../_http/envelope.ts'
import { commandRoute, queryRoute } from '../../_http/handler.ts'

/** The role of questions may not read how people sign in. */
export const GET = queryRoute('users', async ({ caller }) => {
  if (caller.scope !== 'everything') throw new WholeDeploymentError()
  return aboutNoPoll((await listUsers(databaseBeside('commands').pool)).map(userView))
})

export const POST = commandRoute(
  'addUser',
  async ({ db, body, caller }) => {
    assertMayGive(caller, body)
    return db.transaction(async (client) => {
      const id = await addUser(client, body)
      return { data: { id, link: await makeLink(client, id) } }
    })
  },
  {
    before: async () => null,
    after: (_, { body }) => body,
    subject: ({ data }) => data.id,
  },
)
