import { settle } from './position.ts'
import { intervalAt } from './lengthen.ts'
import type { Capacity, PollDemand } from './types.ts'

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
