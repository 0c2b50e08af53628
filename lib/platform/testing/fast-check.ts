import original from 'fast-check'

export * from 'fast-check'

/*
 * Configures all properties of fast-check in files that import this module:
 * - `PROPERTY_RUNS` multiplies the number of cases, both of a property with its own number and of the default of 100.
 * `PROPERTY_RUNS=50` is a thorough run.
 * - `PROPERTY_SEED` sets the seed. By default each run tries the same cases, so that a new failure is caused by a
 * change of the code. `random` tries other cases, and a failure prints its seed, with which the run can be repeated.
 */
const factor = factorOf(process.env.PROPERTY_RUNS ?? '1')
const seed = seedOf(process.env.PROPERTY_SEED ?? '7196')
original.configureGlobal({ ...original.readConfigureGlobal(), ...(seed === null ? {} : { seed }) })

/** fast-check's `assert`, with the number of cases multiplied by PROPERTY_RUNS. */
export const assertProperty = ((property, parameters) =>
  original.assert(property, {
    ...parameters,
    numRuns: Math.max(1, Math.round((parameters?.numRuns ?? 100) * factor)),
  })) as typeof original.assert

export default { ...original, assert: assertProperty }

function factorOf(text: string): number {
  const factor = Number(text)
  if (Number.isFinite(factor) && factor > 0) return factor
  throw new Error(`PROPERTY_RUNS is a number above 0, not "${text}"`)
}

/** Parses PROPERTY_SEED. @returns null if fast-check chooses the seed */
function seedOf(text: string): number | null {
  if (text === 'random') return null
  const seed = Number(text)
  if (Number.isInteger(seed)) return seed
  throw new Error(`PROPERTY_SEED is a whole number or "random", not "${text}"`)
}
