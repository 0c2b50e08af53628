import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { formatIsoTime } from '../times.ts'
import { rateMetrics } from '../rollup/metric-flow.ts'

/**
 * Maximum wait for the lock that dropping a partition needs. The lock blocks writers for a moment. If queries hold the
 * partition longer, the drop is given up and retried, so that writers do not wait for those queries too.
 */
const LOCK_WITHIN = '300ms'
const ATTEMPTS = 3
const LOCK_NOT_AVAILABLE = '55P03'
const BATCH = 5_000

interface RawTable {
  table: 'counter_sample' | 'metric_sample'
  time: 'started_at' | 'at'
  /** SQL of samples in a partition `s` that were not added to usage buckets yet */
  waiting: string
}

const rates = Object.keys(rateMetrics)
  .map((name) => `'${name}'`)
  .join(', ')

const rawTables: readonly RawTable[] = [
  {
    table: 'counter_sample',
    time: 'started_at',
    waiting: `JOIN counter c ON c.source_id = s.source_id AND c.id = s.counter_id
      LEFT JOIN usage_series u ON u.source_id = c.source_id AND u.basis = 'counter' AND u.path = c.path
      WHERE s.started_at > coalesce(u.rolled_up_to, '-infinity')`,
  },
  {
    table: 'metric_sample',
    time: 'at',
    waiting: `JOIN metric_series m ON m.source_id = s.source_id AND m.id = s.series_id AND m.metric IN (${rates})
      LEFT JOIN (SELECT source_id, max(rolled_up_to) AS rolled_up_to FROM usage_series WHERE basis = 'metric' GROUP BY 1) u
        ON u.source_id = s.source_id
      WHERE s.at >= coalesce(u.rolled_up_to + interval '5 minutes', '-infinity') AND s.average IS NOT NULL`,
  },
]

/**
 * Drops day partitions of raw samples that end before a moment. A day is kept while one of its samples was not added to
 * usage buckets yet.
 * @returns names of the dropped partitions
 */
export async function dropRawSamples(db: Database, before: EpochMs, signal?: AbortSignal): Promise<string[]> {
  const dropped: string[] = []
  for (const raw of rawTables) {
    for (const partition of await endedPartitions(db, raw.table, before)) {
      if (signal?.aborted) return dropped
      if (await isWaiting(db, raw, partition)) continue
      if (await drop(db, partition)) dropped.push(partition)
    }
    if (!(await isWaiting(db, raw, `${raw.table}_default`, before))) await emptyDefault(db, raw, before, signal)
  }
  return dropped
}

/**
 * Returns day partitions that end at or before a moment, oldest first. Names have the format of ensure_day_partition.
 */
async function endedPartitions(db: Database, table: string, before: EpochMs): Promise<string[]> {
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass($1) AND c.relname ~ '_[0-9]{8}$' ORDER BY 1`,
    [table],
  )
  return rows.map(({ name }) => name).filter((name) => dayOf(name) + MS_PER_DAY <= before)
}

function dayOf(name: string): EpochMs {
  const [year, month, day] = [name.slice(-8, -4), name.slice(-4, -2), name.slice(-2)].map(Number)
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day)
}

async function isWaiting(db: Database, { waiting, time }: RawTable, partition: string, before?: EpochMs) {
  const { rows } = await db.pool.query<{ waits: boolean }>(
    `SELECT EXISTS (SELECT FROM ${partition} s ${waiting} AND s.${time} < $1) AS waits`,
    [before === undefined ? 'infinity' : formatIsoTime(before)],
  )
  return rows[0]?.waits ?? false
}

async function drop(db: Database, partition: string): Promise<boolean> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      await db.transaction(async (client) => {
        await client.query(`SET LOCAL lock_timeout = '${LOCK_WITHIN}'`)
        // the database role of the product may not drop tables, so this database function runs with the rights of their
        // owner
        await client.query('SELECT drop_day_partition($1)', [partition])
      })
      return true
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error
    }
  }
  createComponentLogger('retention').info({ partition }, 'in use: its drop is tried again next time')
  return false
}

/** Deletes samples before a moment from the default partition, which contains days without their own partition. */
async function emptyDefault(db: Database, { table, time }: RawTable, before: EpochMs, signal?: AbortSignal) {
  for (let gone = BATCH; gone === BATCH && !signal?.aborted; ) {
    const { rowCount } = await db.pool.query(
      `DELETE FROM ${table}_default
       WHERE ctid = ANY (ARRAY (SELECT ctid FROM ${table}_default WHERE ${time} < $1 LIMIT ${BATCH}))`,
      [formatIsoTime(before)],
    )
    gone = rowCount ?? 0
  }
}
