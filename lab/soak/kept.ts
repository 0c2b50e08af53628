import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { tableGroups } from './table-groups.ts'

const LONGEST_MONTH = 31 * MS_PER_DAY
/** Interval tables with four bounds. Coverage has other columns and is queried separately. */
const INTERVALS = tableGroups.intervals.filter((table) => table !== 'coverage')

export interface StoredRowCounts {
  /** messages about rows that should have been deleted; empty = none */
  leftOver: string[]
  /** number of rows that ended before history begins and are kept because of a retained event */
  withEvents: number
}

/**
 * Finds rows that are older than their retention. The conditions are written independently of those with which the
 * product deletes rows, so that both are compared.
 */
export async function findExpiredRows(
  { pool }: Database,
  now: EpochMs,
  { rawMs, historyMs }: { rawMs: number; historyMs: number },
): Promise<StoredRowCounts> {
  const leftOver: string[] = []
  const before = new Date(now - historyMs)
  // one day of tolerance, because states at the begin of history need rows of the day before
  const intervalsBefore = new Date(now - historyMs - MS_PER_DAY)
  const count = async (text: string, moment: Date): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${text}`, [moment])
    return rows[0]?.count ?? 0
  }
  const note = (what: string, rows: number) => {
    if (rows > 0) leftOver.push(`${what}: ${rows} rows`)
  }
  // raw samples are deleted by whole days
  const rawBefore = new Date(now - rawMs - MS_PER_DAY)
  note('counter_sample', await count('counter_sample WHERE started_at < $1', rawBefore))
  note('metric_sample', await count('metric_sample WHERE at < $1', rawBefore))
  let withEvents = 0
  for (const table of INTERVALS) {
    const own = await old(`${table} t`, 'coalesce(t.last_absent, t.first_present)', 't.first_absent')
    withEvents += own
  }
  withEvents += await old('coverage t', 't.from_at', 't.to_at')
  note('route_churn', await count('route_churn WHERE at < $1', before))
  note('activity_entry', await count('activity_entry WHERE at < $1', before))
  note('event', await count('event WHERE ended_latest < $1', before))
  // hours and days are kept as long as their month
  const bucketsBefore = new Date(now - historyMs - LONGEST_MONTH - 3 * MS_PER_DAY)
  note(
    'usage_bucket',
    await count(
      `usage_bucket WHERE starts_at + CASE step WHEN 4 THEN interval '31 days' WHEN 3 THEN interval '1 day' ELSE interval '1 hour' END < $1`,
      bucketsBefore,
    ),
  )
  return { leftOver, withEvents }

  /**
   * Reports old rows without an event of their source at the same time, which should have been deleted. Returns the
   * number of old rows with such an event.
   */
  async function old(table: string, begin: string, end: string): Promise<number> {
    const touches = `EXISTS (SELECT FROM event e WHERE e.source_id = t.source_id AND e.started_earliest <= ${end}
      AND coalesce(e.ended_latest, 'infinity') >= ${begin})`
    note(table, await count(`${table} WHERE ${end} < $1 AND NOT ${touches}`, intervalsBefore))
    return count(`${table} WHERE ${end} < $1 AND ${touches}`, intervalsBefore)
  }
}
