import type {
  RemainingArmRequests,
  BudgetName,
  EpochMs,
  LongerPollIntervalReason,
  PollKind,
} from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'

/** A scheduled poll with its duration and what Azure reported about budgets. */
export interface PollLoad {
  sourceId: number
  kind: PollKind
  resourceId: string
  /** subscription ID, lower case */
  subscriptionId: string
  /** Azure region of the resource, lower case; null = the resource has no region */
  region: string | null
  /**
   * ARM ID of the resource on which Azure runs only one such operation at a time; null = Azure answers the request
   * immediately, without an operation
   */
  resource: string | null
  configuredSeconds: number
  /** planned poll interval, seconds; during a burst `burstSeconds` applies if it is shorter */
  everySeconds: number
  reason: LongerPollIntervalReason | null
  /** shorter poll interval of an ongoing burst (a temporarily shorter interval), seconds; null = no burst */
  burstSeconds: number | null
  /** mean and 95th percentile of the duration of its last polls, seconds; null = too few polls */
  run: { mean: number; p95: number } | null
  /** true if an open incident needs this poll to find out more exactly when its event began or ended */
  isNeeded: boolean
  budget: RemainingArmRequests | null
  /** time at which the last poll ended, which reported `budget`; null or absent = never polled */
  reportedAt?: EpochMs | null
  /**
   * name of the exhausted request budget that Azure named when it refused the last poll; null = the poll was not
   * refused, or Azure named no budget
   */
  refusedBy: BudgetName | null
}

/** Minimum number of measured polls for an estimate of the next duration. */
export const MIN_LOAD_POLLS = 3

/**
 * Returns all scheduled polls with the values from which their load on Azure's request budgets is computed.
 * @param needed scopes and poll kinds that open incidents need
 */
export async function readPollLoads(
  db: SqlExecutor,
  needed: { scopes: readonly string[]; polls: readonly PollKind[] },
): Promise<PollLoad[]> {
  const rows = await queryRowsInCamelCase<Omit<PollLoad, 'run'> & { run: [number, number] | null }>(
    db,
    `SELECT ps.source_id, ps.kind, r.arm_id AS resource_id, lower(r.subscription_id) AS subscription_id, lower(r.location) AS region, ps.resource,
            coalesce(ps.configured_seconds, ps.every_seconds) AS configured_seconds, ps.every_seconds, ps.plan AS reason,
            CASE WHEN ps.burst_until > clock_timestamp() THEN ps.burst_every_seconds END AS burst_seconds,
            CASE WHEN cardinality(p.recent_durations) >= ${MIN_LOAD_POLLS}
                 THEN (SELECT ARRAY[avg(d), percentile_cont(0.95) WITHIN GROUP (ORDER BY d)] FROM unnest(p.recent_durations) d) END AS run,
            ps.kind = ANY ($2) AND r.short_id = ANY ($1) AS is_needed, p.budget,
            (extract(epoch FROM p.last_finished_at) * 1000)::float8 AS reported_at,
            CASE WHEN p.last_outcome = 'throttled' THEN p.error->>'budget' END AS refused_by
     FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     LEFT JOIN poll_state p ON (p.source_id, p.kind) = (ps.source_id, ps.kind)
     ORDER BY ps.source_id, ps.kind`,
    [needed.scopes, needed.polls],
  )
  return rows.map(({ run, ...load }) => ({ ...load, run: run && { mean: run[0] / 1_000, p95: run[1] / 1_000 } }))
}
