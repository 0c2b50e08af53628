import type { EpochMs } from '../clock.ts'
import type { Queryable } from '../queryable.ts'
import type { LeaseKey } from './types.ts'

export type Completion = LeaseKey & {
  /** The interval to count the next poll from, in seconds; the table's own when not given. */
  everySeconds?: number
  /** The next poll starts no sooner than this: the Retry-After of a 429. */
  notBefore?: EpochMs | null
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
  const { rowCount } = await client.query(
    `UPDATE poll_schedule
     SET lease_owner = NULL, lease_until = NULL,
         next_at = greatest(
           next_at + make_interval(secs => CASE WHEN burst_until > clock_timestamp()
                                                THEN least(burst_every_seconds, coalesce($4, every_seconds))
                                                ELSE coalesce($4, every_seconds) END),
           clock_timestamp(), to_timestamp($5::double precision / 1000)),
         burst_until = CASE WHEN $6 AND burst_until > clock_timestamp() THEN clock_timestamp()
                            ELSE burst_until END
     WHERE source_id = $1 AND kind = $2 AND epoch = $3 AND lease_owner IS NOT NULL`,
    [
      completion.sourceId,
      completion.kind,
      completion.epoch,
      completion.everySeconds ?? null,
      completion.notBefore ?? null,
      completion.endsBurst ?? false,
    ],
  )
  return rowCount === 1
}
