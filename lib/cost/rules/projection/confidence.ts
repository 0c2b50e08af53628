import { getForecastHitRate } from '#lib/contract/events/forecast-band-hit-rates.ts'
import type { CostConfidence } from '../../api/index.ts'
import type { ForecastPercentiles, Decimal } from '../money.ts'
import type { PricedOffer } from '../prices/quote-offer.ts'
import { EXPECTED_P10_P90_HIT_SHARE, computeChanceOfBytesAbove, computeCostAtBytes } from './cost-at.ts'

type Prices = Pick<PricedOffer, 'port' | 'perGb'>

/**
 * A claim about a change from one offer to another. If `isMore` is true, the claim is that the change saves more than
 * `least` in a month. Otherwise the claim is that it does not.
 */
export interface OfferSavingHypothesis {
  from: Prices
  to: Prices
  /** Low, likely and high number of bytes of the month. */
  bytes: ForecastPercentiles<bigint>
  gb: number
  /** share of the month in which the circuit exists, 0 to 1 */
  share: number
  least: Decimal
  /** True if the claim is that the saving is more than `least`; false if the claim is the opposite. */
  isMore: boolean
  /**
   * Share of past forecasts whose range (p10 to p90) contained the actual value; null = the result of no past forecast
   * is known yet.
   */
  bandHeld: number | null
}

/**
 * Returns the chance that a claim about a saving is true (ADR 0313). If the result is the same for any number of bytes,
 * for example between two flat prices, the chance is 1 or 0. Otherwise the chance comes from the range of the forecast
 * (p10 to p90), which is adjusted by the share of past ranges that contained the actual value.
 */
export function computeSavingConfidence(compared: OfferSavingHypothesis): CostConfidence {
  const { from, to, bytes, gb, share, least, isMore, bandHeld } = compared
  const atNothing = computeCostAtBytes(from, 0n, gb, share).minus(computeCostAtBytes(to, 0n, gb, share))
  const slope = from.perGb.minus(to.perGb)
  const isMoreAtNothing = atNothing.greaterThan(least)
  // The saving is a linear function of the bytes. Therefore there is at most one number of bytes at which it is equal
  // to `least`.
  if (slope.isZero() || isMoreAtNothing === slope.isPositive()) {
    const chance = isMoreAtNothing === isMore ? 1 : 0
    const isFlat = from.perGb.isZero() && to.perGb.isZero()
    return {
      word: chance === 1 ? 'certain' : 'low',
      basis: isFlat ? 'flat_prices' : 'any_traffic',
      chance,
      words: isFlat ? 'both prices are flat' : 'whatever passes',
    }
  }
  if (bandHeld === null)
    return { word: 'unknown', basis: 'forecast', chance: null, words: 'no past forecast of this circuit has matured' }
  const border = BigInt(least.minus(atNothing).times(gb).dividedBy(slope).ceil().toFixed())
  const came = getForecastHitRate(bandHeld)
  const above = computeChanceOfBytesAbove(bytes, border, Math.min(came, EXPECTED_P10_P90_HIT_SHARE))
  const chance = Number((slope.isPositive() === isMore ? above : 1 - above).toFixed(2))
  return {
    word: chance >= 0.9 ? 'high' : chance >= 0.75 ? 'good' : chance >= 0.6 ? 'medium' : 'low',
    basis: 'forecast',
    chance,
    words: `${Math.round(chance * 100)} of 100: ${Math.round(came * 10)} of 10 past forecasts were inside the band`,
  }
}
