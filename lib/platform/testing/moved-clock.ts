import pg from 'pg'
import { createTestDatabase } from './database.ts'

/** Has one row. */
const TABLE = 'public.moved_clock'
/** Functions of PostgreSQL that read the clock, and are called as functions. */
const READINGS = ['clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'now'] as const

/** A database whose clock a test sets. */
export interface MovedClock {
  /** Sets the clock to the machine's plus `ms`, for all connections at once. */
  set(ms: number): Promise<void>
  end(): Promise<void>
}

/**
 * Lets a database's clock be set: `public`, before `pg_catalog` on the search path, has functions of the same names, which add what a table says.
 * Defaults of columns keep the machine's clock, because they were resolved when the table was made.
 * @param adminUrl of a role that may alter the database; connections that are open keep the clock that they have
 */
export async function moveClockOf(adminUrl: string): Promise<MovedClock> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  const name = admin.escapeIdentifier(admin.database ?? '')
  await admin.query(`
    CREATE TABLE IF NOT EXISTS ${TABLE} (ahead interval NOT NULL);
    INSERT INTO ${TABLE} SELECT interval '0' WHERE NOT EXISTS (SELECT FROM ${TABLE});
    ${READINGS.map(
      (reading) => `CREATE OR REPLACE FUNCTION public.${reading}() RETURNS timestamptz
        LANGUAGE sql ${reading === 'clock_timestamp' ? 'VOLATILE' : 'STABLE'}
        AS 'SELECT pg_catalog.${reading}() + ahead FROM ${TABLE}';`,
    ).join('\n')}
    GRANT SELECT ON ${TABLE} TO PUBLIC;
    ALTER DATABASE ${name} SET search_path = public, pg_catalog;`)
  return {
    set: async (ms) => void (await admin.query(`UPDATE ${TABLE} SET ahead = $1 * interval '1 ms'`, [ms])),
    end: () => admin.end(),
  }
}

/** A database of a test's own with a clock that the test sets. */
export async function createMovedDatabase(): Promise<{ url: string; clock: MovedClock; drop: () => Promise<void> }> {
  const { url, drop } = await createTestDatabase()
  const clock = await moveClockOf(url)
  return { url, clock, drop: () => clock.end().then(drop) }
}
