import type { Database } from '../database.ts'
import { type SqlExecutor, getSqlExecutor } from '../queryable.ts'
import type { LeaseKey } from './types.ts'

/** Lease of a poll to extend, and its new duration. */
type Beat = {
  lease: LeaseKey
  /** duration of the lease from now, in seconds */
  seconds: number
}

/**
 * Result of extending a lease.
 * `held`: the lease was extended.
 * `lost`: another worker may poll; the running poll must be aborted, because its result would be refused.
 * `busy`: the row is locked while the poll is recorded or its interval is planned. The caller must try again soon.
 * Until then no other worker can claim the lease.
 */
type BeatAnswer = 'held' | 'lost' | 'busy'

/**
 * Extends leases of polls in one statement. The caller repeats this each time a third of their duration has passed.
 * Locked rows are skipped, because waiting for one row would delay the other leases.
 * @returns a result for each lease, in the given order
 */
export async function extendPollLeases(db: Database | SqlExecutor, beats: readonly Beat[]): Promise<BeatAnswer[]> {
  const { rows } = await getSqlExecutor(db).query<{ held: boolean; extended: boolean }>(
    `WITH beat AS (
       SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::double precision[], $5::text[]) WITH ORDINALITY
         AS b (source_id, kind, epoch, seconds, resource, n)),
     own AS (
       SELECT b.n FROM beat b JOIN poll_schedule s ON s.source_id = b.source_id AND s.kind = b.kind
       WHERE s.epoch = b.epoch AND s.lease_owner IS NOT NULL FOR UPDATE OF s SKIP LOCKED),
     extended AS (
       UPDATE poll_schedule s SET lease_until = clock_timestamp() + make_interval(secs => b.seconds)
       FROM beat b JOIN own USING (n) WHERE s.source_id = b.source_id AND s.kind = b.kind RETURNING b.n),
     own_resource AS (
       SELECT b.n FROM beat b JOIN resource_lease r ON r.resource = b.resource
       WHERE r.source_id = b.source_id AND r.kind = b.kind AND r.epoch = b.epoch AND r.lease_until IS NOT NULL
       FOR NO KEY UPDATE OF r SKIP LOCKED),
     kept AS (
       UPDATE resource_lease r SET lease_until = clock_timestamp() + make_interval(secs => b.seconds)
       FROM beat b JOIN own_resource USING (n) WHERE r.resource = b.resource RETURNING b.n)
     SELECT s.epoch IS NOT NULL AND (b.resource IS NULL OR r.epoch IS NOT NULL) AS held,
            e.n IS NOT NULL AND (b.resource IS NULL OR k.n IS NOT NULL) AS extended
     FROM beat b LEFT JOIN extended e USING (n) LEFT JOIN kept k USING (n)
     LEFT JOIN poll_schedule s
       ON s.source_id = b.source_id AND s.kind = b.kind AND s.epoch = b.epoch AND s.lease_owner IS NOT NULL
     LEFT JOIN resource_lease r
       ON r.resource = b.resource AND r.source_id = b.source_id AND r.kind = b.kind AND r.epoch = b.epoch
          AND r.lease_until IS NOT NULL
     ORDER BY b.n`,
    [
      beats.map(({ lease }) => lease.sourceId),
      beats.map(({ lease }) => lease.kind),
      beats.map(({ lease }) => lease.epoch),
      beats.map(({ seconds }) => seconds),
      beats.map(({ lease }) => lease.resource),
    ],
  )
  return rows.map(({ held, extended }) => (extended ? 'held' : held ? 'busy' : 'lost'))
}
