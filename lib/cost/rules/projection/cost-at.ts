import { type ForecastPercentiles, Decimal, mapForecastPercentiles } from '../money.ts'
import type { PricedOffer } from '../prices/quote-offer.ts'
import { convertBytesToGb } from '../usage/gigabyte.ts'

/**
 * Returns the cost of an offer in a month for a number of billed bytes, not rounded.
 * @param gb bytes of a billed GB
 * @param share share of the month in which the circuit exists, 0 to 1
 */
export function computeCostAtBytes(
  { port, perGb }: Pick<PricedOffer, 'port' | 'perGb'>,
  bytes: bigint,
  gb: number,
  share: Decimal.Value = 1,
): Decimal {
  return port.times(share).plus(convertBytesToGb(bytes, gb).times(perGb))
}

export function computeCostPercentiles(
  quote: PricedOffer,
  bytes: ForecastPercentiles<bigint>,
  gb: number,
  share: Decimal.Value = 1,
): ForecastPercentiles<Decimal> {
  return mapForecastPercentiles(bytes, (one) => computeCostAtBytes(quote, one, gb, share))
}

/**
 * Returns the number of billed bytes at which Metered and Unlimited cost the same, rounded up to a whole byte. With
 * more bytes, Unlimited costs less.
 * @returns null if Metered has no price per GB, or if the port of Unlimited costs less than the port of Metered
 */
export function computeBreakEvenBytes(
  metered: PricedOffer,
  unlimited: PricedOffer,
  gb: number,
  share: Decimal.Value = 1,
): bigint | null {
  const difference = unlimited.port.minus(metered.port).times(share)
  if (!metered.perGb.greaterThan(0) || difference.lessThan(0)) return null
  return BigInt(difference.times(gb).dividedBy(metered.perGb).ceil().toFixed())
}

/**
 * Returns the low, likely and high saving of a change, computed for the low, likely and high number of bytes; negative
 * = the change costs more.
 */
export function computeSavingPercentiles(
  from: PricedOffer,
  to: PricedOffer,
  bytes: ForecastPercentiles<bigint>,
  gb: number,
  share: Decimal.Value = 1,
): ForecastPercentiles<Decimal> {
  const at = (one: bigint) => computeCostAtBytes(from, one, gb, share).minus(computeCostAtBytes(to, one, gb, share))
  const [low, high] = [at(bytes.p10), at(bytes.p90)]
  return { p10: Decimal.min(low, high), p50: at(bytes.p50), p90: Decimal.max(low, high) }
}

/** Share of forecasts whose range from the 10th to the 90th percentile should contain the actual value. */
export const EXPECTED_P10_P90_HIT_SHARE = 0.8

/**
 * Returns the chance that the bytes of the month exceed a limit. The bytes are assumed to have a normal distribution
 * around the likely value, with one standard deviation below it and another above it.
 * @param held share of past forecasts whose range contained the actual value
 */
export function computeChanceOfBytesAbove(
  bytes: ForecastPercentiles<bigint>,
  limit: bigint,
  held: number = EXPECTED_P10_P90_HIT_SHARE,
): number {
  const away = Number(limit - bytes.p50)
  const spread = Number(away >= 0 ? bytes.p90 - bytes.p50 : bytes.p50 - bytes.p10) / deviations(held)
  if (spread === 0) return away > 0 ? 0 : away < 0 ? 1 : 0.5
  return 1 - normal(away / spread)
}

/**
 * Returns the distance from the mean to the end of a central range that contains the given share of a normal
 * distribution, in standard deviations. For example, it is 1.2816 for a share of 0.8.
 */
function deviations(held: number): number {
  if (held === EXPECTED_P10_P90_HIT_SHARE) return 1.2816
  let [low, high] = [0, 6]
  while (high - low > 1e-4) {
    const middle = (low + high) / 2
    if (2 * normal(middle) - 1 < held) low = middle
    else high = middle
  }
  return high
}

/**
 * Returns the share of the standard normal distribution that is below z, exact to 7 digits.
 * @source Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17
 */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const tail =
    (Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return z > 0 ? 1 - tail : tail
}
