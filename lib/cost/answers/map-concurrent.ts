/** Questions of one answer that the database works on side by side: more would take connections from whoever else asks. */
const AT_ONCE = 3

/** Does the work for each, a few at a time; answers in the order of what was asked. Fails with the first that does. */
export async function mapConcurrent<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  const rest = all.entries()
  const take = async () => {
    for (const [i, one] of rest) done[i] = await work(one)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, take))
  return done
}
