import type { Database } from '../database.ts'
import type { SqlExecutor } from '../queryable.ts'
import { readLeaseAgeSeconds } from './work-lease.ts'

/**
 * Name of the lease under which one process evaluates alerts. There is only one, so that limits on the number of
 * notifications apply to all processes together.
 */
export const ALERTING_LEASE = 'alerting'

/**
 * Age of the last renewal of the lease, in seconds, above which alerting counts as stopped. The process that evaluates
 * alerts renews the lease every few seconds.
 */
export const ALERTING_OVERDUE_SECONDS = 30

/**
 * Returns the seconds since the last renewal of the lease under which alerts are evaluated, by the database clock.
 * `/api/health/ready` and `/metrics` report this number.
 * @returns null if no process has ever evaluated alerts
 */
export function readAlertingLeaseAge(db: Database | SqlExecutor): Promise<number | null> {
  return readLeaseAgeSeconds(db, ALERTING_LEASE)
}
