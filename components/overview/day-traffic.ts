type Rates = readonly (number | null)[]

/**
 * The rates of several resources together, step by step; null where one that reports at all is not known, so that no gap reads as less
 * traffic.
 */
export function summedRates(all: readonly Rates[]): (number | null)[] {
  const reported = all.filter((rates) => rates.some((rate) => rate !== null))
  const steps = Math.max(0, ...reported.map(({ length }) => length))
  return Array.from({ length: steps }, (_, step) =>
    reported.reduce<number | null>((sum, rates) => {
      const rate = rates[step] ?? null
      return sum === null || rate === null ? null : sum + rate
    }, 0),
  )
}

/** The highest of them; null = none is known. */
export function peakRate(rates: Rates): number | null {
  const known = rates.filter((rate) => rate !== null)
  return known.length === 0 ? null : Math.max(...known)
}
