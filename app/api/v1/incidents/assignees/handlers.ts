import { assigneesFor, listUsers } from '#lib/access/index.ts'
import { databaseBeside } from '#lib/questions/index.ts'
import { lateAssignees } from '#lib/incidents/answers/index.ts'
import { aboutNoPoll } from '../../../_http/envelope.ts'
import { queryRoute } from '../../../_http/handler.ts'

/** The role of questions may not read how people sign in. */
export const GET = queryRoute('assignees', async ({ db, caller }) => {
  const users = assigneesFor(caller, await listUsers(databaseBeside('commands').pool))
  const isUser = new Set(users.map((name) => name.toLowerCase()))
  const others = (await lateAssignees(db)).filter((name) => !isUser.has(name.toLowerCase()))
  return aboutNoPoll([
    ...users.map((name) => ({ name, isUser: true })),
    ...others.map((name) => ({ name, isUser: false })),
  ])
})
