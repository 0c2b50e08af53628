import fc from 'fast-check'

/**
 * Laws are tried on the same cases in each run, so that a change is judged by what it changed. `PROPERTY_SEED=random` tries
 * others, and a failure prints its seed; `PROPERTY_SEED=<that number>` tries those again.
 */
const asked = process.env.PROPERTY_SEED ?? '7196'
const seed = Number(asked)
if (asked !== 'random' && !Number.isInteger(seed))
  throw new Error(`PROPERTY_SEED is a whole number or "random", not "${asked}"`)
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed })
