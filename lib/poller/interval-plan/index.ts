/**
 * Computation of polling intervals that fit the limits, as pure functions without I/O. Rules: docs/rules/polling.md.
 */
export { computePollIntervalsWithinLimits } from './plan-intervals.ts'
export { UNPLANNED_BUDGET_SHARE } from './limits.ts'
export type {
  BudgetCapacity,
  PollIntervalImprovementOptions,
  IntervalPlan,
  PollIntervalDemand,
  LimitedPollInterval,
  PollRunSeconds,
  IntervalStepsByLimit,
} from './types.ts'
