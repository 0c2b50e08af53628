import type { BudgetName } from './budget.ts'

/** Reasons for an interval that is longer than configured; the first that applies is reported. */
export const intervalLimits = ['lock', 'run_time', 'budget'] as const
export type IntervalLimit = (typeof intervalLimits)[number]

/**
 * Groups of polls in the order in which their intervals are lengthened if the budget is too small: polls of route
 * tables, of counters and lists, of sessions.
 */
export const pollRanks = ['tables', 'counters', 'sessions'] as const
export type PollRank = (typeof pollRanks)[number]

/** Reason that the current interval is longer than configured, as stored with the timetable. */
export interface IntervalReason {
  limitedBy: IntervalLimit
  /** budget that limits the interval; null = the interval is limited for another reason */
  budget: BudgetName | null
  /** interval that one additional identity would make possible, seconds; null = not shorter */
  withIdentitySeconds: number | null
  /** interval if the polls of a group (`rank`) were configured with twice their interval; null = not shorter */
  withLonger: { rank: PollRank; seconds: number } | null
}
