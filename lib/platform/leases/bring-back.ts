import type { Queryable } from '../queryable.ts'

/** Maximum duration of a lease. If a stored lease ends later than this from now, the clock was set back. */
const MAX_LEASE = `interval '2 minutes'`
/**
 * Maximum duration of a burst (a temporarily shorter poll interval). If a stored burst ends later than this from now,
 * the clock was set back.
 */
const MAX_BURST = `interval '1 day'`
/**
 * Time in seconds by which a poll may be due later than its interval allows, because a `Retry-After` can postpone it.
 * It applies if the clock was not seen to be set back.
 */
const MAX_PUT_OFF_SECONDS = 3_600
/**
 * Maximum time in seconds over which polls that become due again are spread, because polls at the same time compete for
 * budgets.
 */
const MAX_SPREAD_SECONDS = 10

/**
 * Repairs the schedule after the clock was set back (ADR 0291). Polls whose due time was written by a clock that was
 * ahead become due, and leases and bursts with such times end. Polls in flight whose lease ends are repeated.
 * @param isSetBack true = the clock was seen to be set back; then no poll waits longer than its interval, and all polls
 *   in flight are repeated
 * @returns number of changed polls
 */
export async function repairScheduleAfterClockStep(db: Queryable, isSetBack: boolean): Promise<number> {
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
  // a live holder renews its lease within seconds, or notices that another process has it
  await db.query(
    `UPDATE work_lease SET expires_at = clock_timestamp(), renewed_at = clock_timestamp()
     WHERE renewed_at > clock_timestamp() + interval '1 s'`,
  )
  return rowCount ?? 0
}
