/**
 * Leases in Postgres (ADR 0103). A lease gives one process the right to do some work for a limited time. There are
 * leases for jobs and similar work (`runWithWorkLease`, table `work_lease`), leases for polls (table `poll_schedule`), and
 * leases for resources on which Azure runs only one operation at a time (table `resource_lease`). All times come from
 * the database clock (`clock_timestamp()`), so the clocks of workers may differ. An epoch (a number that grows with
 * each claim) prevents that an earlier holder still writes.
 * The table `poll_schedule` has one row per poll, with the primary key (source_id, kind). Columns:
 * - `source_id int`, `kind text`
 * - `every_seconds double precision`: current interval; `configured_seconds`: configured interval; `plan`: reason if
 * the current interval is longer
 * - `next_at timestamptz`: time at which the poll is due; `asked_at`: time at which it was requested
 * - `resource`: resource that the poll reserves; `run_seconds`: average duration of its operation
 * - `lease_owner text`, `lease_until timestamptz`, `epoch bigint`
 * - during a burst: `burst_every_seconds`, `burst_until`, `burst_reason`
 */
export { repairScheduleAfterClockStep } from './repair-schedule.ts'
export { bringNextTablesForward, canBringForward } from './bring-forward.ts'
export { startPollBurst, endPollBurst } from './poll-burst.ts'
export { runHoldingResource } from './hold-resource.ts'
export { type ClaimResult, claimDuePolls, releaseLease } from './claim.ts'
export { type PollLeaseCompletion, completeInTransaction, completePollsTogether } from './complete-polls.ts'
export { beginJob, endJob, type JobOutcome, readJobWaitsMs, makeJobsDue } from './job-times.ts'
export { extendPollLeases } from './extend-leases.ts'
export { saveRunningAzureOperations, type StoredOperation } from './stored-operations.ts'
export {
  updatePollIntervals,
  dropIdleResourceLeases,
  addMissingPollsToSchedule,
  expeditePolls,
  type PlannedInterval,
  delayThrottledPollsUntil,
} from './schedule.ts'
export type { PollLease, LeaseKey } from './types.ts'
export { ALERTING_LEASE, ALERTING_OVERDUE_SECONDS, readAlertingLeaseAge } from './alerting-lease.ts'
export { LeaseLostError, runWithWorkLease } from './work-lease.ts'
