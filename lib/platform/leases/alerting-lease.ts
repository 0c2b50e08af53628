import type { Database } from '../database.ts'
import type { Queryable } from '../queryable.ts'
import { leaseAge } from './work-lease.ts'

/** Name of the lease of the process that evaluates alerts: one at a time, so that storm limits hold over all processes. */
export const ALERTING_LEASE = 'alerting'

/** Without a renewal for this long (seconds) nobody evaluates alerts: an evaluator renews every few seconds. */
export const ALERTING_OVERDUE_SECONDS = 30

/**
 * Seconds since an alert evaluator renewed its lease, by the database's clock; `/api/health/ready` and `/metrics` report it.
 * @returns null if none ever did
 */
export function alertingLeaseAge(db: Database | Queryable): Promise<number | null> {
  return leaseAge(db, ALERTING_LEASE)
}
