import pg from 'pg'
import { createTestDatabase } from './database.ts'

/** Name of the table that stores the offset of the clock in a single row. */
const TABLE = 'public.moved_clock'
/** Functions of PostgreSQL that read the clock. Only these are replaced, because they are called with parentheses. */
const READINGS = ['clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'now'] as const

/** A database whose clock a test can set. */
export interface DatabaseWithAdjustableClock {
  /** Sets the clock to the machine's clock plus `ms` milliseconds, for all connections immediately. */
  set(ms: number): Promise<void>
  end(): Promise<void>
}

/**
 * Makes the clock of a database adjustable. It creates functions with the names of the clock functions in `public`,
 * which is before `pg_catalog` on the search path; they add the offset from a table. Defaults of columns still use the
 * machine's clock, because they were resolved when the table was created.
 * @param adminUrl address as a role that may alter the database; connections that are already open keep their clock
 */
export async function makeDatabaseClockAdjustable(adminUrl: string): Promise<DatabaseWithAdjustableClock> {
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

/** Creates a test database whose clock the test can set. */
export async function createMovedDatabase(): Promise<{
  url: string
  clock: DatabaseWithAdjustableClock
  drop: () => Promise<void>
}> {
  const { url, drop } = await createTestDatabase()
  const clock = await makeDatabaseClockAdjustable(url)
  return { url, clock, drop: () => clock.end().then(drop) }
}
