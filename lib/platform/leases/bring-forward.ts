import type { PoolClient } from 'pg'

/** A table is brought forward where its interval has so many of the session's, or more. */
const FEWEST_ROUNDS = 4
/** Operations that take less than this share of the session's interval leave room for a table between any two sessions. */
export const LONG_RUN = 1 / 6
/**
 * A table that comes forward is due this share of the session's interval after the session was read. Operations are asked for every 10 s: at once it would begin 30 s earlier than one
 * that waits for a session of 40 s, which a table of five minutes does not notice if it is less.
 */
export const PAUSE = 1 / 30

/** @returns whether a table of a resource may be read before its interval is over, so that it is read in time. Seconds */
export function mayComeEarly(everySeconds: number, sessionSeconds: number): boolean {
  return everySeconds >= FEWEST_ROUNDS * sessionSeconds
}

/**
 * Makes the next table of each resource due that `comesForward`, in a moment (`testing/comes-forward.ts`), unless one is due by then, asked for or being
 * read already; a test holds the statement against that. A row that somebody holds is left as it is.
 * @param client of the transaction that has ended the polls of their sessions
 * @param resources whose session was read; those with more than one are left as they are
 * @param firstKinds kinds of sessions
 */
export async function bringForward(
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
