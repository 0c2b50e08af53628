/**
 * Hit rates of cost forecasts. A forecast has a band: a lower and an upper bound for the cost of the month. `from` is
 * the minimum share of a circuit's earlier bands that contained the actual cost. `share` is the measured probability
 * that the next band contains the actual cost.
 * The probability does not rise with `from`. For example, if no earlier month had a holiday, all earlier bands may be
 * right, and the forecast still cannot predict a month with a holiday.
 * Measured with one half of the generated test networks and validated with the other half (docs/cost.md,
 * `npm run bench advice`).
 */
export const FORECAST_HIT_RATES = [
  { from: 0, share: 0.92 },
  { from: 0.75, share: 0.83 },
  { from: 0.85, share: 0.53 },
  { from: 0.95, share: 0.74 },
] as const

/**
 * Returns the probability that the actual cost of a month will be inside the forecast's band.
 * @param bandHeld share of the circuit's earlier bands that contained the actual cost, 0 to 1
 */
export const getForecastHitRate = (bandHeld: number): number =>
  (FORECAST_HIT_RATES.findLast(({ from }) => bandHeld >= from) ?? FORECAST_HIT_RATES[0]).share
