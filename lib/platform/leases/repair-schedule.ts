import type { SqlExecutor } from '../queryable.ts'

/**
 * Maximum duration of a lease. A lease that ends later than this from now was written before the clock was set back.
 */
const MAX_LEASE = `interval '2 minutes'`
/**
 * Maximum duration of a burst (a temporarily shorter poll interval). A burst that ends later than this from now was
 * written before the clock was set back.
 */
const MAX_BURST = `interval '1 day'`
/**
 * Time in seconds by which a poll may be due later than its interval allows, because Azure's `Retry-After` can postpone
 * it. It applies only if it is not known that the clock was set back.
 */
const MAX_PUT_OFF_SECONDS = 3_600
/**
 * Maximum time in seconds over which the polls that become due are distributed, because simultaneous polls compete for
 * request budgets.
 */
const MAX_SPREAD_SECONDS = 10

/**
 * Repairs the schedule of polls after the clock of the database was set back (ADR 0291). Polls whose due time is too
 * far in the future become due. Leases and bursts that end too far in the future end now; a running poll that loses its
 * lease is repeated.
 * @param isSetBack true = it is known that the clock was set back. In this case every due time must be within the
 *   poll's interval, and all running polls are repeated
 * @returns number of changed polls
 */
export async function repairScheduleAfterClockStep(db: SqlExecutor, isSetBack: boolean): Promise<number> {
  const { rowCount } = await db.query(
    `WITH now AS MATERIALIZED (SELECT clock_timestamp() AS at),
     ahead AS (
       SELECT s.source_id, s.kind, now.at,
              s.next_at > now.at + make_interval(secs => s.every_seconds + CASE WHEN $1 THEN 0 ELSE ${MAX_PUT_OFF_SECONDS} END) AS is_late
       FROM poll_schedule s CROSS JOIN now ORDER BY s.source_id, s.kind FOR NO KEY UPDATE OF s)
     UPDATE poll_schedule s
     SET next_at = CASE WHEN a.is_late THEN a.at + random() * make_interval(secs => least(s.every_seconds, ${MAX_SPREAD_SECONDS})) ELSE s.next_at END,
         asked_at = least(s.asked_at, a.at), burst_until = CASE WHEN s.burst_until > a.at + ${MAX_BURST} THEN a.at ELSE s.burst_until END,
         lease_owner = NULL, lease_until = NULL, epoch = s.epoch + 1
     FROM ahead a
     WHERE s.source_id = a.source_id AND s.kind = a.kind
       AND ($1 OR a.is_late OR s.lease_until > a.at + ${MAX_LEASE} OR s.asked_at > a.at OR s.burst_until > a.at + ${MAX_BURST})`,
    [isSetBack],
  )
  await db.query(
    `UPDATE resource_lease SET lease_until = NULL, operation = NULL, started_at = NULL
     WHERE lease_until > clock_timestamp() + ${MAX_LEASE} OR started_at > clock_timestamp()`,
  )
  // a process that still holds the lease renews it within seconds, or finds that another process has it
  await db.query(
    `UPDATE work_lease SET expires_at = clock_timestamp(), renewed_at = clock_timestamp()
     WHERE renewed_at > clock_timestamp() + interval '1 s'`,
  )
  return rowCount ?? 0
}
