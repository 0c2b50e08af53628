import type { Capacity, PollDemand } from './types.ts'
import type { PollRank } from '#lib/contract/index.ts'

/**
 * What is kept free of each budget: for tables that a change asks for, for a person's requests, and for others who draw from it.
 */
const KEPT_FREE = 0.1

/**
 * Share of a resource's time in which nothing runs on it: between one operation and the next, and so that one that takes long does not
 * keep the next ones waiting. Measured by `npm run bench azure-day`: with less, a summary in twenty comes a third later than planned.
 */
const LOST = 0.22

/** By key of the poll: the interval that a limit asks for. */
export type Intervals = Map<string, number>

/** One limit of each kind, applied to the polls that it holds; what it asks for is added to `intervals`. */
interface Applied {
  intervals: Intervals
  position: number | null
}

/**
 * One operation at a time: the run times of a resource's polls, each as often as it is made, fit into the time that is not lost.
 * @param polls of one resource, two or more
 */
export function applyLock(polls: readonly PollDemand[], previous: number | undefined): Applied {
  const running = polls.filter(({ run }) => run !== null)
  return apply(polls, previous, (position) =>
    sum(running.map((poll) => (poll.run ? poll.run.mean / (1 - LOST) / intervalAt(position, poll) : 0))),
  )
}

/** No poll begins before the one before it has ended. */
export function applyRunTime(poll: PollDemand, previous: number | undefined): Applied {
  const { run } = poll
  return apply([poll], previous, (position) => (run ? run.mean / intervalAt(position, poll) : 0))
}

/**
 * What a budget allows for as long as it goes on.
 * @param polls all that draw from it
 * @param atLeast the interval that other limits ask for, which do not depend on budgets; by key
 * @param burstAtLeast how often at most a poll can be made while its resource is polled faster, seconds; by key
 */
export function applyBudget(
  polls: readonly PollDemand[],
  { key, perSecond }: Capacity,
  { atLeast, burstAtLeast }: { atLeast: Intervals; burstAtLeast: Intervals },
  previous: number | undefined,
): Applied {
  const drawn = polls.map((poll) => {
    const requests = sum(poll.draws.filter(({ budget }) => budget === key).map((draw) => draw.requests))
    return { requests: requests / (perSecond * (1 - KEPT_FREE)), poll, least: atLeast.get(poll.key) ?? 0 }
  })
  return apply(polls, previous, (position) =>
    sum(
      drawn.map(({ requests, poll, least }) => {
        // a burst goes on whatever else its resource runs, one operation after the other
        const { burstSeconds } = poll
        if (burstSeconds === null) return requests / Math.max(least, intervalAt(position, poll))
        const faster = intervalAt(position, { ...poll, configuredSeconds: burstSeconds, isNeeded: true })
        return requests / Math.max(burstAtLeast.get(poll.key) ?? 0, faster)
      }),
    ),
  )
}

function apply(
  polls: readonly PollDemand[],
  previous: number | undefined,
  loadAt: (position: number) => number,
): Applied {
  const position = settle(loadAt, previous)
  const intervals: Intervals = new Map()
  if (position !== null) for (const poll of polls) intervals.set(poll.key, intervalAt(position, poll))
  return { intervals, position }
}

/** The same in whatever order: sums of fractions depend on it. */
const sum = (values: number[]): number => values.sort((a, b) => a - b).reduce((total, value) => total + value, 0)

/**
 * Two steps to twice the interval: coarse enough that noise changes nothing, and such that intervals of one resource stay multiples of each
 * other (60, 80, 120 and 240 s beside tables of 240 s), so that its operations keep apart.
 */
const FINE = [1, 4 / 3] as const

/** Steps to 4 and to 32 times the configured interval. */
const FOUR_TIMES = 2 * FINE.length
const THIRTY_TWO_TIMES = 5 * FINE.length

/** How many times the configured interval a step is. */
function times(step: number): number {
  return 2 ** Math.floor(step / FINE.length) * (FINE[step % FINE.length] ?? 1)
}

const between = (position: number, from: number, length: number): number =>
  Math.min(Math.max(position - from, 0), length)

/** Where on the path each phase begins. */
const COUNTERS = FOUR_TIMES
const SESSIONS = COUNTERS + FOUR_TIMES
const REST = SESSIONS + FOUR_TIMES
const NEEDED = REST + THIRTY_TWO_TIMES - FOUR_TIMES
const ALL = NEEDED + FOUR_TIMES

const begins: Readonly<Record<PollRank, number>> = { tables: 0, counters: COUNTERS, sessions: SESSIONS }

/** The steps of a poll at a position. */
function stepAt(position: number, { rank, isNeeded }: { rank: PollRank; isNeeded: boolean }): number {
  const beyond = Math.max(position - ALL, 0)
  if (isNeeded) return between(position, NEEDED, FOUR_TIMES) + beyond
  return between(position, begins[rank], FOUR_TIMES) + between(position, REST, NEEDED - REST) + beyond
}

/**
 * The one path on which everything that a limit holds is lengthened. Position 0 is as configured, and no interval ever becomes shorter
 * towards the end: tables up to 4 times, then counters, then sessions; all of these up to 32 times, before what an open
 * incident needs is lengthened up to 4 times; at last everything.
 * @param position a whole number, 0 or more
 * @returns seconds, in whole milliseconds and never fewer than the step says
 */
function intervalAt(position: number, poll: { configuredSeconds: number; rank: PollRank; isNeeded: boolean }): number {
  return wholeMs(poll.configuredSeconds * times(stepAt(position, poll)))
}

/** Rounded up, but for the last bits of a product. */
const wholeMs = (seconds: number): number => Math.ceil(seconds * 1_000 - 1e-6) / 1_000

/**
 * Shares of a limit. A plan that is made leaves some of it free; it is kept until the limit is reached, and given up for a shorter one
 * only when that leaves more free than it has to: measurements that differ by a few percent change nothing.
 */
const MADE = 0.95
const GIVEN_UP = 0.85

/** More than any estate needs: 2 to the power of 100 times what is configured. */
const LAST = 200

/**
 * How far a limit must lengthen what it holds.
 * @param loadAt what is used of the limit at a position of the path, 1 = all of it; never more at a later position
 * @param previous the position of the plan before; undefined = there was none, or the limit was not felt
 * @returns null = nowhere near the limit, nothing to be remembered
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

/** The first position at which no more than a share of the limit is used. */
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
