import type { CostProjection } from '../../api/index.ts'
import { formatWithCurrency } from '#lib/contract/index.ts'
import { type Decimal, formatNumberForSentence, sumMoneyByCurrency } from '../money.ts'
import { formatDiscount, type ProvenDiscountResult } from '../prices/proven-discount.ts'
import { isSameOffer } from '../projection/offers.ts'
import { getRecommendedSaving } from './summarize-review.ts'

/**
 * Compares the bills that prove a discount with the list prices of the same usage. Only billed days count: `Azure billed
 * $554 for usage of $602 at list prices (bills of 2026-10 and 2026-11): 8 % less for each of 3 meters, probably a
 * discount of the agreement.`
 */
export function formatBillComparison({
  share,
  months,
  meters,
  list,
  billed,
  currency,
}: Extract<ProvenDiscountResult, { ok: true }>): string {
  const money = (amount: Decimal) => formatWithCurrency(formatNumberForSentence(amount), currency)
  return `Azure billed ${money(billed)} for usage of ${money(list)} at list prices (bills of ${months.join(' and ')}): ${formatDiscount(share)} less for each of ${meters.length} meters, probably a discount of the agreement.`
}

/** Maximum number of circuits that the comparison names, so that its text has a limited length. */
const MAX_NAMES = 3

type Recommended = Pick<CostProjection, 'circuitId' | 'name' | 'recommendation'>

/**
 * Compares the recommendations at list prices with those at the billed prices: `The recommendations are the same at the
 * billed prices, and save $4,523 a month.` If some differ, the text names at most {@link MAX_NAMES} of their circuits.
 */
export function formatRecommendationsAtBills(listed: readonly Recommended[], billed: readonly Recommended[]): string {
  const atBills = new Map(billed.map((one) => [one.circuitId, one.recommendation]))
  const different = listed.filter(({ circuitId, recommendation: { action, to } }) => {
    const other = atBills.get(circuitId)
    if (other === undefined || other.action !== action) return true
    return action === 'switch' && (to === null || other.to === null || !isSameOffer(to, other.to))
  })
  const saving = sumMoneyByCurrency(billed.flatMap((one) => getRecommendedSaving(one)?.p50 ?? []))
  const saved = saving.map(({ amount, currency }) =>
    formatWithCurrency(formatNumberForSentence(BigInt(Math.round(Number(amount)))), currency),
  )
  const saves = saved.length > 0 ? `save ${saved.join(' and ')} a month` : 'contain no change'
  if (different.length === 0) return `The recommendations are the same at the billed prices, and ${saves}.`
  const names = different
    .slice(0, MAX_NAMES)
    .map(({ name }) => name)
    .join(', ')
  const more = different.length > MAX_NAMES ? ` and ${different.length - MAX_NAMES} more` : ''
  return `The recommendations at the billed prices ${saves}; they differ for ${names}${more}.`
}
