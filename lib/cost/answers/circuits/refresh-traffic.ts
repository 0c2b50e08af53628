import { setImmediate as breathe } from 'node:timers/promises'
import type { EpochMs } from '#lib/contract/index.ts'
import { getBillingMonth, parseStoredFailoverTraffic } from '../../rules/index.ts'
import { readCostTraffic, deleteCostTraffic } from '../../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { BackgroundComputationThrottle } from '#lib/resilience/answers/index.ts'
import { readCostCircuits } from './circuit-inputs.ts'
import { isStoredTrafficValid, saveComputedTraffic, computeCircuitMonthTraffic } from './computed-traffic.ts'
import { readFailoverTraffic } from './read-failover-traffic.ts'

/**
 * Age in milliseconds (55 minutes) at which the job computes stored traffic again. The job runs every ten minutes, so
 * that the traffic of each circuit is computed about once an hour.
 */
const FRESH_FOR_MS = 3_300_000
/**
 * Maximum share of the time of this process in which the job computes the traffic after failures ("take-over"). The
 * rest is left for the polls in the same process.
 */
const SHARE = 0.25

/**
 * Computes the traffic of the current month for each circuit whose stored traffic is missing, too old, made from other
 * inputs, or without the traffic after failures elsewhere ("take-over"). The circuits are computed one after the other.
 * Also deletes the rows of earlier months.
 * @returns numbers for the log
 */
export async function refreshCostTraffic(
  q: SqlExecutor,
  now: EpochMs,
  signal: AbortSignal,
): Promise<{ circuits: number; made: number }> {
  const period = { month: getBillingMonth(now), now }
  const standings = await readCostCircuits(q, period)
  const stored = await readCostTraffic(q, period.month.name)
  const old = standings.filter((standing) => {
    const one = stored.get(standing.resource.id)
    return !one || !isStoredTrafficValid(one, standing, period, FRESH_FOR_MS)
  })
  // A request stores the traffic of a circuit without the traffic after failures elsewhere. The job adds that part as
  // soon as route tables were read.
  const lacking = standings.filter((standing) => {
    const one = stored.get(standing.resource.id)
    return one !== undefined && !old.includes(standing) && parseStoredFailoverTraffic(one.body) === null
  })
  const wanted = old.length + lacking.length > 0
  const takeOvers = wanted ? await readFailoverTraffic(q, now, new BackgroundComputationThrottle(SHARE, signal)) : null
  const due = [...old, ...lacking.filter(({ resource }) => takeOvers?.has(resource.id))]
  for (const standing of due) {
    signal.throwIfAborted()
    const takeOver = takeOvers?.get(standing.resource.id) ?? null
    await saveComputedTraffic(q, standing, period, {
      ...(await computeCircuitMonthTraffic(q, standing, period)),
      takeOver,
    })
    // yield, so that the polls in this process can run
    await breathe()
  }
  await deleteCostTraffic(q, period.month.name)
  return { circuits: standings.length, made: due.length }
}
