import { Decimal } from 'decimal.js'
import type { ByteBand, MoneyBand } from '../api/index.ts'
import type { CostMoney } from '#lib/contract/index.ts'

export { Decimal }
export { bandTotalsOf, flatBand } from '../api/money-sums.ts'
export const ZERO = new Decimal(0)

/** Low, likely and high: four in five truths are meant to lie between p10 and p90. */
export interface Band<T> {
  p10: T
  p50: T
  p90: T
}

/** A band's figures, each through the same function. */
export function mapBand<A, B>(band: Band<A>, to: (value: A) => B): Band<B> {
  return { p10: to(band.p10), p50: to(band.p50), p90: to(band.p90) }
}

/** An amount as it leaves: to the cent, half to even, as bills round. */
export function moneyOf(amount: Decimal, currency: string): CostMoney {
  return { amount: cents(amount).toFixed(2), currency }
}

/** A unit price as it leaves: all its digits. */
export function priceOf(amount: Decimal, currency: string): CostMoney {
  return { amount: amount.toFixed(), currency }
}

export const cents = (amount: Decimal): Decimal => amount.toDecimalPlaces(2, Decimal.ROUND_HALF_EVEN)

export const moneyBandOf = (band: Band<Decimal>, currency: string): MoneyBand =>
  mapBand(band, (amount) => moneyOf(amount, currency))

/** Returns the lowest and the highest amount of a difference, whose bounds change places where less traffic makes it larger. */
export function boundsOfDifference({ p10, p90 }: MoneyBand): { atLeast: CostMoney; atMost: CostMoney } {
  return new Decimal(p10.amount).greaterThan(p90.amount) ? { atLeast: p90, atMost: p10 } : { atLeast: p10, atMost: p90 }
}

export const byteBandOf = (band: Band<bigint>): ByteBand => mapBand(band, String)

/** Made once: hundreds of circuits have a dozen sentences each, and making one takes longer than all that it writes. */
const groupings = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat('en', { maximumFractionDigits: digits }))

/** An amount as it is read in a sentence: thousands apart, with so many decimals at the most. */
export function grouped(amount: Decimal | bigint, decimals: 0 | 1 | 2 | 3 = 0): string {
  const written = typeof amount === 'bigint' ? amount : Number(amount.toFixed(decimals))
  return groupings[decimals]?.format(written) ?? String(written)
}

/** Sums by currency, in the order of the alphabet: two currencies are never added up. */
export function totalsOf(amounts: readonly CostMoney[]): CostMoney[] {
  return [...Map.groupBy(amounts, ({ currency }) => currency)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, list]) => moneyOf(Decimal.sum(0, ...list.map(({ amount }) => amount)), currency))
}
