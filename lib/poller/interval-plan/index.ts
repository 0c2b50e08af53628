/** The intervals that fit: pure, no I/O. Rules: docs/rules/polling.md. */
export { planIntervals } from './plan-intervals.ts'
export { plannedRun } from './limits.ts'
export type { Capacity, Help, IntervalPlan, LimitedBy, PollDemand, PollPlan, Rank, RunSeconds, Steps } from './types.ts'
