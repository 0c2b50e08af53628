import type { EpochMs } from '#lib/contract/index.ts'
import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

const timeColumns = { counter_sample: 'started_at', metric_sample: 'at' } as const
type Partitioned = keyof typeof timeColumns

const DAYS_AHEAD = 2
/**
 * Maximum wait for the short lock that attaching a partition needs. A long database dump may hold this lock; the
 * samples are then written to the default partition.
 */
const LOCK_WITHIN = '500ms'
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Creates missing day partitions for today and the next two days. Also creates partitions for days whose samples are in
 * the default partition, and moves these samples. Meant for an idle hour of a worker: tables that are in use are
 * skipped until the next run.
 */
export async function ensurePartitions(db: Database, now: EpochMs): Promise<void> {
  const ahead = Array.from({ length: DAYS_AHEAD + 1 }, (_, i) => formatUtcDay(now + i * MS_PER_DAY))
  for (const table of Object.keys(timeColumns) as Partitioned[]) {
    for (const day of new Set([...ahead, ...(await daysInDefault(db.pool, table))])) await ensureDay(db, table, day)
  }
}

async function daysInDefault(db: SqlExecutor, table: Partitioned): Promise<string[]> {
  const { rows } = await db.query<{ day: string }>(
    `SELECT DISTINCT (${timeColumns[table]} AT TIME ZONE 'UTC')::date::text AS day FROM ${table}_default ORDER BY 1`,
  )
  return rows.map(({ day }) => day)
}

/**
 * Creates the partition of one day in its own transaction, so that queries of the default partition wait for the move
 * of one day only.
 */
async function ensureDay(db: Database, table: Partitioned, day: string): Promise<void> {
  try {
    await db.transaction(async (client) => {
      await client.query(`SET LOCAL lock_timeout = '${LOCK_WITHIN}'`)
      await makePartitions(client, table, [day])
    })
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error
    createComponentLogger('history').info({ table, day }, 'in use: its partition is made by a later run')
  }
}

/**
 * Ensures, before samples are inserted, that their days have partitions. Usually these exist already. If a partition
 * cannot be created now, the samples go to the default partition. In this case the function locks the default partition
 * until the transaction ends, so that no other process can attach a partition in the meantime. If a partition for the
 * day were attached, Postgres would reject the rows in the default partition (23514), and the whole poll would be lost.
 */
export async function ensurePartitionsForTimes(
  client: SqlExecutor,
  table: Partitioned,
  times: readonly EpochMs[],
): Promise<void> {
  const days = [...new Set(times.map(formatUtcDay))].toSorted()
  const missing = await missingDays(client, table, days)
  if (missing.length === 0) return
  await client.query('SAVEPOINT partitions')
  try {
    await client.query(`SET LOCAL lock_timeout = '${LOCK_WITHIN}'`)
    await makePartitions(client, table, missing)
    await client.query('SET LOCAL lock_timeout = 0')
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT partitions')
    await moveDefaultRows(client, table, missing, error)
  }
  await client.query('RELEASE SAVEPOINT partitions')
}

/**
 * Locks the default partition, so that no partition can be attached until the transaction ends, and logs the days that
 * still have no partition.
 */
async function moveDefaultRows(client: SqlExecutor, table: Partitioned, days: readonly string[], err: unknown) {
  await client.query(`LOCK TABLE ${table}_default IN ROW EXCLUSIVE MODE`)
  const still = await missingDays(client, table, days)
  if (still.length === 0) return
  createComponentLogger('history').warn({ err, table, days: still }, 'samples go to the default partition for now')
}

async function missingDays(db: SqlExecutor, table: Partitioned, days: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ day: string }>(
    `SELECT day::text FROM unnest($2::date[]) AS day
     WHERE to_regclass(quote_ident($1 || '_' || to_char(day, 'YYYYMMDD'))) IS NULL ORDER BY 1`,
    [table, days],
  )
  return rows.map(({ day }) => day)
}

async function makePartitions(db: SqlExecutor, table: Partitioned, days: readonly string[]): Promise<void> {
  await db.query('SELECT ensure_day_partition($1, $2, day) FROM unnest($3::date[]) AS day', [
    table,
    timeColumns[table],
    days,
  ])
}
