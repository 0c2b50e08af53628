/**
 * Share of months that ended within the forecast band, by the share of the circuit's past bands that held. Measured
 * over one half of the generated estates and validated with the other half (docs/cost.md, `npm run bench advice`). The
 * rate does not rise with the share, because a past without a holiday held best but cannot predict one.
 */
export const BAND_HIT_RATES = [
  { from: 0, share: 0.92 },
  { from: 0.75, share: 0.83 },
  { from: 0.85, share: 0.53 },
  { from: 0.95, share: 0.74 },
] as const

/**
 * Returns the probability that a month ends within the band, measured for circuits with such a past.
 * @param bandHeld share of past bands that held, 0 to 1
 */
export const bandHitRate = (bandHeld: number): number =>
  (BAND_HIT_RATES.findLast(({ from }) => bandHeld >= from) ?? BAND_HIT_RATES[0]).share
