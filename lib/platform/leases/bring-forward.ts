import type { PoolClient } from 'pg'

/**
 * A route table's poll can be brought forward only if its interval is at least this many times as long as the interval
 * of the polls that read BGP sessions on the same gateway.
 */
const FEWEST_ROUNDS = 4
/**
 * A route table's poll is brought forward only if an operation takes longer than this share of the session polls'
 * interval. A shorter operation fits between any two session polls, so its poll need not be moved.
 */
export const MIN_LONG_OPERATION_SHARE = 1 / 6
/**
 * Pause between a session poll and a route table's poll that is brought forward, as a share of the session poll's
 * interval. A table that is brought forward starts earlier than a table that must wait for the next session poll.
 * Without the pause, the difference would be 30 s for a session poll that takes 40 s, because Azure's result is fetched
 * every 10 s. With the pause, the difference is negligible for tables with an interval of five minutes.
 */
export const PAUSE_INTERVAL_SHARE = 1 / 30

/**
 * Reports whether the poll of a route table may be made before its interval has passed, so that it is not late.
 * @param everySeconds interval of the table's poll
 * @param sessionSeconds interval of the session poll of the same resource
 */
export function canBringForward(everySeconds: number, sessionSeconds: number): boolean {
  return everySeconds >= FEWEST_ROUNDS * sessionSeconds
}

/**
 * For each resource, makes the next poll of one of its route tables due shortly after the session poll that has just
 * ended. The function `isTablePolledEarlyAfterSession` (`testing/comes-forward.ts`) describes in TypeScript when this is done; a test
 * compares it with this SQL statement. Nothing changes if a table of the resource is due earlier, was requested, or is
 * being polled. Locked rows are left unchanged.
 * @param client client of the transaction that ended the session polls
 * @param resources resources whose sessions were polled; a resource with more than one session poll is left unchanged
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
                now.at + make_interval(secs => ${PAUSE_INTERVAL_SHARE} * min(f.every_seconds)) AS at
         FROM poll_schedule f WHERE f.resource = g.resource AND f.kind = ANY ($2)) session ON session.n = 1
       JOIN poll_schedule t ON t.resource = g.resource AND NOT t.kind = ANY ($2)
       WHERE t.every_seconds >= ${FEWEST_ROUNDS} * session.every AND t.run_seconds >= ${MIN_LONG_OPERATION_SHARE} * session.every
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
