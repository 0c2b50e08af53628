import type { BudgetCapacity, PollIntervalDemand } from './types.ts'
import type { PollPriority } from '#lib/contract/index.ts'

/**
 * Share of each request budget that planned polls do not use. This share is left for polls of tables after a change,
 * for requests by users, and for other programs that use the same budget.
 */
export const UNPLANNED_BUDGET_SHARE = 0.1

/**
 * Minimum share of time in which no operation runs on a resource. Operations that are slower than usual need this time.
 * With a smaller share, one in twenty summary polls would be late by a third (measured by `npm run bench azure-day`).
 */
const LOST = 0.22

/** Intervals in seconds that a limit requires, by the key of the poll. */
export type RequiredIntervals = Map<string, number>

/**
 * Result of applying one limit to its polls: the required intervals, and the position, which states how far the limit
 * lengthens them (see {@link intervalAt}); null = the limit lengthens no interval.
 */
interface Applied {
  intervals: RequiredIntervals
  position: number | null
}

/**
 * Lengthens the intervals of a resource's polls, because the resource runs one operation at a time. The total run time
 * of the polls must fit into the available time.
 * @param polls all polls of the resource, at least two
 */
export function lengthenForResourceLock(polls: readonly PollIntervalDemand[], previous: number | undefined): Applied {
  const running = polls.filter(({ run }) => run !== null)
  return apply(polls, previous, (position) =>
    sum(running.map((poll) => (poll.run ? poll.run.mean / (1 - LOST) / intervalAt(position, poll) : 0))),
  )
}

/** Lengthens the interval of a poll that takes longer than its interval. */
export function lengthenForRunTime(poll: PollIntervalDemand, previous: number | undefined): Applied {
  const { run } = poll
  return apply([poll], previous, (position) => (run ? run.mean / intervalAt(position, poll) : 0))
}

/**
 * Lengthens the intervals of polls so that they need no more requests per second than a budget permits.
 * @param polls all polls that use the budget
 * @param atLeast intervals in seconds that other limits already require, by key
 * @param burstAtLeast minimum interval in seconds of a poll during temporary faster polling, by key
 */
export function lengthenForBudget(
  polls: readonly PollIntervalDemand[],
  { key, perSecond }: BudgetCapacity,
  { atLeast, burstAtLeast }: { atLeast: RequiredIntervals; burstAtLeast: RequiredIntervals },
  previous: number | undefined,
): Applied {
  const drawn = polls.map((poll) => {
    const requests = sum(poll.draws.filter(({ budget }) => budget === key).map((draw) => draw.requests))
    return { requests: requests / (perSecond * (1 - UNPLANNED_BUDGET_SHARE)), poll, least: atLeast.get(poll.key) ?? 0 }
  })
  return apply(polls, previous, (position) =>
    sum(
      drawn.map(({ requests, poll, least }) => {
        // During temporary faster polling (a burst), the other polls of the resource do not lengthen the interval. Only
        // the polls of the burst itself wait for each other.
        const { burstSeconds } = poll
        if (burstSeconds === null) return requests / Math.max(least, intervalAt(position, poll))
        const faster = intervalAt(position, { configuredSeconds: burstSeconds, rank: poll.rank, isNeeded: true })
        return requests / Math.max(burstAtLeast.get(poll.key) ?? 0, faster)
      }),
    ),
  )
}

function apply(
  polls: readonly PollIntervalDemand[],
  previous: number | undefined,
  loadAt: (position: number) => number,
): Applied {
  const position = settle(loadAt, previous)
  const intervals: RequiredIntervals = new Map()
  if (position !== null) for (const poll of polls) intervals.set(poll.key, intervalAt(position, poll))
  return { intervals, position }
}

/** Returns the sum of the values. They are sorted first, because the sum of fractions depends on their order. */
const sum = (values: number[]): number => values.sort((a, b) => a - b).reduce((total, value) => total + value, 0)

/**
 * Factors of the steps from an interval to its double: 1 and 4/3. Finer steps are not useful, because the measurements
 * vary. With these factors, most intervals on a resource are multiples of each other, for example 60, 120 and 240 s, or
 * 80 and 240 s, so that its operations can be scheduled at different times.
 */
const FINE = [1, 4 / 3] as const

/** Number of steps to 4, 8 and 32 times an interval. */
const FOUR_TIMES = 2 * FINE.length
const EIGHT_TIMES = 3 * FINE.length
const THIRTY_TWO_TIMES = 5 * FINE.length

/** Returns the factor by which a number of steps lengthens the configured interval. */
function times(step: number): number {
  return 2 ** Math.floor(step / FINE.length) * (FINE[step % FINE.length] ?? 1)
}

const between = (position: number, from: number, length: number): number =>
  Math.min(Math.max(position - from, 0), length)

/** Positions at which the phases described at {@link intervalAt} begin. */
const TABLES = EIGHT_TIMES
const COUNTERS = TABLES + FOUR_TIMES
const SESSIONS = COUNTERS + FOUR_TIMES
const REST = SESSIONS + FOUR_TIMES
const NEEDED = REST + THIRTY_TWO_TIMES - FOUR_TIMES
const ALL = NEEDED + FOUR_TIMES

const begins: Readonly<Record<PollPriority, number>> = { tables: TABLES, counters: COUNTERS, sessions: SESSIONS }

/**
 * Returns the number of steps by which a poll's interval is lengthened at a position. {@link intervalAt} describes the
 * positions.
 */
function stepAt(position: number, { rank, isNeeded, isFlexible = false }: LengthenedPoll): number {
  const beyond = (isFlexible ? between(position, 0, TABLES) : 0) + Math.max(position - ALL, 0)
  if (isNeeded) return between(position, NEEDED, FOUR_TIMES) + beyond
  return between(position, begins[rank], FOUR_TIMES) + between(position, REST, NEEDED - REST) + beyond
}

type LengthenedPoll = Pick<PollIntervalDemand, 'configuredSeconds' | 'isFlexible' | 'rank' | 'isNeeded'>

/**
 * Returns the interval of a poll at a position. A position is a number that states how much a limit lengthens the
 * intervals of its polls. At position 0, all polls have their configured interval. As the position grows, intervals
 * become longer in these phases:
 * - flexible polls up to 8 times their configured interval;
 * - route tables up to 4 times, then counters, then sessions;
 * - then flexible polls, route tables, counters and sessions up to 32 times;
 * - then polls that an open incident needs up to 4 times;
 * - finally all polls without a limit.
 * @param position an integer, at least 0
 * @returns seconds, rounded up to whole milliseconds
 */
function intervalAt(position: number, poll: LengthenedPoll): number {
  return wholeMs(poll.configuredSeconds * times(stepAt(position, poll)))
}

/** Rounds seconds up to whole milliseconds. A tiny excess from floating-point multiplication is not rounded up. */
const wholeMs = (seconds: number): number => Math.ceil(seconds * 1_000 - 1e-6) / 1_000

/**
 * Shares of a limit that determine when a plan is replaced. A new plan uses at most the share `MADE` of the limit. It
 * stays in force as long as it does not exceed the limit. It is replaced by a plan with shorter intervals only if these
 * intervals use at most the share `GIVEN_UP`. Measurements that vary by a few percent therefore do not change the plan.
 */
const MADE = 0.95
const GIVEN_UP = 0.85

/**
 * Maximum position. At this position, the interval is 2 to the power of 100 times the configured interval, which is
 * never needed.
 */
const LAST = 200

/**
 * Returns the position (see {@link intervalAt}) that a limit requires.
 * @param loadAt returns the used share of the limit at a position (1 = all of it); it decreases with the position
 * @param previous position in the previous plan; undefined = there is no previous plan, or the limit did not matter
 * @returns null = the limit is far from being reached
 */
function settle(loadAt: (position: number) => number, previous: number | undefined): number | null {
  if (previous === undefined) {
    const asConfigured = loadAt(0)
    if (asConfigured <= GIVEN_UP) return null
    return asConfigured <= MADE ? 0 : first(loadAt, MADE)
  }
  if (loadAt(previous) > 1) return first(loadAt, MADE)
  const shorter = first(loadAt, GIVEN_UP)
  if (shorter >= previous) return previous
  const position = first(loadAt, MADE)
  return position === 0 && loadAt(0) <= GIVEN_UP ? null : position
}

/** Returns the lowest position at which at most `share` of the limit is used. */
function first(loadAt: (position: number) => number, share: number): number {
  let fits = 1
  if (loadAt(0) <= share) return 0
  while (fits < LAST && loadAt(fits) > share) fits *= 2
  let tooMuch = fits / 2
  while (fits - tooMuch > 1) {
    const middle = Math.floor((fits + tooMuch) / 2)
    if (loadAt(middle) > share) tooMuch = middle
    else fits = middle
  }
  return fits
}
