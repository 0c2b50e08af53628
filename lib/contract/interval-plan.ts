import type { BudgetName } from './budget.ts'

/**
 * Limits that make a poll interval longer than configured: operations that lock the resource, the duration of the
 * polls, or a request budget of Azure. Peerwatch reports the limit that requires the longest interval; if several
 * require the same interval, the first in this list.
 */
export const intervalLimits = ['lock', 'run_time', 'budget'] as const
export type IntervalLimit = (typeof intervalLimits)[number]

/**
 * Groups of polls by their importance. If a request budget is too small, the intervals of route tables become longer
 * first, then those of counters and lists, and those of sessions last.
 */
export const pollPriorities = ['tables', 'counters', 'sessions'] as const
export type PollPriority = (typeof pollPriorities)[number]

/** Reason that the interval of a poll is longer than configured. */
export interface LongerPollIntervalReason {
  limitedBy: IntervalLimit
  /** budget that requires the longer interval; null = another limit requires it */
  budget: BudgetName | null
  /** interval in seconds if one more identity sent requests; null = it would not become shorter */
  withIdentitySeconds: number | null
  /**
   * interval in seconds if the configured intervals of the group `rank` were doubled; null = it would not become
   * shorter
   */
  withLonger: { rank: PollPriority; seconds: number } | null
}
