import type { EpochMs } from '#lib/contract/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

const timeColumns = { counter_sample: 'started_at', metric_sample: 'at' } as const
type Partitioned = keyof typeof timeColumns

const DAY_MS = 86_400_000
const DAYS_AHEAD = 2
/** Attaching a partition needs a moment's lock; rather than wait longer, rows stay in the default partition for now. */
const LOCK_WITHIN = '500ms'

const dayOf = (at: EpochMs) => new Date(at).toISOString().slice(0, 10)

/** Makes the day partitions of today and the next two days, where they are missing. For a worker's idle hour. */
export async function ensurePartitions(db: Queryable, now: EpochMs): Promise<void> {
  const days = Array.from({ length: DAYS_AHEAD + 1 }, (_, i) => dayOf(now + i * DAY_MS))
  for (const table of Object.keys(timeColumns) as Partitioned[]) await makePartitions(db, table, days)
}

/**
 * Makes the partitions of samples that were just inserted and found none, and moves them there. Does nothing in the usual
 * case that every sample found its day's partition.
 * @param partitions names of the partitions that the samples went into
 */
export async function keepOutOfDefault(
  client: Queryable,
  table: Partitioned,
  partitions: readonly string[],
  times: readonly EpochMs[],
): Promise<void> {
  if (!partitions.includes(`${table}_default`)) return
  const newest = Math.max(...times)
  const ahead = Array.from({ length: DAYS_AHEAD }, (_, i) => newest + (i + 1) * DAY_MS)
  const days = [...new Set([...times, ...ahead].map(dayOf))].toSorted()
  await client.query('SAVEPOINT partitions')
  try {
    await client.query(`SET LOCAL lock_timeout = '${LOCK_WITHIN}'`)
    await makePartitions(client, table, days)
    await client.query('SET LOCAL lock_timeout = 0')
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT partitions')
    componentLogger('history').warn({ err: error, table }, 'samples stay in the default partition for now')
  }
  await client.query('RELEASE SAVEPOINT partitions')
}

async function makePartitions(db: Queryable, table: Partitioned, days: readonly string[]): Promise<void> {
  await db.query(`SELECT ensure_day_partition($1, $2, day) FROM unnest($3::date[]) AS day`, [
    table,
    timeColumns[table],
    days,
  ])
}
