/**
 * How often months ended within the band, by the share of past bands of the circuit that held: over the months of one half of the generated
 * estates; the other half holds it to that (docs/cost.md, `npm run bench advice`). It does not rise with the share: a past without a holiday
 * held best, and knows of none.
 */
export const BAND_HIT_RATES = [
  { from: 0, share: 0.92 },
  { from: 0.75, share: 0.83 },
  { from: 0.85, share: 0.53 },
  { from: 0.95, share: 0.74 },
] as const

/** The chance that a month ends within the band, as it came true of such a past. @param bandHeld share of past bands that held, 0 to 1 */
export const bandHitRate = (bandHeld: number): number =>
  (BAND_HIT_RATES.findLast(({ from }) => bandHeld >= from) ?? BAND_HIT_RATES[0]).share
