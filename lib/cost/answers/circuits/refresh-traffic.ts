import { setImmediate as breathe } from 'node:timers/promises'
import type { EpochMs } from '#lib/contract/index.ts'
import { billingMonth } from '../../rules/index.ts'
import { costTraffic, forgetCostTraffic } from '../../store/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { BackgroundPace } from '#lib/resilience/answers/index.ts'
import { readCircuitStandings } from './circuit-inputs.ts'
import { isGoodTraffic, keep, makeTraffic } from './kept-traffic.ts'
import { readTakeOvers } from './read-take-overs.ts'

/** What is older is computed again by the job, which runs each hour. */
const FRESH_FOR_MS = 1_800_000
/** Of the time of the process that works out what circuits must take over; the rest is its polls'. */
const SHARE = 0.25

/**
 * Works out what is not fresh any more of the current month, one circuit after the other, and forgets former months.
 * @returns figures for the log
 */
export async function refreshCostTraffic(
  q: Queryable,
  now: EpochMs,
  signal: AbortSignal,
): Promise<{ circuits: number; made: number }> {
  const period = { month: billingMonth(now), now }
  const standings = await readCircuitStandings(q, period)
  const stored = await costTraffic(q, period.month.name)
  const old = standings.filter((standing) => {
    const one = stored.get(standing.resource.id)
    return !one || !isGoodTraffic(one, standing, period, FRESH_FOR_MS)
  })
  const takeOvers = old.length > 0 ? await readTakeOvers(q, now, new BackgroundPace(SHARE, signal)) : null
  for (const standing of old) {
    signal.throwIfAborted()
    const takeOver = takeOvers?.get(standing.resource.id) ?? null
    await keep(q, standing, period, { ...(await makeTraffic(q, standing, period)), takeOver })
    // polls of this process come first
    await breathe()
  }
  await forgetCostTraffic(q, period.month.name)
  return { circuits: standings.length, made: old.length }
}
