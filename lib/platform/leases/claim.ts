import type { Database } from '../database.ts'
import { type Queryable, queryable } from '../queryable.ts'
import type { Lease, LeaseKey } from './types.ts'

export type ClaimOptions = {
  /** The worker process, for readers of the table. */
  owner: string
  /** How long the claim holds without a heartbeat, in seconds; also how long a dead worker blocks a source. */
  leaseSeconds: number
  /** Most leases to take. */
  limit: number
  /** Only these kinds; all when not given. */
  kinds?: readonly string[]
}

/**
 * Takes the leases of due polls, longest overdue first. A due poll goes to one caller only, over all machines;
 * a poll with an expired lease is due again.
 *
 * Missed slots are skipped: if a poll starts more than its interval late, the next one counts from now.
 */
export async function claimDue(db: Database | Queryable, options: ClaimOptions): Promise<Lease[]> {
  const { rows } = await queryable(db).query<{
    source_id: number
    kind: string
    epoch: string
    every_seconds: number
    next_at: Date
  }>(
    `WITH due AS (
       SELECT source_id, kind FROM poll_schedule
       WHERE next_at <= clock_timestamp() AND (lease_until IS NULL OR lease_until < clock_timestamp())
         AND ($4::text[] IS NULL OR kind = ANY ($4))
       ORDER BY next_at, source_id, kind LIMIT $3 FOR UPDATE SKIP LOCKED)
     UPDATE poll_schedule AS s
     SET lease_owner = $1, lease_until = clock_timestamp() + make_interval(secs => $2), epoch = s.epoch + 1,
         next_at = CASE WHEN s.next_at < clock_timestamp() - make_interval(secs => s.every_seconds)
                        THEN clock_timestamp() ELSE s.next_at END
     FROM due WHERE s.source_id = due.source_id AND s.kind = due.kind
     RETURNING s.source_id, s.kind, s.epoch::text AS epoch, s.every_seconds, s.next_at`,
    [options.owner, options.leaseSeconds, options.limit, options.kinds ?? null],
  )
  return rows
    .map((row) => ({
      sourceId: row.source_id,
      kind: row.kind,
      epoch: row.epoch,
      everySeconds: row.every_seconds,
      nextAt: row.next_at.getTime(),
    }))
    .sort((a, b) => a.nextAt - b.nextAt)
}

/**
 * Extends a lease; due every third of its length. It never waits for a lock on the row (held by the poll's commit or by the
 * planner), which would delay all heartbeats behind it.
 * @returns false if the lease was lost: abort the poll, its commit would be refused; null if the row is locked: nobody can take
 * the lease meanwhile, so retry soon
 */
export async function heartbeat(
  db: Database | Queryable,
  lease: LeaseKey,
  leaseSeconds: number,
): Promise<boolean | null> {
  const { rows } = await queryable(db).query<{ extended: boolean; held: boolean }>(
    `WITH own AS (
       SELECT source_id, kind FROM poll_schedule
       WHERE source_id = $1 AND kind = $2 AND epoch = $3 AND lease_owner IS NOT NULL FOR UPDATE SKIP LOCKED),
     extended AS (
       UPDATE poll_schedule AS s SET lease_until = clock_timestamp() + make_interval(secs => $4)
       FROM own WHERE s.source_id = own.source_id AND s.kind = own.kind RETURNING 1)
     SELECT EXISTS (SELECT 1 FROM extended) AS extended,
            EXISTS (SELECT 1 FROM poll_schedule
                    WHERE source_id = $1 AND kind = $2 AND epoch = $3 AND lease_owner IS NOT NULL) AS held`,
    [lease.sourceId, lease.kind, lease.epoch, leaseSeconds],
  )
  const [row] = rows
  if (row?.extended) return true
  return row?.held ? null : false
}

/**
 * Releases a lease without a poll (a worker that stops), so that another worker can take it at once.
 * @returns false if it was lost already
 */
export async function release(db: Database | Queryable, lease: LeaseKey): Promise<boolean> {
  const { rowCount } = await queryable(db).query(
    `UPDATE poll_schedule SET lease_owner = NULL, lease_until = NULL,
            next_at = CASE WHEN next_at = '-infinity' THEN clock_timestamp() ELSE next_at END
     WHERE source_id = $1 AND kind = $2 AND epoch = $3 AND lease_owner IS NOT NULL`,
    [lease.sourceId, lease.kind, lease.epoch],
  )
  return rowCount === 1
}
