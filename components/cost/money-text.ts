import { getForecastHitRate } from '#lib/contract/events/forecast-band-hit-rates.ts'
import type {
  CostAction,
  CostChangeMethod,
  CostDiscount,
  CostProjection,
  MoneyPercentiles,
} from '#lib/cost/api/index.ts'
import { getMoneySign } from '#lib/cost/api/money-sums.ts'
import type { MoneyAmount } from '#lib/contract/index.ts'
import { formatWithCurrency } from '#lib/contract/vocabulary.ts'

/**
 * Number formatters by number of digits. They are cached, because creating one takes longer than formatting all amounts
 * of a page.
 */
const amounts = new Map<number, Intl.NumberFormat>()

function amountFormat(digits: number): Intl.NumberFormat {
  const known = amounts.get(digits)
  if (known) return known
  const made = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  amounts.set(digits, made)
  return made
}

/** Formats an amount in whole units: `$2,900`, `−$750`, `1,200 CHF`. Amounts below 100 keep their cents. */
export function formatMoney({ amount, currency }: MoneyAmount): string {
  const value = Number(amount)
  const digits = Math.abs(value) < 100 && !Number.isInteger(value) ? 2 : 0
  const text = amountFormat(digits).format(Math.abs(value))
  const sign = value < 0 && Number(Math.abs(value).toFixed(digits)) !== 0 ? '−' : ''
  return `${sign}${formatWithCurrency(text, currency)}`
}

/** Formats an amount of a change with its sign: `+$750`, `−$750`. */
export const formatMoneyChange = (money: MoneyAmount): string =>
  `${getMoneySign(money) > 0 ? '+' : ''}${formatMoney(money)}`

/**
 * Formats an amount (p50) with its bounds (p10 and p90): `$2,900 (2,600 – 3,400)`; only the amount if both bounds are
 * equal.
 */
export function formatCostPercentiles({ p10, p50, p90 }: MoneyPercentiles): string {
  const [low, likely, high] = [formatMoney(p10), formatMoney(p50), formatMoney(p90)]
  return low === high ? likely : `${likely} (${bare(low)} – ${bare(high)})`
}

const bare = (text: string): string => text.replace(/[$€£]/, '')

/**
 * Formats the expected success rate of a forecast: in how many of 10 cases the actual value is within the bounds, for
 * example `8 of 10`.
 * @param bandHeld share of the circuit's past forecasts whose bounds contained the actual value, 0 to 1
 */
export const formatForecastHitRate = (bandHeld: number): string =>
  `${Math.round(getForecastHitRate(bandHeld) * 10)} of 10`

/**
 * Formats the accuracy of forecasts that were computed for past months (back-tests): the mean error (MAPE), and how
 * often the actual value was within the bounds. Returns null if no forecast can be compared with an actual value yet.
 */
export function formatForecastAccuracy({ bandHeld, mape, months }: CostProjection['pastError']): string | null {
  if (bandHeld === null || mape === null) return null
  return `±${(mape * 100).toFixed(1)} %, in range ${formatForecastHitRate(bandHeld)} (${months} back-tests)`
}

export const recommendedActionLabels: Record<CostAction, string> = {
  stay: 'Stay',
  switch: 'Switch',
  too_close: 'Too close to call',
  too_early: 'Too early',
  unpriced: 'No price',
}

/** Formats a plan with its tier: `Standard metered`. */
export function formatPlan({ tier, plan }: Pick<CostProjection, 'tier' | 'plan'>): string {
  return plan === 'local' ? 'Local' : [tier, plan].filter(Boolean).join(' ') || 'unknown'
}

/** Texts that state how a circuit can change to another offer (SKU, billing plan or bandwidth). */
export const costChangeMethodLabels: Record<CostChangeMethod, string> = {
  in_place: 'In-place upgrade.',
  new_circuit: 'Needs a new circuit.',
  impossible: 'Not possible.',
}

export const formatBytesPerGb = (bytes: number): string => `${bytes.toLocaleString('en')} bytes`

/** Formats a unit price with all its digits: `$0.025`, `0.14 CHF`. */
export const formatPrice = ({ amount, currency }: MoneyAmount): string => formatWithCurrency(amount, currency)

/** Formats a quantity with at most three decimal places: `25,976.116`. */
export const formatQuantity = (quantity: string): string => Number(Number(quantity).toFixed(3)).toLocaleString('en')

/** Formats a share as a percentage: `8 %`. */
export const formatDiscountPercent = (share: number): string => `${Number((share * 100).toFixed(2))} %`

/**
 * Describes the prices behind all amounts of an open review, and how the bills differ from them.
 * @param discount discount that the bills prove; undefined = not loaded
 * @param hasFailed whether the discount could not be loaded
 * @returns `prices` is appended to texts; `bills` is a note, null = no known difference
 */
export function formatPriceBasis(
  discount: Pick<CostDiscount, 'state' | 'share' | 'comparison' | 'hasOverrides'> | undefined,
  hasFailed: boolean,
): { prices: string; bills: string | null } {
  if (!discount)
    return {
      prices: '',
      bills: hasFailed
        ? 'The comparison with the bills could not be loaded. Load the page again.'
        : 'The comparison with the bills is loading',
    }
  const { state, share, comparison, hasOverrides } = discount
  if (state === 'in_force' && share !== null)
    return { prices: `, at ${formatDiscountPercent(share)} off list prices`, bills: null }
  return { prices: `, at list prices${hasOverrides ? ' and overrides' : ''}`, bills: comparison }
}
