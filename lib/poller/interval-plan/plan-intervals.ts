import { type IntervalLimit, MAX_IDENTITIES, type PollPriority, pollPriorities } from '#lib/contract/index.ts'
import { lengthenForBudget, lengthenForResourceLock, lengthenForRunTime, type RequiredIntervals } from './limits.ts'
import type { BudgetCapacity, IntervalPlan, PollIntervalDemand, LimitedPollInterval } from './types.ts'

const NO_STEPS: IntervalPlan['steps'] = new Map()

/**
 * Computes the interval of every poll. It is the configured interval if the polls fit all limits, otherwise a longer
 * one. Limits are the operations of a resource, which run one at a time, and the request budgets. Rules:
 * docs/rules/polling.md, "Intervals that fit". Each limit is applied separately to all its polls, and a poll gets the
 * longest interval that one of its limits requires. A larger budget therefore never lengthens an interval, and
 * subscriptions do not affect each other. The limits of resources are applied first, because the polls that they slow
 * down need less of the budgets.
 * @param demands every poll, once
 * @param capacities budgets that are limited; all others are unlimited
 * @param previous positions of the previous plan; the new plan keeps them as long as the polls do not exceed the limits
 */
export function computePollIntervalsWithinLimits(
  demands: readonly PollIntervalDemand[],
  capacities: readonly BudgetCapacity[],
  previous: IntervalPlan['steps'] = NO_STEPS,
): IntervalPlan {
  const { found, steps } = limitsOf(demands, capacities, previous)
  const isLonger = demands.some((poll) => found(poll).seconds > poll.configuredSeconds)
  const better = isLonger ? whatWouldHelp(demands, capacities) : () => NO_HELP
  const polls = demands.map((poll): [string, LimitedPollInterval] => {
    const { seconds, limitedBy, budget } = found(poll)
    const floorSeconds = poll.run === null ? null : seconds + poll.run.p95
    const help = seconds > poll.configuredSeconds ? better(poll, seconds) : NO_HELP
    return [poll.key, { seconds, limitedBy, budget, floorSeconds, help }]
  })
  return { polls: new Map(polls), steps }
}

const NO_HELP: LimitedPollInterval['help'] = { withIdentitySeconds: null, withLonger: null }

interface Found {
  seconds: number
  limitedBy: IntervalLimit | null
  budget: string | null
}

/** Returns a function from a poll to the limit that determines its interval, and the position of each limit. */
function limitsOf(
  demands: readonly PollIntervalDemand[],
  capacities: readonly BudgetCapacity[],
  previous: IntervalPlan['steps'],
): { found: (poll: PollIntervalDemand) => Found; steps: Map<string, number> } {
  const steps = new Map<string, number>()
  const note = (key: string, position: number | null) => position !== null && steps.set(key, position)

  const locks: RequiredIntervals = new Map()
  for (const [resource, polls] of groupedBy(demands, ({ resource: own }) => (own === null ? [] : [own]))) {
    if (polls.length < 2) continue
    const { intervals, position } = lengthenForResourceLock(polls, previous.get(`lock ${resource}`))
    note(`lock ${resource}`, position)
    for (const [key, seconds] of intervals) locks.set(key, seconds)
  }

  const runs: RequiredIntervals = new Map()
  const atLeast: RequiredIntervals = new Map()
  for (const poll of demands) {
    const { intervals, position } = lengthenForRunTime(poll, previous.get(`run ${poll.key}`))
    note(`run ${poll.key}`, position)
    const own = intervals.get(poll.key)
    if (own !== undefined) runs.set(poll.key, own)
    atLeast.set(poll.key, Math.max(own ?? 0, locks.get(poll.key) ?? 0))
  }

  const burstAtLeast = burstsOf(demands)
  const budgets = new Map<string, { seconds: number; budget: string }>()
  const drawing = groupedBy(demands, ({ draws }) => [...new Set(draws.map(({ budget }) => budget))])
  for (const capacity of capacities.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const { key } = capacity
    const { intervals, position } = lengthenForBudget(
      drawing.get(key) ?? [],
      capacity,
      { atLeast, burstAtLeast },
      previous.get(key),
    )
    note(key, position)
    for (const [poll, seconds] of intervals) {
      if (seconds > (budgets.get(poll)?.seconds ?? 0)) budgets.set(poll, { seconds, budget: key })
    }
  }

  const found = ({ key, configuredSeconds }: PollIntervalDemand): Found => {
    const budget = budgets.get(key)
    const asked = { lock: locks.get(key) ?? 0, run_time: runs.get(key) ?? 0, budget: budget?.seconds ?? 0 }
    const seconds = Math.max(configuredSeconds, asked.lock, asked.run_time, asked.budget)
    const limits: readonly IntervalLimit[] = ['lock', 'run_time', 'budget']
    const limitedBy = seconds > configuredSeconds ? (limits.find((limit) => asked[limit] === seconds) ?? null) : null
    return { seconds, limitedBy, budget: limitedBy === 'budget' ? (budget?.budget ?? null) : null }
  }
  return { found, steps }
}

/**
 * Returns the minimum interval of each poll during temporary faster polling (a burst), by key. It is the total run time
 * of the burst's polls of the same resource.
 */
function burstsOf(demands: readonly PollIntervalDemand[]): RequiredIntervals {
  const faster = demands.filter(({ burstSeconds, run }) => burstSeconds !== null && run !== null)
  const intervals: RequiredIntervals = new Map()
  for (const [, polls] of groupedBy(faster, ({ resource, key }) => [resource ?? key])) {
    const round = polls.reduce((total, { run }) => total + (run?.mean ?? 0), 0)
    for (const { key } of polls) intervals.set(key, round)
  }
  return intervals
}

/**
 * Returns a function from a poll to the intervals that it would have after possible improvements, such as one more
 * identity. For each improvement a new plan is computed, without the positions of the current plan.
 */
function whatWouldHelp(
  demands: readonly PollIntervalDemand[],
  capacities: readonly BudgetCapacity[],
): (poll: PollIntervalDemand, seconds: number) => LimitedPollInterval['help'] {
  const otherwise = (polls: readonly PollIntervalDemand[], budgets: readonly BudgetCapacity[]) => {
    const { found } = limitsOf(polls, budgets, NO_STEPS)
    const planned = new Map(polls.map((poll) => [poll.key, found(poll).seconds]))
    return (poll: PollIntervalDemand, now: number) => {
      const then = planned.get(poll.key) ?? now
      return then < now ? then : null
    }
  }
  const withIdentity = otherwise(demands, capacities.map(withOneMore))
  const longer = (rank: PollPriority) =>
    otherwise(
      demands.map((poll) => (poll.rank === rank ? { ...poll, configuredSeconds: 2 * poll.configuredSeconds } : poll)),
      capacities,
    )
  const elsewhere = pollPriorities.map((rank) => ({ rank, planned: longer(rank) }))
  return (poll, seconds) => {
    const options = elsewhere.flatMap(({ rank, planned }) => {
      const then = rank === poll.rank ? null : planned(poll, seconds)
      return then === null ? [] : [{ rank, seconds: then }]
    })
    const [withLonger = null] = options.toSorted((a, b) => a.seconds - b.seconds)
    return { withIdentitySeconds: withIdentity(poll, seconds), withLonger }
  }
}

/**
 * Returns the capacity of a budget with one more identity. ARM limits each identity separately, up to a maximum for all
 * identities.
 */
function withOneMore(capacity: BudgetCapacity): BudgetCapacity {
  const { identities, perSecond } = capacity
  if (identities === null || identities >= MAX_IDENTITIES) return capacity
  return { ...capacity, identities: identities + 1, perSecond: (perSecond * (identities + 1)) / identities }
}

/** Groups polls by key. A poll may have several keys. */
function groupedBy(
  demands: readonly PollIntervalDemand[],
  keysOf: (poll: PollIntervalDemand) => readonly string[],
): Map<string, PollIntervalDemand[]> {
  const groups = new Map<string, PollIntervalDemand[]>()
  for (const poll of demands) {
    for (const key of keysOf(poll)) {
      const group = groups.get(key)
      if (group) group.push(poll)
      else groups.set(key, [poll])
    }
  }
  return groups
}
