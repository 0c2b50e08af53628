import type { PoolClient } from 'pg'
import type { EpochMs } from '../clock.ts'
import type { SqlExecutor } from '../queryable.ts'
import type { LeaseKey } from './types.ts'

export type PollLeaseCompletion = LeaseKey & {
  /** Interval to the next poll in seconds; default: the interval in the schedule. */
  everySeconds?: number
  /**
   * Earliest start of the next poll, from the Retry-After of a response with status 429; null or absent = no
   * restriction.
   */
  notBefore?: EpochMs | null
  /**
   * Duration of the Azure operation in seconds. The planner uses it for the polls of the same resource. Null or absent
   * = unknown.
   */
  ranSeconds?: number | null
  /** True = end a burst (a temporarily shorter interval), because a budget is exhausted. */
  endsBurst?: boolean
}

/**
 * Ends a poll in the transaction that records its result: releases the lease and schedules the next poll. The next poll
 * is due one interval after the time at which this poll was due, but not before now or `notBefore`. During a burst the
 * shorter interval applies.
 * @param client client of the transaction
 * @returns time of the database clock, in epoch milliseconds; null if the lease was lost, so that the caller must roll
 *   back and discard the poll
 */
export async function completeInTransaction(
  client: SqlExecutor,
  completion: PollLeaseCompletion,
): Promise<EpochMs | null> {
  const { rows } = await client.query<{ now: number }>({
    name: 'complete',
    text: `WITH done AS (
       UPDATE poll_schedule SET ${ended({ everySeconds: '$4', notBefore: '$5', ranSeconds: '$6', endsBurst: '$7' })}
       WHERE source_id = $1 AND kind = $2 AND epoch = $3 AND lease_owner IS NOT NULL
       RETURNING source_id, kind, epoch, resource),
     freed AS (
       UPDATE resource_lease r SET lease_until = NULL, operation = NULL, started_at = NULL
       FROM done d WHERE r.resource = d.resource AND r.source_id = d.source_id AND r.kind = d.kind AND r.epoch = d.epoch)
     SELECT ${NOW} AS now FROM done`,
    values: [
      completion.sourceId,
      completion.kind,
      completion.epoch,
      completion.everySeconds ?? null,
      completion.notBefore ?? null,
      completion.resource === null ? null : (completion.ranSeconds ?? null),
      completion.endsBurst ?? false,
    ],
  })
  return rows[0]?.now ?? null
}

/**
 * Ends several polls as {@link completeInTransaction} does. A poll whose row is locked is left out, so that this
 * function does not wait for the locks of polls.
 * @param client client of the transaction
 * @returns for each poll in the given order, the time of the database clock when it ended; null = its lease was lost or
 *   its row was locked
 */
export async function completePollsTogether(
  client: PoolClient,
  completions: readonly PollLeaseCompletion[],
): Promise<(EpochMs | null)[]> {
  const { rows } = await client.query<{ n: number; now: number }>({
    name: 'complete_together',
    text: `WITH asked AS (
       SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::float8[], $5::float8[], $6::float8[], $7::boolean[])
         WITH ORDINALITY AS a (source_id, kind, epoch, wanted_seconds, not_before, ran_seconds, ends_burst, n)),
     own AS (
       SELECT a.* FROM asked a JOIN poll_schedule s ON s.source_id = a.source_id AND s.kind = a.kind
       WHERE s.epoch = a.epoch AND s.lease_owner IS NOT NULL FOR NO KEY UPDATE OF s SKIP LOCKED),
     done AS (
       UPDATE poll_schedule s SET ${ended({ everySeconds: 'o.wanted_seconds', notBefore: 'o.not_before', ranSeconds: 'o.ran_seconds', endsBurst: 'o.ends_burst' })}
       FROM own o WHERE s.source_id = o.source_id AND s.kind = o.kind AND s.epoch = o.epoch
       RETURNING o.n, s.source_id, s.kind, s.epoch, s.resource),
     held AS (
       SELECT r.resource FROM resource_lease r JOIN done d ON r.resource = d.resource
       WHERE r.source_id = d.source_id AND r.kind = d.kind AND r.epoch = d.epoch
       ORDER BY r.resource FOR NO KEY UPDATE OF r),
     freed AS (
       UPDATE resource_lease r SET lease_until = NULL, operation = NULL, started_at = NULL FROM held h WHERE r.resource = h.resource)
     SELECT n::int, ${NOW} AS now FROM done`,
    values: [
      completions.map(({ sourceId }) => sourceId),
      completions.map(({ kind }) => kind),
      completions.map(({ epoch }) => epoch),
      completions.map(({ everySeconds }) => everySeconds ?? null),
      completions.map(({ notBefore }) => notBefore ?? null),
      completions.map(({ resource, ranSeconds }) => (resource === null ? null : (ranSeconds ?? null))),
      completions.map(({ endsBurst }) => endsBurst ?? false),
    ],
  })
  const done = new Map(rows.map(({ n, now }) => [n, now]))
  return completions.map((_, i) => done.get(i + 1) ?? null)
}

/** SQL expression for the current time in epoch milliseconds. It is evaluated after the row of the poll was locked. */
const NOW = 'extract(epoch FROM clock_timestamp())::double precision * 1000'

/**
 * Returns the SET clause of the statement that ends a poll in the table `poll_schedule`. The arguments are SQL
 * expressions.
 */
function ended(given: Record<'everySeconds' | 'notBefore' | 'ranSeconds' | 'endsBurst', string>): string {
  const every = `coalesce(${given.everySeconds}, every_seconds)`
  const ran = `${given.ranSeconds}::double precision`
  return `lease_owner = NULL, lease_until = NULL,
           next_at = greatest(
             next_at + make_interval(secs => CASE WHEN burst_until > clock_timestamp()
                                                  THEN least(burst_every_seconds, ${every}) ELSE ${every} END),
             clock_timestamp(), to_timestamp(${given.notBefore}::double precision / 1000)),
           burst_until = CASE WHEN ${given.endsBurst} AND burst_until > clock_timestamp() THEN clock_timestamp()
                              ELSE burst_until END,
           asked_at = CASE WHEN next_at = '-infinity' THEN asked_at END,
           run_seconds = coalesce(0.7 * run_seconds + 0.3 * ${ran}, ${ran}, run_seconds)`
}
