import original from 'fast-check'

export * from 'fast-check'

/*
 * Steers every property of fast-check, in files that import it:
 * - `PROPERTY_RUNS` multiplies the number of cases, whether a property names it or leaves it at 100. `PROPERTY_RUNS=50` is thorough.
 * - `PROPERTY_SEED`: each run tries the same cases, so that a change is judged by what it changed. `random` tries others, and a
 *   failure prints its seed; that number tries those again.
 */
const factor = factorOf(process.env.PROPERTY_RUNS ?? '1')
const seed = seedOf(process.env.PROPERTY_SEED ?? '7196')
original.configureGlobal({ ...original.readConfigureGlobal(), ...(seed === null ? {} : { seed }) })

/** fast-check's own, which tries as many cases as PROPERTY_RUNS says. */
export const assert = ((property, parameters) =>
  original.assert(property, {
    ...parameters,
    numRuns: Math.max(1, Math.round((parameters?.numRuns ?? 100) * factor)),
  })) as typeof original.assert

export default { ...original, assert }

function factorOf(text: string): number {
  const factor = Number(text)
  if (Number.isFinite(factor) && factor > 0) return factor
  throw new Error(`PROPERTY_RUNS is a number above 0, not "${text}"`)
}

/** @returns null for a seed that fast-check chooses */
function seedOf(text: string): number | null {
  if (text === 'random') return null
  const seed = Number(text)
  if (Number.isInteger(seed)) return seed
  throw new Error(`PROPERTY_SEED is a whole number or "random", not "${text}"`)
}
