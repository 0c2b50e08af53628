import { setImmediate as breathe } from 'node:timers/promises'
import type { EpochMs } from '#lib/contract/index.ts'
import { billingMonth, takeOverOfStored } from '../../rules/index.ts'
import { costTraffic, forgetCostTraffic } from '../../store/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { BackgroundPace } from '#lib/resilience/answers/index.ts'
import { readCircuitStandings } from './circuit-inputs.ts'
import { isGoodTraffic, keep, makeTraffic } from './kept-traffic.ts'
import { readTakeOvers } from './read-take-overs.ts'

/** What is older is computed again by the job: once an hour, as it runs each ten minutes. */
const FRESH_FOR_MS = 3_300_000
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
  // a question may have worked out a circuit's bytes before the tables were read: what it must take over is added as soon as they are
  const lacking = standings.filter((standing) => {
    const one = stored.get(standing.resource.id)
    return one !== undefined && !old.includes(standing) && takeOverOfStored(one.body) === null
  })
  const wanted = old.length + lacking.length > 0
  const takeOvers = wanted ? await readTakeOvers(q, now, new BackgroundPace(SHARE, signal)) : null
  const due = [...old, ...lacking.filter(({ resource }) => takeOvers?.has(resource.id))]
  for (const standing of due) {
    signal.throwIfAborted()
    const takeOver = takeOvers?.get(standing.resource.id) ?? null
    await keep(q, standing, period, { ...(await makeTraffic(q, standing, period)), takeOver })
    // polls of this process come first
    await breathe()
  }
  await forgetCostTraffic(q, period.month.name)
  return { circuits: standings.length, made: due.length }
}
