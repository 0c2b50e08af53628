/**
 * Share of months whose result was inside the forecast band (between the forecast's lower and upper bound), by the
 * share of the circuit's past bands that contained the result. Measured over one half of the generated estates and
 * validated with the other half (docs/cost.md, `npm run bench advice`). The rate does not rise with the share, because
 * a past without a holiday has the best bands but cannot predict one.
 */
export const BAND_HIT_RATES = [
  { from: 0, share: 0.92 },
  { from: 0.75, share: 0.83 },
  { from: 0.85, share: 0.53 },
  { from: 0.95, share: 0.74 },
] as const

/**
 * Returns the probability that the result of a month is inside the forecast band.
 * @param bandHeld share of the circuit's past bands that contained the result, 0 to 1
 */
export const bandHitRate = (bandHeld: number): number =>
  (BAND_HIT_RATES.findLast(({ from }) => bandHeld >= from) ?? BAND_HIT_RATES[0]).share
