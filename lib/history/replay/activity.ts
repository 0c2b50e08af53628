import type { ActivityRow, EpochMs, ServiceHealthNotice } from '#lib/contract/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'
import { iso } from '../times.ts'
import type { SpanTimes } from '../read/as-of.ts'
import { type ReplayAsked, noLocalAddresses, type ReplayTable } from './table.ts'

interface Row extends Omit<ActivityRow, 'health'> {
  health: ServiceHealthNotice | null
  readStartedAt: EpochMs | null
  readFinishedAt: EpochMs | null
}

/** An Activity log entry, and the start of the poll in which it stands. */
interface ReadEntry {
  entry: ActivityRow
  from: EpochMs
}

/** The log's entries, each in the poll that first read it: it may be an hour younger than what it explains. */
export async function replayedActivity(db: Queryable, { sourceId, from, to }: ReplayAsked): Promise<ReplayTable> {
  const rows = await readRows<Row>(
    db,
    `SELECT event_data_id, correlation_id, at, submitted_at, operation, status, arm_key AS resource_id, caller, category, health,
            read_started_at, read_finished_at
     FROM activity_entry
     WHERE source_id = $1 AND coalesce(read_started_at, submitted_at, at) BETWEEN $2 AND $3
     ORDER BY coalesce(read_started_at, submitted_at, at), at, event_data_id`,
    [sourceId, iso(from), iso(to)],
  )
  const entries = rows.map(readEntryOf)
  let done = 0
  return {
    spans: rows.flatMap(readingPoll),
    rowsAt: ({ startedAt }) => {
      const before = done
      while ((entries[done]?.from ?? Infinity) <= startedAt) done += 1
      return entries.slice(before, done).map(({ entry }) => entry)
    },
    localAddresses: noLocalAddresses,
  }
}

function readEntryOf({ readStartedAt, readFinishedAt: _, health, ...row }: Row): ReadEntry {
  // of one that was stored without its poll it is known when it can have been read at the earliest
  return { entry: { ...row, ...(health && { health }) }, from: readStartedAt ?? row.submittedAt ?? row.at }
}

/** The poll that first read an entry was made exactly then. */
function readingPoll({ readStartedAt: start, readFinishedAt: end }: Row): SpanTimes[] {
  return start && end ? [{ lastAbsent: null, firstPresent: end, lastPresent: start, firstAbsent: null }] : []
}
