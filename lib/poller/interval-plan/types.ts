import type { BudgetName, IntervalLimit, PollRank } from '#lib/contract/index.ts'

/** Measured durations of a poll, from its request to its last byte, in seconds. */
export interface RunSeconds {
  mean: number
  p95: number
}

/** The properties and needs of one poll. */
export interface PollDemand {
  /** unique key of the poll */
  key: string
  configuredSeconds: number
  rank: PollRank
  /** whether an open incident depends on it; such a poll is lengthened after all others */
  isNeeded: boolean
  /** temporary shorter interval in seconds; null = no burst */
  burstSeconds: number | null
  /** resource on which the poll runs as an operation, one at a time; null = the poll is answered immediately */
  resource: string | null
  /** measured durations of the poll; null = not measured yet, so that no interval is lengthened for it */
  run: RunSeconds | null
  /** number of requests per poll, by the key of the budget that counts them */
  draws: readonly { budget: string; requests: number }[]
}

/** Maximum total of all identities of a subscription, as a multiple of ARM's limit for one identity. */
export const MAX_IDENTITIES = 15

/** The capacity of a budget. */
export interface Capacity {
  key: string
  name: BudgetName
  /** requests per second that Azure permits permanently, as the sum over all identities that use the budget */
  perSecond: number
  /**
   * number of identities with their own bucket; null = all identities share the budget, so that another identity does
   * not help
   */
  identities: number | null
}

/** The planned interval of one poll. */
export interface PollPlan {
  /** planned interval in seconds; at least the configured interval */
  seconds: number
  limitedBy: IntervalLimit | null
  /** key of the limiting budget; null unless `limitedBy` is `budget` */
  budget: string | null
  /**
   * duration of the shortest outage that is certainly detected: the interval plus the p95 of the call; null before the
   * first poll
   */
  floorSeconds: number | null
  /** changes that would shorten the interval */
  help: Help
}

export interface Help {
  /** interval in seconds with one more identity; null = not shorter */
  withIdentitySeconds: number | null
  /** interval if the configured interval of polls with this rank were doubled; null = not shorter */
  withLonger: { rank: PollRank; seconds: number } | null
}

/**
 * Positions to which each limit has lengthened its polls, by the limit's key. The next plan begins with them, so that
 * plans do not oscillate.
 */
export type IntervalSteps = ReadonlyMap<string, number>

export interface IntervalPlan {
  polls: ReadonlyMap<string, PollPlan>
  steps: IntervalSteps
}
