import type { CostReviewWithSummary } from '#lib/cost/api/index.ts'
import { formatCorrectedPeriod } from '#lib/cost/api/review-basis.ts'
import { formatMoney } from '../money-text.ts'

/**
 * Returns the corrections of published reviews as texts. Corrections with the same reason have one head. Corrections
 * whose two amounts are equal as formatted are left out, because the reader could not see a change.
 */
export function listCorrections({
  corrections,
  projections,
}: Pick<CostReviewWithSummary, 'corrections' | 'projections'>): { head: string; changes: string[] }[] {
  const names = new Map(projections.circuits.map(({ circuitId, name }) => [circuitId, name]))
  const visible = corrections
    .map((one) => ({ ...one, amounts: [formatMoney(one.published), formatMoney(one.now)] }))
    .filter(({ amounts: [was, is] }) => was !== is)
  return [...Map.groupBy(visible, ({ week, reason }) => `Cost of ${formatCorrectedPeriod(week)}: ${reason}.`)].map(
    ([head, rows]) => ({
      head,
      changes: rows.map(
        ({ circuitId, amounts: [was, is] }) => `${names.get(circuitId) ?? circuitId}: ${was}, now ${is}`,
      ),
    }),
  )
}
