import type { Database } from '#lib/platform/database.ts'

export interface CompletedPollAndEventCounts {
  /** number of completed polls since the start */
  polls: number
  events: number
  /** polls per second at the configured intervals */
  asked: number
  /** share (0 to 1) of rows that have been due for longer than one interval */
  late: number
  /** number of rows in the timetable whose current interval is longer than the configured one */
  lengthened: number
  /** size of the database, in MB */
  disk: number
}

/** Reads the numbers of completed polls and of events, and how late the polls of the timetable are. */
export async function readCompletedPollAndEventCounts({ pool }: Database): Promise<CompletedPollAndEventCounts> {
  const { rows } = await pool.query<CompletedPollAndEventCounts>(
    `SELECT (SELECT coalesce(sum(polls), 0)::int FROM poll_state) AS polls,
            (SELECT count(*)::int FROM event) AS events,
            coalesce(sum(1 / coalesce(configured_seconds, every_seconds)), 0) AS asked,
            coalesce(avg((next_at + every_seconds * interval '1 s' < clock_timestamp())::int), 0)::float8 AS late,
            count(*) FILTER (WHERE plan IS NOT NULL)::int AS lengthened,
            pg_database_size(current_database()) / 1048576.0::float8 AS disk
     FROM poll_schedule`,
  )
  const [row] = rows
  if (!row) throw new Error('a query without groups has one row')
  return row
}
