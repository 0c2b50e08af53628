/**
 * Shares of a limit. A plan that is made leaves some of it free; it is kept until the limit is reached, and given up for a shorter one
 * only when that leaves more free than it has to: measurements that differ by a few percent change nothing.
 */
const MADE = 0.95
const GIVEN_UP = 0.85

/** More than any estate needs: 2 to the power of 100 times what is configured. */
const LAST = 200

/**
 * How far a limit must lengthen what it holds.
 * @param loadAt what is used of the limit at a position of the path, 1 = all of it; never more at a later position
 * @param previous the position of the plan before; undefined = there was none, or the limit was not felt
 * @returns null = nowhere near the limit, nothing to be remembered
 */
export function settle(loadAt: (position: number) => number, previous: number | undefined): number | null {
  if (previous === undefined) {
    const asConfigured = loadAt(0)
    if (asConfigured <= GIVEN_UP) return null
    return asConfigured <= MADE ? 0 : first(loadAt, MADE)
  }
  if (loadAt(previous) > 1) return first(loadAt, MADE)
  const shorter = first(loadAt, GIVEN_UP)
  if (shorter >= previous) return previous
  const position = first(loadAt, MADE)
  return position === 0 && loadAt(0) <= GIVEN_UP ? null : position
}

/** The first position at which no more than a share of the limit is used. */
function first(loadAt: (position: number) => number, share: number): number {
  let fits = 1
  if (loadAt(0) <= share) return 0
  while (fits < LAST && loadAt(fits) > share) fits *= 2
  let tooMuch = fits / 2
  while (fits - tooMuch > 1) {
    const middle = Math.floor((fits + tooMuch) / 2)
    if (loadAt(middle) > share) tooMuch = middle
    else fits = middle
  }
  return fits
}
