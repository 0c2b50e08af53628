import { getForecastHitRate } from '#lib/contract/events/forecast-band-hit-rates.ts'
import type { CostConfidence } from '../../api/index.ts'
import type { ForecastPercentiles, Decimal } from '../money.ts'
import type { PricedOffer } from '../prices/quote-offer.ts'
import { EXPECTED_P10_P90_HIT_SHARE, computeChanceOfBytesAbove, computeCostAtBytes } from './cost-at.ts'

type Prices = Pick<PricedOffer, 'port' | 'perGb'>

/**
 * A claim about changing from one offer to another: the change saves more than `least` a month, or it does not
 * (`isMore`).
 */
export interface SavingClaim {
  from: Prices
  to: Prices
  /** Low, likely and high number of bytes of the month. */
  bytes: ForecastPercentiles<bigint>
  gb: number
  /** Share of the month in which the circuit exists, 0 to 1. */
  share: number
  least: Decimal
  /** True if the claim is that the saving is more than `least`; false if the claim is the opposite. */
  isMore: boolean
  /** Share of past forecast bands that contained the true value; null = no past forecast can be checked yet. */
  bandHeld: number | null
}

/**
 * Returns the chance that a claim about a saving is true (ADR 0313). If the claim is true or false for any number of
 * bytes, for example between two flat prices, the chance is 1 or 0. Otherwise it comes from the forecast; the band of
 * the forecast is adjusted to the share of past bands that contained the true value.
 */
export function computeSavingConfidence(compared: SavingClaim): CostConfidence {
  const { from, to, bytes, gb, share, least, isMore, bandHeld } = compared
  const atNothing = computeCostAtBytes(from, 0n, gb, share).minus(computeCostAtBytes(to, 0n, gb, share))
  const slope = from.perGb.minus(to.perGb)
  const isMoreAtNothing = atNothing.greaterThan(least)
  // the saving is a linear function of the bytes, so it crosses `least` at no more than one number of bytes
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
