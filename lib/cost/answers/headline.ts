import type { z } from 'zod'
import type { costHeadlineSchema } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { getBillingMonth, getRecommendedSaving, computeSavingShare, sumMoneyByCurrency } from '../rules/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readCostContext } from './cost-context.ts'
import { hasPriceOverrides, readSavingAtBills } from './discount.ts'
import { readLastProjections } from './projections.ts'

/**
 * Returns the cost summary for the overview. It uses the last stored projections, because the overview is requested
 * often and must not wait for the computation of a forecast.
 * @returns null if no circuit has a known price, or if no projection is stored
 */
export async function readCostHeadline(
  q: SqlExecutor,
  now: EpochMs,
): Promise<z.input<typeof costHeadlineSchema> | null> {
  const frame = await readCostContext(q, getBillingMonth(now), now)
  const last = await readLastProjections(q, frame)
  if (!last || last.projections.totals.length === 0) return null
  const { month, totals, circuits, unpriced } = last.projections
  const saving = sumMoneyByCurrency(circuits.flatMap((circuit) => getRecommendedSaving(circuit)?.p50 ?? []))
  return {
    month,
    asOf: last.asOf,
    missing: last.missing + unpriced,
    totals,
    switches: circuits.filter(({ recommendation }) => recommendation.action === 'switch').length,
    saving,
    billedSaving: (await readSavingAtBills(q, frame))?.map(({ p50 }) => p50) ?? null,
    hasOverrides: hasPriceOverrides(frame),
    savingShare: computeSavingShare(saving, totals),
  }
}
