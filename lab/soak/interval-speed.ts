import type { Database } from '#lib/platform/database.ts'

/** What each row of the timetable is polled every, in seconds, at the usual speed. */
export type BaseIntervals = readonly { sourceId: number; kind: string; seconds: number }[]

/** @param inventorySeconds of inventories, which are configured otherwise here */
export async function baseIntervals({ pool }: Database, inventorySeconds: number): Promise<BaseIntervals> {
  const { rows } = await pool.query<{ sourceId: number; kind: string; seconds: number }>(
    `SELECT source_id AS "sourceId", kind,
            CASE kind WHEN 'inventory' THEN $1 ELSE coalesce(configured_seconds, every_seconds) END AS seconds
     FROM poll_schedule`,
    [inventorySeconds],
  )
  return rows
}

const DEADLOCK = '40P01'
const ATTEMPTS = 10

/** Makes all intervals so many times shorter than at the usual speed, as if they were configured so; what lies further ahead comes sooner. */
export async function setSpeed({ pool }: Database, base: BaseIntervals, speed: number): Promise<void> {
  const values = [
    base.map(({ sourceId }) => sourceId),
    base.map(({ kind }) => kind),
    base.map(({ seconds }) => seconds / speed),
  ]
  for (let attempt = 1; ; attempt++) {
    try {
      await pool.query(
        `WITH b AS (
           SELECT s.source_id, s.kind, b.seconds
           FROM poll_schedule s JOIN unnest($1::int[], $2::text[], $3::float8[]) AS b (source_id, kind, seconds)
             ON (s.source_id, s.kind) = (b.source_id, b.kind)
           ORDER BY s.source_id, s.kind FOR UPDATE OF s)
         UPDATE poll_schedule s
         SET every_seconds = b.seconds, configured_seconds = b.seconds, plan = NULL,
             next_at = least(s.next_at, clock_timestamp() + make_interval(secs => b.seconds))
         FROM b WHERE (s.source_id, s.kind) = (b.source_id, b.kind)`,
        values,
      )
      return
    } catch (error) {
      // the worker's statements take rows in another order
      if ((error as { code?: string }).code !== DEADLOCK || attempt === ATTEMPTS) throw error
    }
  }
}
