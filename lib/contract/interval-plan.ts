import type { BudgetName } from './budget.ts'

/** Why an interval is longer than configured, the first of these that holds. */
export const intervalLimits = ['lock', 'run_time', 'budget'] as const
export type IntervalLimit = (typeof intervalLimits)[number]

/** What is lengthened when not everything fits, first to last: what is read of tables, of counters and lists, of sessions. */
export const pollRanks = ['tables', 'counters', 'sessions'] as const
export type PollRank = (typeof pollRanks)[number]

/** Why the interval in force is longer than the configured one, as it is kept with the timetable. */
export interface IntervalReason {
  limitedBy: IntervalLimit
  /** null unless a budget limits it */
  budget: BudgetName | null
  /** the interval that it would have with one identity more, seconds; null = no shorter one */
  withIdentitySeconds: number | null
  /** the interval that it would have if the polls of that rank were configured twice as long; null = no shorter one */
  withLonger: { rank: PollRank; seconds: number } | null
}
