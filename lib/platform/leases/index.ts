/**
 * Leases in Postgres (ADR 0103). They use only the database clock and are fenced by an epoch: `withLease` for work that
 * one process does at a time (table `work_lease`), and the leases of polls. The schedule of polls is the table
 * `poll_schedule`, with one row and lease per poll. Its columns are `source_id int`, `kind text`, `every_seconds double
 * precision` (the interval in force), `configured_seconds`, `plan` (the reason if the interval is longer than
 * configured), `next_at timestamptz`, `lease_owner text`, `lease_until timestamptz`, `epoch bigint`, and during a burst
 * `burst_every_seconds`, `burst_until`, `burst_reason`. The primary key is (source_id, kind). All times are of the
 * database clock (`clock_timestamp()`), so workers' clocks may differ.
 */
export { repairScheduleAfterClockStep } from './bring-back.ts'
export { bringNextTablesForward, canBringForward } from './bring-forward.ts'
export { burst, endBurst } from './burst.ts'
export { holdResource } from './hold-resource.ts'
export { type Claimed, claimDue, release } from './claim.ts'
export { type Completion, completeInTransaction, completeTogether } from './complete.ts'
export { beginJob, endJob, type JobOutcome, jobWaits, makeDue } from './job-times.ts'
export { heartbeat } from './heartbeat.ts'
export { storeOperations, type StoredOperation } from './operation.ts'
export {
  changeIntervals,
  dropIdleResources,
  ensureScheduled,
  expedite,
  type PlannedInterval,
  postpone,
} from './schedule.ts'
export type { Lease, LeaseKey } from './types.ts'
export { ALERTING_LEASE, ALERTING_OVERDUE_SECONDS, alertingLeaseAge } from './alerting-lease.ts'
export { LeaseLostError, withLease } from './work-lease.ts'
