import type { EpochMs } from '../clock.ts'
import type { Queryable } from '../queryable.ts'
import type { LeaseKey } from './types.ts'

export type Completion = LeaseKey & {
  /** The interval to count the next poll from, in seconds; the table's own when not given. */
  everySeconds?: number
  /** The next poll starts no sooner than this: the Retry-After of a 429. */
  notBefore?: EpochMs | null
  /** How long the operation took, in seconds: others on its resource are planned around it. */
  ranSeconds?: number | null
  /** Ends a burst: a budget is empty. */
  endsBurst?: boolean
}

/**
 * Ends a poll, in the transaction that records its result: releases the lease and schedules the next poll one interval after
 * this one was due, or at once if this one took longer. During a burst the interval is the burst's.
 * @param client the transaction's client
 * @returns false if another worker has the lease by now: the caller must roll back, a late poll is discarded
 */
export async function completeInTransaction(client: Queryable, completion: Completion): Promise<boolean> {
  const { rows } = await client.query<{ n: number }>(
    `WITH done AS (
       UPDATE poll_schedule
       SET lease_owner = NULL, lease_until = NULL,
           next_at = greatest(
             next_at + make_interval(secs => CASE WHEN burst_until > clock_timestamp()
                                                  THEN least(burst_every_seconds, coalesce($4, every_seconds))
                                                  ELSE coalesce($4, every_seconds) END),
             clock_timestamp(), to_timestamp($5::double precision / 1000)),
           burst_until = CASE WHEN $7 AND burst_until > clock_timestamp() THEN clock_timestamp()
                              ELSE burst_until END,
           asked_at = CASE WHEN next_at = '-infinity' THEN asked_at END,
           run_seconds = coalesce(0.7 * run_seconds + 0.3 * $6::double precision, $6::double precision, run_seconds)
       WHERE source_id = $1 AND kind = $2 AND epoch = $3 AND lease_owner IS NOT NULL
       RETURNING source_id, kind, epoch, resource),
     freed AS (
       UPDATE resource_lease r SET lease_until = NULL, operation = NULL, started_at = NULL
       FROM done d WHERE r.resource = d.resource AND r.source_id = d.source_id AND r.kind = d.kind AND r.epoch = d.epoch)
     SELECT count(*)::int AS n FROM done`,
    [
      completion.sourceId,
      completion.kind,
      completion.epoch,
      completion.everySeconds ?? null,
      completion.notBefore ?? null,
      completion.resource === null ? null : (completion.ranSeconds ?? null),
      completion.endsBurst ?? false,
    ],
  )
  return rows[0]?.n === 1
}
