import type { CostReviewSummary, CostReviewWithSummary, MoneyPercentiles } from '#lib/cost/api/index.ts'
import type { MoneyAmount } from '#lib/contract/index.ts'
import { formatCostPercentiles, formatMoney } from '../money-text.ts'

/** Formats totals with their bounds. The totals of different currencies are joined by `and`. */
export const bands = (some: readonly Pick<MoneyPercentiles, 'p10' | 'p50' | 'p90'>[]): string =>
  some.map(formatCostPercentiles).join(' and ')

/** Formats totals. The totals of different currencies are joined by `and`. */
export const amounts = (some: readonly MoneyAmount[]): string => some.map(formatMoney).join(' and ')

/**
 * Describes which part of the saving needs a new circuit, and how much more the offers with open questions would save:
 * `without a new circuit; up to $3,451 more is worth asking for, $368 of it by a new circuit`.
 * @param listBasis name of the list prices if the saving in front of this text is at the prices of the bills; null = the
 *   saving is at list prices. The parts of a saving are known at list prices only
 */
export function formatSavingParts(
  { savingInPlace: inPlace, savingByNewCircuit: newCircuit, asked, askedByNewCircuit = [] }: CostReviewSummary,
  listBasis: string | null,
): string {
  const isAtBills = listBasis !== null
  const byNew = amounts(askedByNewCircuit)
  const ofIt = byNew && `, ${byNew === amounts(asked) ? 'all' : byNew} of it by a new circuit`
  return [
    inPlace.length > 0 &&
      (newCircuit.length > 0
        ? `${bands(inPlace)} of ${isAtBills ? 'the saving at list prices' : 'it'} without a new circuit`
        : !isAtBills && 'without a new circuit'),
    newCircuit.length > 0 && inPlace.length === 0 && !isAtBills && 'each by a new circuit',
    asked.length > 0 && `up to ${amounts(asked)} more is worth asking for${listBasis ?? ''}${ofIt}`,
  ]
    .filter(Boolean)
    .join('; ')
}

/**
 * Reports whether the month of a review is not over at the time of the review, so that its cost is a forecast.
 * @param asOf time of the answer; a published review is computed for the end of its week
 */
export function isMonthOpen(
  { projections, to }: Pick<CostReviewWithSummary, 'projections' | 'to'>,
  asOf: string,
): boolean {
  const computedFor = Math.min(Date.parse(to), Date.parse(asOf))
  return projections.circuits.some(({ month }) => computedFor < Date.parse(month.to))
}
