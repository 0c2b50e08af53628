/**
 * Maximum number of concurrent calls of `work`. With more calls, too few database connections would remain for other
 * requests.
 */
const AT_ONCE = 3

/**
 * Calls `work` for each element, at most AT_ONCE calls at the same time, and returns the results in the order of the
 * elements. Fails with the first error.
 */
export async function mapWithLimitedConcurrency<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  const rest = all.entries()
  const take = async () => {
    for (const [i, one] of rest) done[i] = await work(one)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, take))
  return done
}
