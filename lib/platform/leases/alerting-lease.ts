import type { Database } from '../database.ts'
import type { Queryable } from '../queryable.ts'
import { leaseAge } from './work-lease.ts'

/**
 * Name of the lease of the process that evaluates alerts. Only one process evaluates at a time, so that limits of
 * notifications (storms) apply across all processes.
 */
export const ALERTING_LEASE = 'alerting'

/**
 * Time in seconds without a renewal of the lease after which alerting counts as stopped. The evaluating process renews
 * its lease every few seconds.
 */
export const ALERTING_OVERDUE_SECONDS = 30

/**
 * Returns the seconds, by the database clock, since a process that evaluates alerts renewed its lease.
 * `/api/health/ready` and `/metrics` report the value.
 * @returns null if no process ever evaluated alerts
 */
export function alertingLeaseAge(db: Database | Queryable): Promise<number | null> {
  return leaseAge(db, ALERTING_LEASE)
}
