import type { EpochMs } from '../clock.ts'
import type { Database } from '../database.ts'
import { type SqlExecutor, getSqlExecutor } from '../queryable.ts'

/** Poll of the schedule: a kind of poll of one source, and its interval. */
type ScheduleEntry = {
  sourceId: number
  kind: string
  /** Configured interval in seconds. The current interval may be longer ({@link updatePollIntervals}). */
  everySeconds: number
  /**
   * Name of the resource on which Azure runs only one such operation at a time; null or absent = Azure answers the poll
   * immediately.
   */
  resource?: string | null
}

/**
 * Adds polls to the schedule. A new poll is due immediately and marked as requested, so that it takes precedence over
 * polls that became due normally. A poll that is already scheduled keeps its due time and its current interval. If its
 * configured interval or its resource changed, the configured interval applies immediately, and the next poll is due
 * after at most one such interval.
 * @returns number of new or changed polls
 */
export async function addMissingPollsToSchedule(
  db: Database | SqlExecutor,
  entries: readonly ScheduleEntry[],
): Promise<number> {
  // A row that is removed and added again must get a higher epoch than before. Otherwise a poll that was running when
  // the row was removed could still be recorded. Therefore epochs start at the current epoch milliseconds.
  const { rowCount } = await getSqlExecutor(db).query(
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

/** New current interval of one poll of the schedule. */
export type PlannedInterval = {
  sourceId: number
  kind: string
  /** configured interval on which `everySeconds` is based; both in seconds */
  configuredSeconds: number
  everySeconds: number
  /** plain JSON with the reason why the interval is longer than configured; null = it is not longer */
  plan: object | null
}

/**
 * Changes the current intervals of polls. The next polls with a changed interval are distributed over the new interval,
 * because otherwise they would use a request budget at the same time. No poll becomes due later than one new interval
 * from now. The function does not wait for locks: locked rows, and rows whose configured interval changed meanwhile,
 * are left for the next call.
 * @returns number of changed rows
 */
export async function updatePollIntervals(
  db: Database | SqlExecutor,
  intervals: readonly PlannedInterval[],
): Promise<number> {
  const { rowCount } = await getSqlExecutor(db).query(
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

/** Deletes the leases of resources that no poll of the schedule uses any more, unless a lease is currently held. */
export async function dropIdleResourceLeases(db: Database | SqlExecutor): Promise<void> {
  await getSqlExecutor(db).query(
    'DELETE FROM resource_lease r WHERE NOT EXISTS (SELECT FROM poll_schedule s WHERE s.resource = r.resource) AND r.lease_until IS NULL',
  )
}

/**
 * Makes polls of these kinds of a source due soon, because an event requires new data. Without a delay they take
 * precedence over polls that were not requested. If such a poll is running, it began before the event, so another poll
 * follows immediately after it.
 * @param withinSeconds delay in seconds until the polls are due; with a delay, the polls do not take precedence over
 *   other due polls; default 0
 */
export async function expeditePolls(
  db: Database | SqlExecutor,
  sourceId: number,
  kinds: readonly string[],
  withinSeconds = 0,
): Promise<void> {
  await getSqlExecutor(db).query({
    name: 'expedite',
    text: `UPDATE poll_schedule
     SET next_at = CASE WHEN lease_until >= clock_timestamp() THEN '-infinity' ELSE least(next_at, clock_timestamp() + make_interval(secs => $3)) END,
         asked_at = CASE WHEN $3 = 0 THEN coalesce(asked_at, clock_timestamp()) ELSE asked_at END
     WHERE source_id = $1 AND kind = ANY ($2)`,
    values: [sourceId, kinds, withinSeconds],
  })
}

/**
 * Delays polls of these kinds of sources until `until`, because Azure throttles requests.
 * @param kinds null = all kinds
 * @param spread true = each poll gets an additional random delay of up to one interval, so that they do not start
 *   together
 */
export async function delayThrottledPollsUntil(
  db: Database | SqlExecutor,
  sourceIds: readonly number[],
  kinds: readonly string[] | null,
  until: EpochMs,
  { spread = false } = {},
): Promise<void> {
  await getSqlExecutor(db).query(
    `UPDATE poll_schedule
     SET next_at = greatest(next_at, to_timestamp($3::double precision / 1000) + CASE WHEN $4 THEN random() ELSE 0 END
                     * make_interval(secs => every_seconds))
     WHERE source_id = ANY ($1::int[]) AND ($2::text[] IS NULL OR kind = ANY ($2))`,
    [sourceIds, kinds, until, spread],
  )
}
