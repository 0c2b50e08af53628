import { formatCurrencyAmount } from '#lib/contract/currency.ts'
import type { MoneyAmount } from '#lib/contract/index.ts'
import type { CostRecommendation, MoneyPercentiles } from './cost.ts'

/* Exact sums of amounts, computed in whole cents. A browser can therefore add the rows that a user filtered, without
   a library for decimal numbers. */

/**
 * Adds ranges of amounts (low, likely and high) separately for each currency. The low amounts are added to each other,
 * and so are the high amounts. This gives the widest possible sum, as if all forecasts were wrong in the same
 * direction.
 */
export function sumPercentilesByCurrency(bands: readonly Band[]): MoneyPercentiles[] {
  return [...Map.groupBy(bands, ({ p50 }) => p50.currency)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, own]) => {
      const sum = (figure: keyof Band) => moneyOfCents(sumOfCents(own.map((band) => band[figure])), currency)
      return { p10: sum('p10'), p50: sum('p50'), p90: sum('p90') }
    })
}

/** Returns a range whose low, likely and high amounts are all the given amount. */
export const createEqualPercentiles = (money: MoneyAmount): MoneyPercentiles => ({ p10: money, p50: money, p90: money })

type Band = Pick<MoneyPercentiles, 'p10' | 'p50' | 'p90'>

/**
 * Formats a range of amounts, for example `$2,900.00 ($2,600.00 to $3,400.00)`. If the low and the high amount are
 * equal, the result is a single amount.
 */
export const formatMoneyPercentiles = ({ p10, p50, p90 }: Band): string =>
  p10.amount === p90.amount
    ? formatCurrencyAmount(p50)
    : `${formatCurrencyAmount(p50)} (${formatCurrencyAmount(p10)} to ${formatCurrencyAmount(p90)})`

/** Subtracts the second amount from the first; null if their currencies differ. */
export const subtractMoneyInSameCurrency = (a: MoneyAmount, b: MoneyAmount): MoneyAmount | null =>
  a.currency === b.currency ? moneyOfCents(centsOf(a) - centsOf(b), a.currency) : null

/**
 * Returns how much more the best offer with open questions would save in a month than the recommended change; null if it
 * does not save more, or if the amounts are in different currencies.
 */
export function computeAskedBeyond({
  action,
  saving,
  asks,
}: Pick<CostRecommendation, 'action' | 'saving' | 'asks'>): MoneyAmount | null {
  const best = asks[0]?.saving.p50
  if (!best) return null
  const more = action === 'switch' && saving ? subtractMoneyInSameCurrency(best, saving.p50) : best
  return more && getMoneySign(more) > 0 ? more : null
}

/** Returns the sign of an amount: -1, 0 or 1. */
export const getMoneySign = ({ amount }: MoneyAmount): -1 | 0 | 1 =>
  /[1-9]/.test(amount) ? (amount.startsWith('-') ? -1 : 1) : 0

const sumOfCents = (amounts: readonly MoneyAmount[]): bigint => amounts.reduce((sum, money) => sum + centsOf(money), 0n)

/**
 * Converts an amount to cents.
 * @throws RangeError if the amount has more than two decimals; only unit prices have more
 */
function centsOf({ amount }: MoneyAmount): bigint {
  const [whole = '', fraction = ''] = amount.split('.')
  if (fraction.length > 2) throw new RangeError(`${amount} is not an amount in cents`)
  return BigInt(whole + fraction.padEnd(2, '0'))
}

function moneyOfCents(cents: bigint, currency: string): MoneyAmount {
  const digits = String(cents < 0n ? -cents : cents).padStart(3, '0')
  return { amount: `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`, currency }
}
