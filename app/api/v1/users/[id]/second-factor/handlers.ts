import { assertMayGive, resetSecondFactor, secondFactorOf, secondFactorWords, userById } from '#lib/access/index.ts'
import { announceAccess } from '#lib/questions/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const DELETE = commandRoute(
  'resetSecondFactor',
  async ({ db, id, caller }) => {
    // whoever opens the link becomes him
    assertMayGive(caller, await userById(db.pool, id))
    const link = await resetSecondFactor(db, id)
    await announceAccess(db.pool)
    return { data: { link } }
  },
  { before: async ({ db, id }) => secondFactorWords(await secondFactorOf(db.pool, id)), after: () => null },
)
