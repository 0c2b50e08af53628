import type { PoolClient } from 'pg'

/** Minimum number of session intervals in the interval of a table for the table to be brought forward. */
const FEWEST_ROUNDS = 4
/**
 * Share of the session's interval. If an operation takes less, a table poll fits between any two session polls, so that
 * it need not come forward.
 */
export const LONG_RUN = 1 / 6
/**
 * Time between a session poll and the table poll that is brought forward, as a share of the session's interval. The
 * result of an Azure operation is polled every 10 s. A table that came forward immediately would start 30 s earlier
 * than a table that waits for a session poll of 40 s; a smaller difference hardly affects a table with an interval of
 * five minutes.
 */
export const PAUSE = 1 / 30

/**
 * Reports whether a table of a resource may be polled before its interval has passed, so that it is not late. The
 * intervals are in seconds.
 */
export function canBringForward(everySeconds: number, sessionSeconds: number): boolean {
  return everySeconds >= FEWEST_ROUNDS * sessionSeconds
}

/**
 * Makes the next table of each resource that satisfies `comesForward` (`testing/comes-forward.ts`) due shortly, unless
 * a table of the resource is already due before that time, requested, or being polled. A test compares the statement
 * with that function. Rows that are locked are left unchanged.
 * @param client the client of the transaction that ended the session polls
 * @param resources resources whose session was polled; resources with more than one session are left unchanged
 * @param firstKinds kinds of session polls
 */
export async function bringNextTablesForward(
  client: PoolClient,
  resources: readonly string[],
  firstKinds: readonly string[],
): Promise<void> {
  await client.query({
    name: 'bring_forward',
    text: `WITH now AS MATERIALIZED (SELECT clock_timestamp() AS at),
     next AS (
       SELECT DISTINCT ON (t.resource) t.source_id, t.kind, session.at
       FROM unnest($1::text[]) AS g (resource) CROSS JOIN now
       JOIN LATERAL (
         SELECT min(f.every_seconds) AS every, min(f.next_at) AS next_at, count(*) AS n,
                now.at + make_interval(secs => ${PAUSE} * min(f.every_seconds)) AS at
         FROM poll_schedule f WHERE f.resource = g.resource AND f.kind = ANY ($2)) session ON session.n = 1
       JOIN poll_schedule t ON t.resource = g.resource AND NOT t.kind = ANY ($2)
       WHERE t.every_seconds >= ${FEWEST_ROUNDS} * session.every AND t.run_seconds >= ${LONG_RUN} * session.every
         AND t.next_at < now.at + make_interval(secs => 2.5 * session.every)
         AND session.at + make_interval(secs => t.run_seconds * CASE WHEN t.next_at < now.at + make_interval(secs => 1.5 * session.every)
                                                                 THEN 1 ELSE 2 END) <= session.next_at
         AND NOT EXISTS (
           SELECT FROM poll_schedule o WHERE o.resource = g.resource AND NOT o.kind = ANY ($2)
             AND (o.next_at <= session.at OR o.asked_at IS NOT NULL OR o.lease_until >= now.at))
       ORDER BY t.resource, t.next_at, t.source_id, t.kind),
     free AS (
       SELECT s.source_id, s.kind, n.at FROM poll_schedule s JOIN next n ON s.source_id = n.source_id AND s.kind = n.kind
       FOR NO KEY UPDATE OF s SKIP LOCKED)
     UPDATE poll_schedule s SET next_at = free.at FROM free
     WHERE s.source_id = free.source_id AND s.kind = free.kind AND s.next_at > free.at`,
    values: [resources, firstKinds],
  })
}
