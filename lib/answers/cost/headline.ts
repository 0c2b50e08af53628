import type { CostHeadline, EpochMs } from '#lib/contract/index.ts'
import { billingMonth, totalsOf } from '#lib/cost/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readFrame } from './frame.ts'
import { keptProjections } from './projections.ts'

/**
 * What the overview says of cost, from what is kept: it is asked all day long and must not wait for a forecast.
 * @returns null while nothing is priced, or a circuit's forecast was not worked out yet
 */
export async function readCostHeadline(q: Queryable, now: EpochMs): Promise<CostHeadline | null> {
  const kept = await keptProjections(q, await readFrame(q, billingMonth(now), now))
  if (!kept || kept.projections.totals.length === 0) return null
  const { month, totals, circuits } = kept.projections
  const switches = circuits.filter(({ recommendation }) => recommendation.action === 'switch')
  return {
    month,
    totals,
    switches: switches.length,
    saving: totalsOf(switches.flatMap(({ recommendation }) => recommendation.saving?.p50 ?? [])),
  }
}
