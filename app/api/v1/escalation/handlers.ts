import { listEscalation, replaceEscalation } from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { databaseBeside } from '#lib/questions/index.ts'
import { aboutNoPoll } from '../../_http/envelope.ts'
import { commandRoute, queryRoute } from '../../_http/handler.ts'

/** Channels are named, whose table the role of questions may not read. */
export const GET = queryRoute('escalation', async ({ caller }) =>
  aboutNoPoll(await listEscalation(databaseBeside('commands'), caller.scope, databaseClock.now())),
)

export const PUT = commandRoute(
  'putEscalation',
  async ({ db, body, caller }) => {
    await replaceEscalation(db, body, { clock: databaseClock })
    return aboutNoPoll(await listEscalation(db, caller.scope, databaseClock.now()))
  },
  {
    before: async ({ db }) => withoutShifts(await listEscalation(db, 'everything', databaseClock.now())),
    after: ({ data }) => withoutShifts(data),
  },
)

/** What was changed; who is on call follows from it and from the time. */
const withoutShifts = ({ policies, rotations }: Awaited<ReturnType<typeof listEscalation>>) => ({
  policies,
  rotations: rotations.map(({ now: _, next: __, ...rotation }) => rotation),
})
