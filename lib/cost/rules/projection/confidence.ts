import { bandHitRate } from '#lib/contract/events/came-true.ts'
import type { CostConfidence } from '../../api/index.ts'
import type { Band, Decimal } from '../money.ts'
import type { Quote } from '../prices/quote.ts'
import { BAND_SHARE, chanceAbove, costAt } from './cost-at.ts'

type Prices = Pick<Quote, 'port' | 'perGb'>

/** A claim about two offers: the change saves more than an amount a month, or it does not. */
export interface OffersCompared {
  from: Prices
  to: Prices
  /** forecast bytes of the month */
  bytes: Band<bigint>
  gb: number
  /** share of the month in which the circuit exists */
  share: number
  least: Decimal
  /** true = the claim is that the saving is more than `least` */
  isMore: boolean
  /** share of past bands that contained the truth; null = the truth of all past forecasts is still unknown */
  bandHeld: number | null
}

/**
 * Returns the chance that a decision about a saving is right (ADR 0313). The chance is 1 if every number of bytes gives
 * the same answer, for example between two flat prices. Otherwise it is computed from the forecast, whose band is
 * adjusted to the past hit rate of such bands.
 */
export function decisionConfidence(compared: OffersCompared): CostConfidence {
  const { from, to, bytes, gb, share, least, isMore, bandHeld } = compared
  const atNothing = costAt(from, 0n, gb, share).minus(costAt(to, 0n, gb, share))
  const slope = from.perGb.minus(to.perGb)
  const isMoreAtNothing = atNothing.greaterThan(least)
  // the saving changes linearly with bytes, so a single number of bytes separates the answers
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
  const came = bandHitRate(bandHeld)
  const above = chanceAbove(bytes, border, Math.min(came, BAND_SHARE))
  const chance = Number((slope.isPositive() === isMore ? above : 1 - above).toFixed(2))
  return {
    word: chance >= 0.9 ? 'high' : chance >= 0.75 ? 'good' : chance >= 0.6 ? 'medium' : 'low',
    basis: 'forecast',
    chance,
    words: `${Math.round(chance * 100)} of 100, by a forecast of which ${Math.round(came * 10)} of 10 came true`,
  }
}
