import type { Database } from '../database.ts'
import { type SqlExecutor, getSqlExecutor, queryRowsInCamelCase } from '../queryable.ts'
import type { PollLease, LeaseKey } from './types.ts'

type ClaimOptions = {
  /** Name of the worker process, which is stored for people who read the table. */
  owner: string
  /** Duration of the lease in seconds. After a worker dies, its polls are blocked for at most this time. */
  leaseSeconds: number
  /** Maximum number of leases to take. */
  limit: number
  /**
   * Time in seconds. The next due poll is searched only among polls that become due within this time, so that a long
   * schedule is not read completely; default 0.5.
   */
  withinSeconds?: number
  /**
   * Kinds of polls (session polls) that take precedence if Azure runs only one operation at a time on the resource;
   * default none.
   */
  firstKinds?: readonly string[]
  /**
   * Polls that are not claimed at present: polls of these kinds on resources of these subscriptions (lower case). A
   * poll is claimed in spite of this if an operation of Azure is stored for it, because the poll can then be resumed.
   */
  heldBack?: { kinds: readonly string[]; subscriptionIds: readonly string[] }
}

/**
 * Share of a route table's polling interval. If the poll of the table is late by at least this share, it becomes
 * urgent, unless it may wait for a session poll ({@link MIN_PATIENT_INTERVAL_RATIO}). An urgent poll takes precedence
 * over session polls, but not directly after the poll of another table.
 */
export const MIN_URGENT_LATE_SHARE = 0.05
/** A poll counts as on time if it is late by at most this share of its interval. */
export const MAX_ON_TIME_LATE_SHARE = 0.1
/**
 * A late poll of a route table may still wait for another session poll if its interval is at least this many times as
 * long as the interval of the session polls.
 */
export const MIN_PATIENT_INTERVAL_RATIO = 3

/**
 * SQL condition for polls that are not claimed. It is added only if there are such polls, because it would make every
 * claim slower.
 */
const NOT_HELD_BACK = `
         AND NOT coalesce(s.kind = ANY ($6) AND split_part(s.resource, '/', 3) = ANY ($7) AND r.operation IS NULL, false)`

/**
 * Age above which the stored operation of a poll is not resumed. By then Azure has deleted the result of the operation.
 */
const OPERATION_KEPT = '10 minutes'

/**
 * Time in milliseconds after which the claim of a due poll is tried again if its resource is in use or its row is
 * locked.
 */
const BLOCKED_MS = 100
const WITHIN_SECONDS = 0.5

/** Result of a claim: the leases, and the time of the next attempt that can succeed. */
export interface ClaimResult {
  leases: PollLease[]
  /**
   * milliseconds until the next claim can succeed, by the database clock; null = no poll is due within `withinSeconds`,
   * or the maximum number of leases was taken
   */
  nextInMs: number | null
}

/**
 * Number of candidate rows that a claim considers for each lease that it needs. More rows than leases are necessary,
 * because other workers may have locked some of the rows.
 */
const ROOM_FOR_OTHERS = 4

/**
 * Claims leases of due polls. Polls that are requested or have a burst come first, then the polls that have been due
 * longest. Each due poll goes to only one worker. A poll whose lease has expired is due again. If Azure runs only one
 * operation at a time on a resource, one of its polls is claimed, and only if no poll of the resource has a lease. The
 * function `nextTurn` (`testing/turn.ts`) describes in TypeScript which poll is claimed; a test compares it with this
 * SQL statement. The next interval of a poll normally begins at the time at which the poll was due. It begins now in
 * two cases: if the poll is late by more than its interval, so that missed polls are skipped; and if a poll that
 * reserves a resource is late by more than a twentieth of its interval, because two polls that wait for each other once
 * would otherwise do so in every interval.
 */
export async function claimDuePolls(db: Database | SqlExecutor, options: ClaimOptions): Promise<ClaimResult> {
  const { heldBack } = options
  const holdsBack = heldBack !== undefined && heldBack.subscriptionIds.length > 0
  const rows = await queryRowsInCamelCase<ClaimedRow & { nextInMs: number | null }>(getSqlExecutor(db), {
    name: holdsBack ? 'claim_due_but' : 'claim_due',
    // Three details of this statement matter. The first condition on next_at avoids reading all of a long schedule.
    // OFFSET 0 forces a lookup of each resource by its key, because otherwise Postgres might use a query plan from a
    // time when many polls were due, and read all resources even for a few due polls. The clock is read once, so that
    // the leases of a poll and of its resource end at the same time.
    text: `WITH now AS MATERIALIZED (SELECT clock_timestamp() AS at),
     due AS (
       SELECT s.source_id, s.kind, s.resource, s.next_at, s.asked_at, s.run_seconds, p.every,
              greatest(0, 4 * least(coalesce(s.configured_seconds, s.every_seconds), p.every) - p.every) AS slack, now.at,
              s.kind = ANY ($4) AS is_first,
              s.asked_at IS NOT NULL OR coalesce(s.burst_until > now.at, false) AS is_wanted,
              r.kind IS NULL OR NOT r.kind = ANY ($4) AS follows_table,
              r.operation IS NOT NULL AND r.source_id = s.source_id AND r.kind = s.kind AND r.epoch = s.epoch
                AND r.started_at > now.at - interval '${OPERATION_KEPT}' AS goes_on
       FROM poll_schedule s CROSS JOIN now
       LEFT JOIN LATERAL (SELECT * FROM resource_lease r WHERE r.resource = s.resource OFFSET 0) r ON true
       CROSS JOIN LATERAL (SELECT CASE WHEN s.burst_until > now.at THEN least(s.burst_every_seconds, s.every_seconds)
                                       ELSE s.every_seconds END AS every) p
       WHERE s.next_at <= statement_timestamp() AND s.next_at <= now.at AND (s.lease_until IS NULL OR s.lease_until < now.at)
         AND (r.lease_until IS NULL OR r.lease_until < now.at)${holdsBack ? NOT_HELD_BACK : ''}),
     judged AS MATERIALIZED (
       SELECT due.*, f.due_at AS first_due_at,
              NOT is_first AND (is_wanted OR next_at <= at - make_interval(secs => least(slack / 3, ${MIN_URGENT_LATE_SHARE} * every))
                AND NOT coalesce(every >= ${MIN_PATIENT_INTERVAL_RATIO} * f.first_every AND next_at + make_interval(secs => ${MAX_ON_TIME_LATE_SHARE} * every) < at
                  AND at <= next_at + make_interval(secs => ${MAX_ON_TIME_LATE_SHARE} * every + f.first_every) AND at <= f.kept_until
                  AND f.kept_until < at + make_interval(secs => coalesce(run_seconds, 0)), false)) AS is_urgent
       FROM due LEFT JOIN LATERAL (
         SELECT min(f.next_at) AS due_at, min(f.next_at + make_interval(secs => ${MAX_ON_TIME_LATE_SHARE} * f.every_seconds)) AS kept_until,
                min(f.every_seconds) AS first_every
         FROM poll_schedule f WHERE NOT due.is_first AND f.resource = due.resource AND f.kind = ANY ($4)) f ON true),
     turns AS (
       SELECT source_id, kind, resource, next_at, is_wanted, goes_on, row_number() OVER (
                PARTITION BY resource
                ORDER BY CASE WHEN goes_on THEN 0 WHEN is_urgent AND NOT follows_table THEN 1 WHEN is_first THEN 2
                              WHEN is_urgent THEN 3 ELSE 4 END,
                         least(asked_at, next_at + make_interval(secs => CASE WHEN is_first THEN every ELSE slack END)),
                         source_id, kind) AS turn
       FROM judged
       WHERE resource IS NULL OR goes_on OR is_first OR is_urgent
         OR coalesce(first_due_at >= at + make_interval(secs => coalesce(run_seconds, 0)), true)),
     chosen AS (
       SELECT * FROM turns WHERE resource IS NULL OR turn = 1
       ORDER BY is_wanted DESC, next_at, source_id, kind LIMIT ${ROOM_FOR_OTHERS} * $3),
     polls AS (
       SELECT s.source_id, s.kind, s.resource, t.goes_on
       FROM chosen t JOIN poll_schedule s ON s.source_id = t.source_id AND s.kind = t.kind CROSS JOIN now
       WHERE s.next_at <= now.at AND (s.lease_until IS NULL OR s.lease_until < now.at)
       ORDER BY t.is_wanted DESC, t.next_at, t.source_id, t.kind LIMIT $3 FOR UPDATE OF s SKIP LOCKED),
     free AS (
       SELECT r.resource FROM resource_lease r CROSS JOIN now
       WHERE r.resource IN (SELECT p.resource FROM polls p) AND (r.lease_until IS NULL OR r.lease_until < now.at)
       FOR NO KEY UPDATE OF r SKIP LOCKED),
     taken AS (
       UPDATE resource_lease r
       SET source_id = p.source_id, kind = p.kind, epoch = s.epoch + 1, lease_until = now.at + make_interval(secs => $2),
           operation = CASE WHEN p.goes_on THEN r.operation END, started_at = CASE WHEN p.goes_on THEN r.started_at END
       FROM free, polls p, poll_schedule s, now
       WHERE r.resource = free.resource AND p.resource = free.resource AND s.source_id = p.source_id AND s.kind = p.kind
       RETURNING r.resource, r.operation,
                 extract(epoch FROM now.at - r.started_at)::double precision * 1000 AS age_ms),
     claimed AS (UPDATE poll_schedule AS s
     SET lease_owner = $1, lease_until = now.at + make_interval(secs => $2), epoch = s.epoch + 1,
         next_at = CASE WHEN s.next_at < now.at - make_interval(secs => s.every_seconds * CASE WHEN s.resource IS NULL THEN 1 ELSE 0.05 END)
                        THEN now.at ELSE s.next_at END
     FROM polls p LEFT JOIN taken t ON t.resource = p.resource CROSS JOIN now
     CROSS JOIN LATERAL (
       SELECT min(CASE WHEN o.burst_until > now.at THEN least(o.burst_every_seconds, o.every_seconds) ELSE o.every_seconds END) AS shortest,
              min(o.every_seconds) FILTER (WHERE o.kind = ANY ($4)) AS first_seconds,
              min(o.every_seconds) FILTER (WHERE NOT o.kind = ANY ($4)) AS table_seconds
       FROM poll_schedule o WHERE o.resource = p.resource) own
     WHERE s.source_id = p.source_id AND s.kind = p.kind AND (p.resource IS NULL OR t.resource IS NOT NULL)
     RETURNING s.source_id, s.kind, s.epoch::text AS epoch, s.every_seconds, s.next_at, s.resource, t.operation, t.age_ms,
               coalesce(own.shortest, s.every_seconds) AS shortest_seconds, own.first_seconds, own.table_seconds)
     SELECT n.next_in_ms, c.* FROM (
       SELECT min(CASE WHEN t.at <= now.at THEN ${BLOCKED_MS} ELSE extract(epoch FROM t.at - now.at)::double precision * 1000 END) AS next_in_ms
       FROM now CROSS JOIN (
         SELECT greatest(s.next_at, s.lease_until, r.lease_until) AS at
         FROM poll_schedule s LEFT JOIN resource_lease r ON r.resource = s.resource
         WHERE s.next_at <= statement_timestamp() + make_interval(secs => $5) AND coalesce((SELECT count(*) FROM claimed) < nullif($3, 0), true)
           AND (s.source_id, s.kind) NOT IN (SELECT source_id, kind FROM claimed)
           AND coalesce(s.resource NOT IN (SELECT resource FROM taken), true)) t) n
     LEFT JOIN claimed c ON true`,
    values: [
      options.owner,
      options.leaseSeconds,
      options.limit,
      options.firstKinds ?? [],
      options.withinSeconds ?? WITHIN_SECONDS,
      ...(holdsBack ? [heldBack.kinds, heldBack.subscriptionIds] : []),
    ],
  })
  const leases = rows
    .filter(({ sourceId }) => sourceId !== null)
    .map(({ operation, ageMs, nextInMs: _, ...lease }) => ({
      ...lease,
      operation: operation === null ? null : { stored: operation, ageMs: ageMs ?? 0 },
    }))
  return { leases: leases.sort((a, b) => a.nextAt - b.nextAt), nextInMs: rows[0]?.nextInMs ?? null }
}

type ClaimedRow = Omit<PollLease, 'operation'> & { operation: unknown; ageMs: number | null }

/**
 * Gives back the lease of a poll that was not made, for example when a worker stops. Another worker can claim it
 * immediately and resume the stored operation.
 * @param forget true = delete the stored operation, because it can no longer be used
 * @returns false if the lease was already lost
 */
export async function releaseLease(
  db: Database | SqlExecutor,
  lease: LeaseKey,
  { forget = false } = {},
): Promise<boolean> {
  const { rows } = await getSqlExecutor(db).query<{ n: number }>(
    `WITH given AS (
       UPDATE poll_schedule SET lease_owner = NULL, lease_until = NULL,
              next_at = CASE WHEN next_at = '-infinity' THEN clock_timestamp() ELSE next_at END
       WHERE source_id = $1 AND kind = $2 AND epoch = $3 AND lease_owner IS NOT NULL
       RETURNING source_id, kind, epoch, resource),
     freed AS (
       UPDATE resource_lease r
       SET lease_until = NULL, operation = CASE WHEN $4 THEN NULL ELSE operation END,
           started_at = CASE WHEN $4 THEN NULL ELSE started_at END
       FROM given g
       WHERE r.resource = g.resource AND r.source_id = g.source_id AND r.kind = g.kind AND r.epoch = g.epoch)
     SELECT count(*)::int AS n FROM given`,
    [lease.sourceId, lease.kind, lease.epoch, forget],
  )
  return rows[0]?.n === 1
}
