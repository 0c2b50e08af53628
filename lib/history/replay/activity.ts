import type { ActivityRow, EpochMs, ServiceHealthNotice } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { ActivityColumns } from '../read/config/activity-around.ts'
import { iso, ms } from '../times.ts'
import type { ReplaySpan } from './span.ts'
import { type ReplayAsked, noLocalAddresses, type ReplayTable } from './table.ts'

interface Row extends ActivityColumns {
  submitted_at: Date | null
  health: ServiceHealthNotice | null
  read_started_at: Date | null
  read_finished_at: Date | null
}

/** An Activity log entry, and the start of the poll in which it stands. */
interface ReadEntry {
  entry: ActivityRow
  from: EpochMs
}

/** The log's entries, each in the poll that first read it: it may be an hour younger than what it explains. */
export async function replayedActivity(db: Queryable, { sourceId, from, to }: ReplayAsked): Promise<ReplayTable> {
  const { rows } = await db.query<Row>(
    `SELECT event_data_id, correlation_id, at, submitted_at, operation, status, arm_key, caller, category, health,
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

function readEntryOf(row: Row): ReadEntry {
  const entry: ActivityRow = {
    eventDataId: row.event_data_id,
    correlationId: row.correlation_id,
    at: ms(row.at),
    submittedAt: ms(row.submitted_at),
    operation: row.operation,
    status: row.status,
    resourceId: row.arm_key,
    caller: row.caller,
    category: row.category,
    ...(row.health ? { health: row.health } : {}),
  }
  // of one that was stored without its poll it is known when it can have been read at the earliest
  return { entry, from: ms(row.read_started_at) ?? entry.submittedAt ?? entry.at }
}

/** The poll that first read an entry was made exactly then. */
function readingPoll({ read_started_at: start, read_finished_at: end }: Row): ReplaySpan[] {
  if (!start || !end) return []
  return [{ lastAbsent: null, firstPresent: ms(end), lastPresent: ms(start), firstAbsent: null }]
}
