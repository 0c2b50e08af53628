import type { EpochMs } from '#lib/contract/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

const timeColumns = { counter_sample: 'started_at', metric_sample: 'at' } as const
type Partitioned = keyof typeof timeColumns

const DAY_MS = 86_400_000
const DAYS_AHEAD = 2
/** Attaching a partition needs a moment's lock, which a long dump may hold: rather than wait, samples go to the default one. */
const LOCK_WITHIN = '500ms'

const dayOf = (at: EpochMs) => new Date(at).toISOString().slice(0, 10)

/** Makes the day partitions of today and the next two days, where they are missing. For a worker's idle hour. */
export async function ensurePartitions(db: Queryable, now: EpochMs): Promise<void> {
  const days = Array.from({ length: DAYS_AHEAD + 1 }, (_, i) => dayOf(now + i * DAY_MS))
  for (const table of Object.keys(timeColumns) as Partitioned[]) await makePartitions(db, table, days)
}

/**
 * Makes sure, before samples are inserted, that their days have partitions; in the usual case they do. It must be before: a
 * row that is being written into the default partition while its day's own is attached is refused.
 */
export async function partitionsFor(client: Queryable, table: Partitioned, times: readonly EpochMs[]): Promise<void> {
  const { rows } = await client.query<{ day: string }>(
    `SELECT day::text FROM unnest($2::date[]) AS day
     WHERE to_regclass(quote_ident($1 || '_' || to_char(day, 'YYYYMMDD'))) IS NULL`,
    [table, [...new Set(times.map(dayOf))].toSorted()],
  )
  if (rows.length === 0) return
  await client.query('SAVEPOINT partitions')
  try {
    await client.query(`SET LOCAL lock_timeout = '${LOCK_WITHIN}'`)
    await makePartitions(
      client,
      table,
      rows.map(({ day }) => day),
    )
    await client.query('SET LOCAL lock_timeout = 0')
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT partitions')
    componentLogger('history').warn({ err: error, table }, 'samples go to the default partition for now')
  }
  await client.query('RELEASE SAVEPOINT partitions')
}

async function makePartitions(db: Queryable, table: Partitioned, days: readonly string[]): Promise<void> {
  await db.query('SELECT ensure_day_partition($1, $2, day) FROM unnest($3::date[]) AS day', [
    table,
    timeColumns[table],
    days,
  ])
}
