import type { BudgetName, IntervalLimit, PollPriority } from '#lib/contract/index.ts'

/** Measured durations of a poll in seconds, from its request to the last byte of the response. */
export interface PollRunSeconds {
  mean: number
  p95: number
}

/** A poll as input of the plan: its configured interval, its importance, and the limits that it uses. */
export interface PollIntervalDemand {
  /** Unique key of the poll. */
  key: string
  configuredSeconds: number
  /** True if limits lengthen this poll before all others, up to 8 times; absent = false. */
  isFlexible?: boolean
  rank: PollPriority
  /** True if an open incident depends on the poll. The intervals of such polls are lengthened last. */
  isNeeded: boolean
  /** Interval in seconds during temporary faster polling (a burst); null = no burst. */
  burstSeconds: number | null
  /**
   * Resource on which the poll runs as an operation; Azure runs one operation at a time there. Null = Azure answers the
   * poll immediately.
   */
  resource: string | null
  /** Measured durations; null = not measured yet, so the duration of this poll lengthens no interval. */
  run: PollRunSeconds | null
  /** Number of requests that one poll sends, for each budget that counts them. */
  draws: readonly { budget: string; requests: number }[]
}

/** The number of requests that Azure permits for a budget. */
export interface BudgetCapacity {
  key: string
  name: BudgetName
  /** Requests per second that Azure permits permanently, summed over all identities that use the budget. */
  perSecond: number
  /**
   * Number of identities that each have their own limit; null = all identities share one limit, so one more identity
   * does not help.
   */
  identities: number | null
}

/** The planned interval of one poll, and the limit that decides it. */
export interface LimitedPollInterval {
  /** Planned interval in seconds, at least the configured interval. */
  seconds: number
  limitedBy: IntervalLimit | null
  /** Key of the budget that decides the interval; null unless `limitedBy` is `budget`. */
  budget: string | null
  /**
   * Duration in seconds of the shortest outage that the polls certainly detect: the interval plus the 95th percentile
   * of the poll's duration. Null if the duration is unknown.
   */
  floorSeconds: number | null
  /** Changes that would make the interval shorter. */
  help: PollIntervalImprovementOptions
}

export interface PollIntervalImprovementOptions {
  /** Interval in seconds with one more identity; null = it would not be shorter. */
  withIdentitySeconds: number | null
  /**
   * Interval in seconds if the configured interval of all polls with this rank were doubled; null = it would not be
   * shorter.
   */
  withLonger: { rank: PollPriority; seconds: number } | null
}

/**
 * Position of each limit, which states how far the limit lengthens its polls (see `intervalAt`), by the key of the
 * limit. The next plan begins with these positions, so that intervals do not alternate between two values.
 */
export type IntervalStepsByLimit = ReadonlyMap<string, number>

export interface IntervalPlan {
  polls: ReadonlyMap<string, LimitedPollInterval>
  steps: IntervalStepsByLimit
}
