import type { EpochMs, Outcome } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '../times.ts'

/** What the last polls of a subscription, by whichever worker, say of ARM's patience with it. */
export interface ThrottledPolls {
  /** polls in a row with the outcome, of the source and kind that is asked for */
  inARow: number
  /** other sources and kinds whose last poll was throttled; and those of them since the moment asked for */
  others: number
  othersSince: number
  /** requests that ARM said were left, when it last said so since that moment; null = it does not say */
  readsLeft: number | null
}

/**
 * Who is throttled in a subscription: every poll leaves its outcome and ARM's budget behind, so that workers need no memory of their own.
 * @param subscriptionId as in ARM ids, any case
 * @param outcome which of its own polls in a row are counted
 */
export async function throttledPolls(
  db: Queryable,
  {
    subscriptionId,
    sourceId,
    kind,
    outcome = 'throttled',
    since,
  }: { subscriptionId: string; sourceId: number; kind: string; outcome?: Outcome; since: EpochMs },
): Promise<ThrottledPolls> {
  const { rows } = await db.query<{
    in_a_row: number | null
    others: number
    others_since: number
    reads_left: number | null
  }>(
    `WITH polled AS (
       SELECT p.source_id = $2 AND p.kind = $3 AS is_own, p.last_outcome, p.last_outcome = 'throttled' AS is_throttled, p.interval_from,
              p.last_finished_at >= $4 AS is_recent, p.last_finished_at AS at, (p.budget->>'remainingReads')::int AS reads_left
       FROM poll_state p JOIN poll_schedule ps ON (ps.source_id, ps.kind) = (p.source_id, p.kind)
       JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id
       WHERE lower(r.subscription_id) = lower($1))
     SELECT (SELECT c.polls FROM polled p JOIN coverage c ON (c.source_id, c.kind, c.from_at) = ($2, $3, p.interval_from)
             WHERE p.is_own AND p.last_outcome = $5) AS in_a_row,
            count(*) FILTER (WHERE is_throttled AND NOT is_own)::int AS others,
            count(*) FILTER (WHERE is_throttled AND NOT is_own AND is_recent)::int AS others_since,
            (array_agg(reads_left ORDER BY at DESC) FILTER (WHERE reads_left IS NOT NULL AND is_recent))[1] AS reads_left
     FROM polled`,
    [subscriptionId, sourceId, kind, iso(since), outcome],
  )
  const [row] = rows
  return {
    inARow: row?.in_a_row ?? 0,
    others: row?.others ?? 0,
    othersSince: row?.others_since ?? 0,
    readsLeft: row?.reads_left ?? null,
  }
}

/** Sources of a subscription that are on the timetable. */
export async function sourcesOfSubscription(db: Queryable, subscriptionId: string): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `SELECT DISTINCT s.id FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     WHERE lower(r.subscription_id) = lower($1)`,
    [subscriptionId],
  )
  return rows.map(({ id }) => id)
}

/** Sources of a resource, its parts too, that are on the timetable. */
export async function sourcesOfResource(db: Queryable, resourceId: string): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `SELECT DISTINCT s.id FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     WHERE r.arm_key = lower($1)`,
    [resourceId],
  )
  return rows.map(({ id }) => id)
}
