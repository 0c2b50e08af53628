import type { BudgetName, EpochMs, Outcome } from '#lib/contract/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'
import { iso } from '../../times.ts'

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
 * Whether a poll that was throttled has to do with source $2: the network provider's budgets are counted by region. What names no
 * budget was recorded before they were distinguished.
 */
const SAME_REGION = `(p.error->>'budget' NOT LIKE 'network.%' OR p.error->>'budget' IS NULL OR r.location IS NULL OR own.location IS NULL
  OR lower(r.location) = lower(own.location))`

/** Azure Monitor's data plane has limits of its own: JSON's null. */
const OF_ARM = `(p.error->'budget') IS DISTINCT FROM 'null'::jsonb`

/**
 * Who is throttled by the same budgets of a subscription: every poll leaves its outcome and ARM's budget behind, so that workers need no memory of their own.
 * @param subscriptionId as in ARM ids, any case
 * @param outcome which of its own polls in a row are counted
 * @param budget the budget that refused this one; null = any that it may draw from
 */
export async function throttledPolls(
  db: Queryable,
  {
    subscriptionId,
    sourceId,
    kind,
    outcome = 'throttled',
    budget = null,
    since,
  }: {
    subscriptionId: string
    sourceId: number
    kind: string
    outcome?: Outcome
    budget?: BudgetName | null
    since: EpochMs
  },
): Promise<ThrottledPolls> {
  const [row] = await readRows<ThrottledPolls>(
    db,
    `WITH polled AS (
       SELECT p.source_id = $2 AND p.kind = $3 AS is_own, p.last_outcome, p.interval_from,
              p.last_outcome = 'throttled' AND coalesce(p.error->>'budget' = $6, true) AND ${OF_ARM} AND ${SAME_REGION} AS is_throttled,
              p.last_finished_at >= $4 AS is_recent, p.last_finished_at AS at, (p.budget->>'remainingReads')::int AS reads_left
       FROM poll_state p JOIN poll_schedule ps ON (ps.source_id, ps.kind) = (p.source_id, p.kind)
       JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id
       CROSS JOIN (SELECT max(r.location) AS location FROM source s JOIN resource r ON r.id = s.resource_id WHERE s.id = $2) own
       WHERE lower(r.subscription_id) = lower($1))
     SELECT coalesce((SELECT c.polls FROM polled p JOIN coverage c ON (c.source_id, c.kind, c.from_at) = ($2, $3, p.interval_from)
             WHERE p.is_own AND p.last_outcome = $5), 0) AS in_a_row,
            count(*) FILTER (WHERE is_throttled AND NOT is_own)::int AS others,
            count(*) FILTER (WHERE is_throttled AND NOT is_own AND is_recent)::int AS others_since,
            (array_agg(reads_left ORDER BY at DESC) FILTER (WHERE reads_left IS NOT NULL AND is_recent))[1] AS reads_left
     FROM polled`,
    [subscriptionId, sourceId, kind, iso(since), outcome, budget],
  )
  return row ?? { inARow: 0, others: 0, othersSince: 0, readsLeft: null }
}
