import type { Capacity, PollDemand } from './types.ts'
import type { PollRank } from '#lib/contract/index.ts'

/**
 * Share of each budget that is kept free for tables that a change triggers, for requests by users, and for other
 * clients of the budget.
 */
const KEPT_FREE = 0.1

/**
 * Share of a resource's time in which no operation runs on it, between operations and so that a slow operation does not
 * delay the next ones. Measured by `npm run bench azure-day`: with a smaller share, one in twenty summary polls is a
 * third later than planned.
 */
const LOST = 0.22

/** Intervals in seconds that a limit requires, by key of the poll. */
export type Intervals = Map<string, number>

/** The result of applying one limit to its polls: the required intervals, and the position on the path of steps. */
interface Applied {
  intervals: Intervals
  position: number | null
}

/**
 * Applies the rule that a resource runs one operation at a time: the run times of its polls, weighted by their
 * frequency, must fit into the usable time.
 * @param polls all polls of a resource, at least two
 */
export function applyLock(polls: readonly PollDemand[], previous: number | undefined): Applied {
  const running = polls.filter(({ run }) => run !== null)
  return apply(polls, previous, (position) =>
    sum(running.map((poll) => (poll.run ? poll.run.mean / (1 - LOST) / intervalAt(position, poll) : 0))),
  )
}

/** Applies the rule that a poll must not begin before the previous one has ended. */
export function applyRunTime(poll: PollDemand, previous: number | undefined): Applied {
  const { run } = poll
  return apply([poll], previous, (position) => (run ? run.mean / intervalAt(position, poll) : 0))
}

/**
 * Applies a budget's sustained rate.
 * @param polls all polls that use the budget
 * @param atLeast intervals required by limits other than budgets, by key
 * @param burstAtLeast minimum interval of a poll in seconds while its resource is polled faster, by key
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
        // a burst (temporary faster polling) is not slowed down by the resource's other polls; only the operations of
        // the burst itself run one after another
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

/** Sums the values in sorted order, because sums of fractions depend on the order. */
const sum = (values: number[]): number => values.sort((a, b) => a - b).reduce((total, value) => total + value, 0)

/**
 * Factors of the steps up to twice the interval. Two steps are coarse enough to ignore noise, and intervals of one
 * resource remain multiples of each other (60, 80, 120 and 240 s with tables of 240 s), so that its operations do not
 * coincide.
 */
const FINE = [1, 4 / 3] as const

/** FOUR_TIMES and THIRTY_TWO_TIMES: number of steps to 4 times and to 32 times the configured interval. */
const FOUR_TIMES = 2 * FINE.length
const THIRTY_TWO_TIMES = 5 * FINE.length

/** Returns the factor by which a step lengthens the configured interval. */
function times(step: number): number {
  return 2 ** Math.floor(step / FINE.length) * (FINE[step % FINE.length] ?? 1)
}

const between = (position: number, from: number, length: number): number =>
  Math.min(Math.max(position - from, 0), length)

/** Positions at which each phase begins on the path by which intervals are lengthened, see {@link intervalAt}. */
const COUNTERS = FOUR_TIMES
const SESSIONS = COUNTERS + FOUR_TIMES
const REST = SESSIONS + FOUR_TIMES
const NEEDED = REST + THIRTY_TWO_TIMES - FOUR_TIMES
const ALL = NEEDED + FOUR_TIMES

const begins: Readonly<Record<PollRank, number>> = { tables: 0, counters: COUNTERS, sessions: SESSIONS }

/**
 * Returns the number of steps (see {@link times}) by which a poll's interval is lengthened at a position on the path
 * that {@link intervalAt} describes.
 */
function stepAt(position: number, { rank, isNeeded }: { rank: PollRank; isNeeded: boolean }): number {
  const beyond = Math.max(position - ALL, 0)
  if (isNeeded) return between(position, NEEDED, FOUR_TIMES) + beyond
  return between(position, begins[rank], FOUR_TIMES) + between(position, REST, NEEDED - REST) + beyond
}

/**
 * Returns a poll's interval at a position on the common path by which a limit lengthens all its polls. Position 0 means
 * the configured intervals, and intervals only increase along the path: first tables up to 4 times, then counters, then
 * sessions; then all of these up to 32 times, then polls that an open incident needs up to 4 times; finally all polls.
 * @param position an integer, at least 0
 * @returns seconds, rounded up to whole milliseconds
 */
function intervalAt(position: number, poll: { configuredSeconds: number; rank: PollRank; isNeeded: boolean }): number {
  return wholeMs(poll.configuredSeconds * times(stepAt(position, poll)))
}

/** Rounds up to whole milliseconds, except for floating-point errors of a product. */
const wholeMs = (seconds: number): number => Math.ceil(seconds * 1_000 - 1e-6) / 1_000

/**
 * Shares of a limit. A new plan uses at most `MADE` of the limit. The plan is kept until the limit is reached, and
 * replaced by a plan with shorter intervals only if that uses at most `GIVEN_UP`, so that measurements that differ by a
 * few percent do not change the plan.
 */
const MADE = 0.95
const GIVEN_UP = 0.85

/** Maximum position on the path: 2 to the power of 100 times the configured interval, more than any estate needs. */
const LAST = 200

/**
 * Returns the position to which a limit must lengthen its polls.
 * @param loadAt share of the limit that is used at a position, 1 = all of it; decreases with the position
 * @param previous position of the previous plan; undefined = no previous plan, or the limit had no effect
 * @returns null = far below the limit, so that no position must be remembered
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

/** Returns the first position at which at most the given share of the limit is used. */
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
