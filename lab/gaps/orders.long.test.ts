import { expect, it } from 'vitest'
import { runTestInSeveralPollOrders } from './orders.ts'
import { planDisturbedPollTestRun } from './plan.ts'

/** Number of worlds, and of orders for each: 1,000 interleavings in total. */
const SEEDS = Array.from({ length: 40 }, (_, n) => n + 1)
const ORDERS = 25

it.each(SEEDS)(
  'the world of seed %i has the same events in each order of its answers',
  { timeout: 600_000 },
  async (seed) => {
    expect(await runTestInSeveralPollOrders(planDisturbedPollTestRun(seed, 150), ORDERS)).toEqual([])
  },
)
