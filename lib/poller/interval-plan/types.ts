import type { BudgetName, IntervalLimit, PollRank } from '#lib/contract/index.ts'

/** Measured lengths of a poll, from its request to its last byte, in seconds. */
export interface RunSeconds {
  mean: number
  p95: number
}

/** What one poll asks for. */
export interface PollDemand {
  /** of this poll alone */
  key: string
  configuredSeconds: number
  rank: PollRank
  /** an open incident rests on it: it is lengthened after everything else */
  isNeeded: boolean
  /** polled faster for a while, in seconds; null = it is not */
  burstSeconds: number | null
  /** what runs one such operation at a time; null = it is answered at once */
  resource: string | null
  /** null = not measured yet: nothing is lengthened for it */
  run: RunSeconds | null
  /** requests of one poll, by the key of the budget that counts them */
  draws: readonly { budget: string; requests: number }[]
}

/** All identities of a subscription together have so many times what ARM allows one of them. */
export const MAX_IDENTITIES = 15

/** What a budget allows. */
export interface Capacity {
  key: string
  name: BudgetName
  /** requests a second, for as long as it goes on, of all identities that draw from it */
  perSecond: number
  /** identities that have a bucket of their own in it; null = it is counted for all together, and another one adds nothing */
  identities: number | null
}

/** The interval of one poll that fits. */
export interface PollPlan {
  /** never shorter than configured */
  seconds: number
  limitedBy: IntervalLimit | null
  /** key of the budget; null unless `limitedBy` is that */
  budget: string | null
  /** the shortest outage that is certain to be seen: the interval and the p95 of the call; null before the first poll */
  floorSeconds: number | null
  /** what would shorten it */
  help: Help
}

export interface Help {
  /** the interval that it would have with one identity more; null = no shorter one */
  withIdentitySeconds: number | null
  /** the interval that it would have if what is named were configured twice as long; null = no shorter one */
  withLonger: { rank: PollRank; seconds: number } | null
}

/** How far each limit has lengthened what it holds, by the limit's key: what the next plan begins with, so that it does not oscillate. */
export type IntervalSteps = ReadonlyMap<string, number>

export interface IntervalPlan {
  polls: ReadonlyMap<string, PollPlan>
  steps: IntervalSteps
}
