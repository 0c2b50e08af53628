import type { Database } from '../database.ts'
import type { Queryable } from '../queryable.ts'
import { leaseAge } from './work-lease.ts'

/**
 * Name of the lease of the process that evaluates alerts. Only one process evaluates at a time, so that storm limits
 * apply across all processes.
 */
export const ALERTING_LEASE = 'alerting'

/**
 * Time without a renewal after which alerting counts as stopped, in seconds. An evaluator renews its lease every few
 * seconds.
 */
export const ALERTING_OVERDUE_SECONDS = 30

/**
 * Returns the seconds since an alert evaluator renewed its lease, by the database clock; `/api/health/ready` and
 * `/metrics` report it.
 * @returns null if no evaluator ever did
 */
export function alertingLeaseAge(db: Database | Queryable): Promise<number | null> {
  return leaseAge(db, ALERTING_LEASE)
}
