import type { Database } from '../database.ts'
import { type Queryable, queryable, readRows } from '../queryable.ts'
import type { Lease, LeaseKey } from './types.ts'

type ClaimOptions = {
  /** Name of the worker process, stored for people who read the table. */
  owner: string
  /** Duration of the lease in seconds. A worker that dies blocks the poll of a source for this time. */
  leaseSeconds: number
  /** Maximum number of leases to take. */
  limit: number
  /**
   * Time from now in seconds within which the next due poll is looked for, so that a long schedule is not read
   * completely; default 0.5.
   */
  withinSeconds?: number
  /**
   * Kinds of polls (session polls) that take precedence on a resource on which Azure runs one operation at a time;
   * default none.
   */
  firstKinds?: readonly string[]
  /**
   * Polls that are not claimed: these kinds on resources of these subscriptions (lower case), unless the resource has a
   * stored operation to resume.
   */
  heldBack?: { kinds: readonly string[]; subscriptionIds: readonly string[] }
}

/**
 * Delay, as a share of its interval, from which a table poll takes precedence over session polls, so that the table is
 * not late.
 */
export const URGENT_LATE = 0.05
/** Maximum delay of a poll, as a share of its interval, at which the poll still counts as on time. */
export const KEPT_LATE = 0.1
/**
 * Minimum ratio of a table's interval to the session interval at which a table poll that is already late may wait for
 * another session poll.
 */
export const PATIENT_INTERVALS = 3

/** SQL condition that is added only if polls are held back, so that the usual statement is not slower. */
const NOT_HELD_BACK = `
         AND NOT coalesce(s.kind = ANY ($6) AND split_part(s.resource, '/', 3) = ANY ($7) AND r.operation IS NULL, false)`

/** Age above which a stored operation is not resumed, because Azure deletes its result too. */
const OPERATION_KEPT = '10 minutes'

/** Time in milliseconds after which a due poll is tried again if its resource is in use or its row is locked. */
const BLOCKED_MS = 100
const WITHIN_SECONDS = 0.5

/** Result of a claim: the leases that it took, and the time of the next claim that can succeed. */
export interface Claimed {
  leases: Lease[]
  /**
   * milliseconds, by the database clock, until the next claim can succeed; null = no poll is due within
   * `withinSeconds`, or the limit of leases was reached
   */
  nextInMs: number | null
}

/**
 * Factor by which more rows are considered than needed, because other workers claim at the same time and may lock some
 * of them.
 */
const ROOM_FOR_OTHERS = 4

/**
 * Claims the leases of due polls: first polls that were requested, then those that have been due longest. Across all
 * machines, each due poll goes to only one caller; a poll whose lease has expired is due again. On a resource on which
 * Azure runs one operation at a time, one poll is claimed if no lease is held; `nextTurn` (`testing/turn.ts`) describes
 * the choice, and a test compares it with this statement. The interval to the next poll counts from the time at which
 * this poll was due. It counts from now if this poll is late by more than its interval (missed polls are skipped), or
 * if it waited for its resource, because polls that collided once would otherwise collide in every interval.
 */
export async function claimDue(db: Database | Queryable, options: ClaimOptions): Promise<Claimed> {
  const { heldBack } = options
  const holdsBack = heldBack !== undefined && heldBack.subscriptionIds.length > 0
  const rows = await readRows<ClaimedRow & { nextInMs: number | null }>(queryable(db), {
    name: holdsBack ? 'claim_due_but' : 'claim_due',
    // The first condition on next_at avoids reading all of a long schedule. OFFSET 0 forces a lookup of each resource
    // by its key, because a plan that was made while many polls were due would read all resources for a few polls. The
    // clock is read once, so that the leases of a poll and of its resource end at the same time.
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
              NOT is_first AND (is_wanted OR next_at <= at - make_interval(secs => least(slack / 3, ${URGENT_LATE} * every))
                AND NOT coalesce(every >= ${PATIENT_INTERVALS} * f.first_every AND next_at + make_interval(secs => ${KEPT_LATE} * every) < at
                  AND at <= next_at + make_interval(secs => ${KEPT_LATE} * every + f.first_every) AND at <= f.kept_until
                  AND f.kept_until < at + make_interval(secs => coalesce(run_seconds, 0)), false)) AS is_urgent
       FROM due LEFT JOIN LATERAL (
         SELECT min(f.next_at) AS due_at, min(f.next_at + make_interval(secs => ${KEPT_LATE} * f.every_seconds)) AS kept_until,
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

type ClaimedRow = Omit<Lease, 'operation'> & { operation: unknown; ageMs: number | null }

/**
 * Releases a lease without a poll, for example when a worker stops, so that another worker can claim it immediately and
 * resume the stored operation.
 * @param forget true = delete the stored operation, because it can no longer be used
 * @returns false if the lease was already lost
 */
export async function release(db: Database | Queryable, lease: LeaseKey, { forget = false } = {}): Promise<boolean> {
  const { rows } = await queryable(db).query<{ n: number }>(
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
