import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Functions of Postgres that return the time. */
const CLOCKS = ['now', 'clock_timestamp', 'transaction_timestamp', 'statement_timestamp']
/**
 * Schema of the replacing functions. In the search path of later connections it is before `pg_catalog` and after the
 * schema of the tables.
 */
const SCHEMA = 'fixed_clock'

/**
 * Permanently sets a database's clock to one time, for its statements, its functions and the defaults of its columns.
 * It applies to connections that are opened afterwards.
 */
export async function fixDatabaseClock(q: SqlExecutor, at: EpochMs): Promise<void> {
  const moment = `to_timestamp(${at} / 1000.0)`
  const made = CLOCKS.map(
    (name) => `CREATE FUNCTION ${SCHEMA}.${name}() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT ${moment}'`,
  )
  await q.query([`CREATE SCHEMA ${SCHEMA}`, ...made].join(';'))
  const { rows } = await q.query<{ statement: string }>(DEFAULTS, [`\\m(${CLOCKS.join('|')})\\(\\)`, SCHEMA])
  const own = await q.query<{ statement: string }>(OWN_PATHS, [SCHEMA])
  const where = await q.query<{ name: string }>('SELECT current_database() AS name')
  const path = `ALTER DATABASE "${where.rows[0]?.name}" SET search_path = public, ${SCHEMA}, pg_catalog`
  await q.query(
    [...rows, ...own.rows]
      .map(({ statement }) => statement)
      .concat(path)
      .join(';'),
  )
}

/** Query for the defaults of columns, because a default is bound to a function when it is created. */
const DEFAULTS = `
  SELECT format('ALTER TABLE %s ALTER %I SET DEFAULT %s', d.adrelid::regclass, a.attname,
                regexp_replace(pg_get_expr(d.adbin, d.adrelid), $1::text, $2::text || '.\\1()', 'g')) AS statement
  FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
  WHERE a.attgenerated = '' AND pg_get_expr(d.adbin, d.adrelid) ~ $1::text`

/** Query for functions that have their own search path. */
const OWN_PATHS = `
  SELECT format('ALTER FUNCTION %s SET search_path = public, %s, pg_catalog, pg_temp', p.oid::regprocedure, $1::text) AS statement
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%')`

/**
 * Limit in milliseconds between short timers, which only defer a task, and longer timers, after which the product
 * continues without a result.
 */
const PATIENCE_MS = 250
const NEVER_MS = 2 ** 31 - 1

/**
 * Stops the clocks of this process and slows down `performance`. Timers that limit waiting never fire, because answers
 * must be independent of the machine's load.
 * @returns a function that restores the clocks
 */
export function fixProcessClock(at: EpochMs): () => void {
  const { Date: RealDate, setTimeout: realTimeout } = globalThis
  const Fixed = function (this: unknown, ...given: unknown[]) {
    if (!new.target) return new RealDate(at).toString()
    return Reflect.construct(RealDate, given.length === 0 ? [at] : given, new.target)
  }
  Object.setPrototypeOf(Fixed, RealDate)
  Object.defineProperty(Fixed, 'prototype', { value: RealDate.prototype })
  Object.defineProperty(Fixed, 'now', { value: () => at })
  const patient = (run: () => void, ms = 0, ...given: []) =>
    ms < PATIENCE_MS ? realTimeout(run, ms, ...given) : realTimeout(run, NEVER_MS, ...given).unref()
  Object.assign(globalThis, { Date: Fixed, setTimeout: Object.assign(patient, realTimeout) })
  const { now } = performance
  performance.now = () => now.call(performance) / 1_000
  const { bigint } = process.hrtime
  process.hrtime.bigint = () => 0n
  return () => {
    Object.assign(globalThis, { Date: RealDate, setTimeout: realTimeout })
    performance.now = now
    process.hrtime.bigint = bigint
  }
}
