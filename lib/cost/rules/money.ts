import { Decimal } from 'decimal.js'
import type { BytePercentiles, MoneyPercentiles } from '../api/index.ts'
import type { MoneyAmount } from '#lib/contract/index.ts'

export { Decimal }
export { sumPercentilesByCurrency, createEqualPercentiles } from '../api/money-sums.ts'
export const ZERO_AMOUNT = new Decimal(0)

/** Low (p10), likely (p50) and high (p90) value. The actual value should be between p10 and p90 in 80 % of cases. */
export interface ForecastPercentiles<T> {
  p10: T
  p50: T
  p90: T
}

/** Applies a function to the low, likely and high value. */
export function mapForecastPercentiles<A, B>(
  band: ForecastPercentiles<A>,
  to: (value: A) => B,
): ForecastPercentiles<B> {
  return { p10: to(band.p10), p50: to(band.p50), p90: to(band.p90) }
}

/** Converts an amount to the format of the API. It has two decimals and is rounded half to even, as on bills. */
export function formatMoneyAmount(amount: Decimal, currency: string): MoneyAmount {
  return { amount: roundToCents(amount).toFixed(2), currency }
}

/** Converts a unit price to the form of the API, without rounding. */
export function formatUnitPrice(amount: Decimal, currency: string): MoneyAmount {
  return { amount: amount.toFixed(), currency }
}

export const roundToCents = (amount: Decimal): Decimal => amount.toDecimalPlaces(2, Decimal.ROUND_HALF_EVEN)

export const toMoneyPercentiles = (band: ForecastPercentiles<Decimal>, currency: string): MoneyPercentiles =>
  mapForecastPercentiles(band, (amount) => formatMoneyAmount(amount, currency))

/**
 * Returns the minimum and maximum of a difference between two costs. They are sorted, because p10 is the maximum if the
 * difference decreases with the number of bytes.
 */
export function getDifferenceBounds({ p10, p90 }: MoneyPercentiles): { atLeast: MoneyAmount; atMost: MoneyAmount } {
  return new Decimal(p10.amount).greaterThan(p90.amount) ? { atLeast: p90, atMost: p10 } : { atLeast: p10, atMost: p90 }
}

export const toBytePercentiles = (band: ForecastPercentiles<bigint>): BytePercentiles =>
  mapForecastPercentiles(band, String)

/** Number formats for 0 to 3 decimals. They are created once, because creating a format takes longer than using it. */
const groupings = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat('en', { maximumFractionDigits: digits }))

/** Formats a number for a sentence, with thousands separators and at most `decimals` decimals. */
export function formatNumberForSentence(amount: Decimal | bigint, decimals: 0 | 1 | 2 | 3 = 0): string {
  const written = typeof amount === 'bigint' ? amount : Number(amount.toFixed(decimals))
  return groupings[decimals]?.format(written) ?? String(written)
}

/** Returns the sum of the amounts of each currency, sorted by currency. */
export function sumMoneyByCurrency(amounts: readonly MoneyAmount[]): MoneyAmount[] {
  return [...Map.groupBy(amounts, ({ currency }) => currency)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, list]) => formatMoneyAmount(Decimal.sum(0, ...list.map(({ amount }) => amount)), currency))
}
