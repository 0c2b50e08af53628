import type { Queryable } from '../queryable.ts'

/** Maximum duration of a lease. A lease ends later only if the clock was set back. */
const MAX_LEASE = `interval '2 minutes'`
/**
 * Maximum duration of a burst (a temporarily shorter poll interval). A burst ends later only if the clock was set back.
 */
const MAX_BURST = `interval '1 day'`
/**
 * Maximum delay of a poll beyond its interval, in seconds, because a `Retry-After` can postpone it. It applies if no
 * step of the clock was seen.
 */
const MAX_PUT_OFF_SECONDS = 3_600
/**
 * Maximum time over which polls that become due again are spread, in seconds, because polls that are due together share
 * budgets.
 */
const MAX_SPREAD_SECONDS = 10

/**
 * Makes polls due again, and ends leases and bursts, if their times were written by a clock that was ahead (ADR 0291).
 * Polls in flight lose their lease and are repeated.
 * @param isSetBack whether the clock was seen to be set back; then no poll waits longer than its interval, and all
 *   polls in flight are repeated
 * @returns number of polls
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
  // a live holder renews its lease within seconds, or finds that another process has it
  await db.query(
    `UPDATE work_lease SET expires_at = clock_timestamp(), renewed_at = clock_timestamp()
     WHERE renewed_at > clock_timestamp() + interval '1 s'`,
  )
  return rowCount ?? 0
}
