import type { PollRank } from '#lib/contract/index.ts'

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
export function intervalAt(
  position: number,
  poll: { configuredSeconds: number; rank: PollRank; isNeeded: boolean },
): number {
  return wholeMs(poll.configuredSeconds * times(stepAt(position, poll)))
}

/** Rounded up, but for the last bits of a product. */
const wholeMs = (seconds: number): number => Math.ceil(seconds * 1_000 - 1e-6) / 1_000
