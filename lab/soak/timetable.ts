import type { Database } from '#lib/platform/database.ts'

export interface Timetable {
  /** polls that ended, since the beginning */
  polls: number
  events: number
  /** polls a second that its intervals ask for, as they were configured */
  asked: number
  /** the share of it that is due for longer than an interval, 0 to 1 */
  late: number
  /** intervals in force that are longer than configured */
  lengthened: number
  /** of the database, MB */
  disk: number
}

/** What has been polled, and what is due. */
export async function readTimetable({ pool }: Database): Promise<Timetable> {
  const { rows } = await pool.query<Timetable>(
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
