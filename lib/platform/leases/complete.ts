import type { EpochMs } from '../clock.ts'
import type { Queryable } from '../queryable.ts'
import type { LeaseKey } from './types.ts'

export type Completion = LeaseKey & {
  /** The interval to count the next poll from, in seconds; the table's own when not given. */
  everySeconds?: number
  /** The next poll starts no sooner than this: what a 429's Retry-After said. */
  notBefore?: EpochMs | null
}

/**
 * Ends a poll, in the transaction that records what it found: the lease is given back and the next poll is due one interval
 * after this one was, or at once when this one took longer than that. During a burst the interval is the burst's, unless the
 * server asked for patience: that ends it.
 * @param client the transaction's client
 * @returns false when the lease was lost to another worker meanwhile: the caller must roll back, nothing of a late poll is kept
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
         burst_until = CASE WHEN $5 IS NOT NULL AND burst_until > clock_timestamp() THEN clock_timestamp()
                            ELSE burst_until END
     WHERE source_id = $1 AND kind = $2 AND epoch = $3 AND lease_owner IS NOT NULL`,
    [
      completion.sourceId,
      completion.kind,
      completion.epoch,
      completion.everySeconds ?? null,
      completion.notBefore ?? null,
    ],
  )
  return rowCount === 1
}
