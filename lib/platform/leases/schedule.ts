import type { EpochMs } from '../clock.ts'
import type { Database } from '../database.ts'
import { type Queryable, queryable } from '../queryable.ts'

/** One row of the timetable: poll this kind of this source at this interval. */
type ScheduleEntry = {
  sourceId: number
  kind: string
  /** The configured interval; the one in force may be longer, see {@link changeIntervals}. */
  everySeconds: number
  /** What runs one such operation at a time, by any name that is its alone; none = the poll is answered at once. */
  resource?: string | null
}

/**
 * Adds entries to the timetable, due at once and asked for: what was never polled does not wait for a gap. An existing entry keeps
 * its due time and its interval in force; if the configured one changed, that is in force at once, and the next poll is due no later
 * than one new interval from now.
 * @returns how many entries are new or changed
 */
export async function ensureScheduled(db: Database | Queryable, entries: readonly ScheduleEntry[]): Promise<number> {
  // A row that is removed and added again must not repeat an epoch, or a poll in progress at its removal could commit.
  // So epochs start at the clock's milliseconds.
  const { rowCount } = await queryable(db).query(
    `WITH resources AS (
       INSERT INTO resource_lease (resource) SELECT DISTINCT w FROM unnest($4::text[]) AS w WHERE w IS NOT NULL ORDER BY 1
       ON CONFLICT DO NOTHING)
     INSERT INTO poll_schedule AS s (source_id, kind, every_seconds, configured_seconds, next_at, asked_at, epoch, resource)
     SELECT source_id, kind, every_seconds, every_seconds, clock_timestamp(), clock_timestamp(),
            (extract(epoch FROM clock_timestamp()) * 1000)::bigint, resource
     FROM unnest($1::int[], $2::text[], $3::double precision[], $4::text[])
       AS wanted (source_id, kind, every_seconds, resource)
     ON CONFLICT (source_id, kind) DO UPDATE
     SET every_seconds = excluded.every_seconds, configured_seconds = excluded.every_seconds, plan = NULL, resource = excluded.resource,
         next_at = least(s.next_at, clock_timestamp() + make_interval(secs => excluded.every_seconds))
     WHERE coalesce(s.configured_seconds, s.every_seconds) <> excluded.every_seconds
        OR s.resource IS DISTINCT FROM excluded.resource`,
    [
      entries.map((e) => e.sourceId),
      entries.map((e) => e.kind),
      entries.map((e) => e.everySeconds),
      entries.map((e) => e.resource ?? null),
    ],
  )
  return rowCount ?? 0
}

/** The interval in force of one row of the timetable. */
export type PlannedInterval = {
  sourceId: number
  kind: string
  /** the configured interval that this one was planned from */
  configuredSeconds: number
  everySeconds: number
  /** why it is longer than configured, plain JSON; null = it is not */
  plan: object | null
}

/**
 * Puts intervals in force. The next polls of those that change are spread over the new interval, never later than it says: with the
 * phases of the old one they would stay together in a part of each window that a budget counts by. It waits for no row: one that
 * somebody holds, or whose configured interval changed meanwhile, is left for the next time.
 * @returns how many rows were changed
 */
export async function changeIntervals(
  db: Database | Queryable,
  intervals: readonly PlannedInterval[],
): Promise<number> {
  const { rowCount } = await queryable(db).query(
    `WITH wanted AS (
       SELECT * FROM unnest($1::int[], $2::text[], $3::double precision[], $4::double precision[], $5::jsonb[])
         AS w (source_id, kind, configured, every_seconds, plan)),
     free AS (
       SELECT s.source_id, s.kind FROM poll_schedule s JOIN wanted w ON w.source_id = s.source_id AND w.kind = s.kind
       WHERE coalesce(s.configured_seconds, s.every_seconds) = w.configured FOR UPDATE OF s SKIP LOCKED)
     UPDATE poll_schedule s
     SET every_seconds = w.every_seconds, configured_seconds = w.configured, plan = w.plan,
         next_at = CASE
           WHEN w.every_seconds > s.every_seconds AND s.next_at > clock_timestamp()
             THEN clock_timestamp() + random() * (s.next_at - clock_timestamp() + make_interval(secs => w.every_seconds - s.every_seconds))
           WHEN w.every_seconds < s.every_seconds AND s.next_at > clock_timestamp() + make_interval(secs => w.every_seconds)
             THEN clock_timestamp() + random() * make_interval(secs => w.every_seconds)
           ELSE s.next_at END
     FROM free f JOIN wanted w ON w.source_id = f.source_id AND w.kind = f.kind
     WHERE s.source_id = f.source_id AND s.kind = f.kind`,
    [
      intervals.map(({ sourceId }) => sourceId),
      intervals.map(({ kind }) => kind),
      intervals.map(({ configuredSeconds }) => configuredSeconds),
      intervals.map(({ everySeconds }) => everySeconds),
      intervals.map(({ plan }) => plan && JSON.stringify(plan)),
    ],
  )
  return rowCount ?? 0
}

/** Forgets resources that nothing on the timetable belongs to any more. */
export async function dropIdleResources(db: Database | Queryable): Promise<void> {
  await queryable(db).query(
    'DELETE FROM resource_lease r WHERE NOT EXISTS (SELECT FROM poll_schedule s WHERE s.resource = r.resource) AND r.lease_until IS NULL',
  )
}

/**
 * Makes kinds of a source due now, because an observation requires them, and the next ones on their resource. A poll in progress
 * began before that observation, so another one follows at once.
 * @param withinSeconds due so much later, and then in their turn; default 0
 */
export async function expedite(
  db: Database | Queryable,
  sourceId: number,
  kinds: readonly string[],
  withinSeconds = 0,
): Promise<void> {
  await queryable(db).query({
    name: 'expedite',
    text: `UPDATE poll_schedule
     SET next_at = CASE WHEN lease_until >= clock_timestamp() THEN '-infinity' ELSE least(next_at, clock_timestamp() + make_interval(secs => $3)) END,
         asked_at = CASE WHEN $3 = 0 THEN coalesce(asked_at, clock_timestamp()) ELSE asked_at END
     WHERE source_id = $1 AND kind = ANY ($2)`,
    values: [sourceId, kinds, withinSeconds],
  })
}

/**
 * Delays kinds of sources until `until`: the server throttles.
 * @param spread each by up to its own interval more, so that they don't begin at once
 */
export async function postpone(
  db: Database | Queryable,
  sourceIds: readonly number[],
  kinds: readonly string[] | null,
  until: EpochMs,
  { spread = false } = {},
): Promise<void> {
  await queryable(db).query(
    `UPDATE poll_schedule
     SET next_at = greatest(next_at, to_timestamp($3::double precision / 1000) + CASE WHEN $4 THEN random() ELSE 0 END
                     * make_interval(secs => every_seconds))
     WHERE source_id = ANY ($1::int[]) AND ($2::text[] IS NULL OR kind = ANY ($2))`,
    [sourceIds, kinds, until, spread],
  )
}
