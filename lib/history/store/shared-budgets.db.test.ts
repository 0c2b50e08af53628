import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { recordRequestBudgetUses, readKnownBudgets } from './shared-budgets.ts'
import { readPollPlanState } from './poll-plan-state.ts'

const db = withTestDatabase()
const draw = (...draws: [budget: string, refillMs: number][]) =>
  recordRequestBudgetUses(
    db.pool,
    draws.map(([budget, refillMs]) => ({ budget, refillMs })),
  )

it('what workers draw of a budget adds up, is refilled by time, and is no other budget’s', async () => {
  expect(await draw(['s reads', 60_000], ['s writes', 0])).toEqual([60_000, 0])
  const [behind = 0, other] = await draw(['s reads', 40_000], ['t reads', 1_000])
  expect(other).toBe(1_000)
  expect(behind).toBeLessThanOrEqual(100_000)
  expect(behind).toBeGreaterThan(90_000)
  // a budget that has been full for a long time has no additional credit
  await db.pool.query(
    `UPDATE deployment SET value = value || '{"refilledAt": 0}', updated_at = clock_timestamp() - interval '6 days' WHERE key = 'requests s reads'`,
  )
  expect(await readKnownBudgets(db.pool)).toEqual(['s reads', 's writes', 't reads'])
  expect(await draw(['s reads', 5_000])).toEqual([5_000])
  await db.pool.query("UPDATE deployment SET updated_at = updated_at - interval '8 days' WHERE key LIKE 'requests s%'")
  expect(await readKnownBudgets(db.pool)).toEqual(['t reads'])
  expect(await readPollPlanState(db.pool)).toBeNull()
})

it('draws of several workers at a time are each counted once', async () => {
  const behind = await Promise.all(Array.from({ length: 8 }, () => draw(['a writes', 100_000], ['b writes', 100_000])))
  const all = behind.map(([, b = 0]) => Math.round(b / 100_000)).toSorted((a, b) => a - b)
  expect(all).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})
