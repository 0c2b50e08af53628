import type { BudgetName, EpochMs, PollOutcome } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '../../times.ts'

/** Throttling by ARM in the last polls of a subscription, from all workers. */
export interface ThrottledPolls {
  /**
   * number of consecutive polls with the requested outcome, counted back from the last poll of the given source and
   * kind; 0 if its last poll had another outcome
   */
  inARow: number
  /**
   * `others` = number of other sources and kinds whose last poll was throttled. `othersSince` = number of these whose
   * poll ended since the given moment.
   */
  others: number
  othersSince: number
  /** remaining read requests, as ARM reported last since the given moment; null = not reported */
  readsLeft: number | null
}

/**
 * SQL condition about the region: the throttled poll `p` and source $2 may use the same budget. Only the network
 * provider counts its budgets by region. If `p` names a budget of that provider and both regions are known, the regions
 * must be equal. Rows that name no budget are included, because earlier versions did not record budgets.
 */
const SAME_REGION = `(p.error->>'budget' NOT LIKE 'network.%' OR p.error->>'budget' IS NULL OR r.location IS NULL OR own.location IS NULL
  OR lower(r.location) = lower(own.location))`

/**
 * SQL condition: the budget belongs to ARM. A throttled poll of Azure Monitor's data plane, which has its own limits,
 * is stored with the budget JSON null.
 */
const OF_ARM = `(p.error->'budget') IS DISTINCT FROM 'null'::jsonb`

/**
 * Counts the polls of a subscription that are throttled by the same budgets. Every poll stores its outcome and ARM's
 * budget in the database, so the counts include the polls of all workers.
 * @param subscriptionId as in ARM IDs, case-insensitive
 * @param outcome outcome whose consecutive polls are counted
 * @param budget the budget that refused this poll; null = any budget that the poll may use
 */
export async function countThrottledPolls(
  db: SqlExecutor,
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
    outcome?: PollOutcome
    budget?: BudgetName | null
    since: EpochMs
  },
): Promise<ThrottledPolls> {
  const [row] = await queryRowsInCamelCase<ThrottledPolls>(
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
    [subscriptionId, sourceId, kind, formatIsoTime(since), outcome, budget],
  )
  return row ?? { inARow: 0, others: 0, othersSince: 0, readsLeft: null }
}
