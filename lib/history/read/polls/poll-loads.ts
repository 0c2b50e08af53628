import type { ArmBudget, BudgetName, IntervalReason, PollKind } from '#lib/contract/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'

/** One row of the timetable with what its polls cost and what they said of Azure's budgets. */
export interface PollLoad {
  sourceId: number
  kind: PollKind
  resourceId: string
  /** lower case */
  subscriptionId: string
  /** lower case; null = the resource has none */
  region: string | null
  /** what runs one such operation at a time; null = it is answered at once */
  resource: string | null
  configuredSeconds: number
  /** in force */
  everySeconds: number
  reason: IntervalReason | null
  /** polled faster for a while; null = it is not */
  burstSeconds: number | null
  /** lengths of its last polls; null = too few */
  run: { mean: number; p95: number } | null
  /** an open incident needs it: it narrows the bounds of an event */
  isNeeded: boolean
  budget: ArmBudget | null
  /** the budget that refused its last poll; null = none did */
  refusedBy: BudgetName | null
}

/** Fewer polls say little of how long the next one takes. */
export const FEWEST_POLLS = 3

/**
 * What everything on the timetable costs.
 * @param needed polls of these kinds of these scopes are what open incidents need
 */
export async function pollLoads(
  db: Queryable,
  needed: { scopes: readonly string[]; polls: readonly PollKind[] },
): Promise<PollLoad[]> {
  const rows = await readRows<Omit<PollLoad, 'run'> & { run: [number, number] | null }>(
    db,
    `SELECT ps.source_id, ps.kind, r.arm_id AS resource_id, lower(r.subscription_id) AS subscription_id, lower(r.location) AS region, ps.resource,
            coalesce(ps.configured_seconds, ps.every_seconds) AS configured_seconds, ps.every_seconds, ps.plan AS reason,
            CASE WHEN ps.burst_until > clock_timestamp() THEN ps.burst_every_seconds END AS burst_seconds,
            CASE WHEN cardinality(p.recent_durations) >= ${FEWEST_POLLS}
                 THEN (SELECT ARRAY[avg(d), percentile_cont(0.95) WITHIN GROUP (ORDER BY d)] FROM unnest(p.recent_durations) d) END AS run,
            ps.kind = ANY ($2) AND r.short_id = ANY ($1) AS is_needed, p.budget,
            CASE WHEN p.last_outcome = 'throttled' THEN p.error->>'budget' END AS refused_by
     FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     LEFT JOIN poll_state p ON (p.source_id, p.kind) = (ps.source_id, ps.kind)
     ORDER BY ps.source_id, ps.kind`,
    [needed.scopes, needed.polls],
  )
  return rows.map(({ run, ...load }) => ({ ...load, run: run && { mean: run[0] / 1_000, p95: run[1] / 1_000 } }))
}
