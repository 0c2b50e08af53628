/** One value of a series. */
export interface SeriesPointOfDay {
  /** days since the first sample */
  day: number
  value: number
}

export interface SeriesGrowthPerDay {
  perDay: number
  /** standard error of `perDay`, assuming independent errors of the points */
  error: number
}

/**
 * Computes the growth of a series per day with least squares; null if there are fewer than three points or all have the
 * same time.
 * @param points in any order
 */
export function growthPerDay(points: readonly SeriesPointOfDay[]): SeriesGrowthPerDay | null {
  const count = points.length
  if (count < 3) return null
  const meanDay = points.reduce((sum, { day }) => sum + day, 0) / count
  const meanValue = points.reduce((sum, { value }) => sum + value, 0) / count
  const square = points.reduce((sum, { day }) => sum + (day - meanDay) ** 2, 0)
  if (square === 0) return null
  const perDay = points.reduce((sum, { day, value }) => sum + (day - meanDay) * (value - meanValue), 0) / square
  const residue = points.reduce((sum, { day, value }) => sum + (value - meanValue - perDay * (day - meanDay)) ** 2, 0)
  return { perDay, error: Math.sqrt(residue / (count - 2) / square) }
}

/** Computes the growth of a series after it has settled, without the first third of its points. */
export function computeSettledGrowthPerDay(points: readonly SeriesPointOfDay[]): SeriesGrowthPerDay | null {
  const inOrder = points.toSorted((a, b) => a.day - b.day)
  return growthPerDay(inOrder.slice(Math.floor(inOrder.length / 3)))
}
