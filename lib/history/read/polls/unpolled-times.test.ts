import { describe, expect, it } from 'vitest'
import type { PollOutcome } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type PolledInterval, computeUnpolledTimes } from './unpolled-times.ts'

const min = (n: number) => n * MS_PER_MINUTE
/** Polls on each minute from the first to the last, each 10 seconds long. */
const polls = (
  first: number,
  last: number,
  outcome: PollOutcome = 'ok',
  readable = outcome === 'ok',
): PolledInterval => ({
  from: min(first),
  to: min(last) + 10_000,
  lastStartedAt: min(last),
  outcome,
  readable,
  intervalMs: MS_PER_MINUTE,
})
const endOf = (n: number) => min(n) + 10_000

describe('what no poll saw of the minutes 1 to 9', () => {
  it.each([
    { name: 'nothing, when all were polled', intervals: [polls(0, 9)], unseen: [] },
    {
      name: 'nothing, when one poll failed and the next came soon',
      intervals: [polls(0, 4), { ...polls(4.5, 4.5, 'timeout') }, polls(5, 9)],
      unseen: [],
    },
    {
      name: 'nothing, when only an instance was silent',
      intervals: [polls(0, 4), polls(5, 9, 'incomplete', true)],
      unseen: [],
    },
    { name: 'all, when there is no poll', intervals: [], unseen: [[min(1), min(9), 'not_polled']] },
    { name: 'the time before the first poll', intervals: [polls(4, 9)], unseen: [[min(1), min(4), 'not_polled']] },
    {
      name: 'the time after the last, once the next is overdue',
      intervals: [polls(0, 3)],
      unseen: [[endOf(3), min(9), 'not_polled']],
    },
    { name: 'a pause', intervals: [polls(0, 3), polls(6, 9)], unseen: [[endOf(3), min(6), 'not_polled']] },
    {
      name: 'failures, from poll to poll around them',
      intervals: [polls(0, 2), polls(3, 5, 'throttled'), polls(6, 9)],
      unseen: [[endOf(2), min(6), 'throttled']],
    },
    {
      name: 'tables that were short for no known reason',
      intervals: [polls(0, 2), polls(3, 5, 'incomplete', false), polls(6, 9)],
      unseen: [[endOf(2), min(6), 'incomplete']],
    },
    {
      name: 'two kinds of failures, one after the other',
      intervals: [polls(0, 2), polls(3, 3, 'timeout'), polls(4, 5, 'malformed'), polls(6, 9)],
      unseen: [
        [endOf(2), endOf(3), 'timeout'],
        [endOf(3), min(6), 'malformed'],
      ],
    },
    {
      name: 'failures, and then no polls at all',
      intervals: [polls(0, 2), polls(3, 3, 'timeout'), polls(8, 9)],
      unseen: [
        [endOf(2), endOf(3), 'timeout'],
        [endOf(3), min(8), 'not_polled'],
      ],
    },
    {
      name: 'failures to the very end',
      intervals: [polls(0, 2), polls(3, 9, 'forbidden')],
      unseen: [[endOf(2), min(9), 'forbidden']],
    },
  ] satisfies { name: string; intervals: PolledInterval[]; unseen: [number, number, PollOutcome][] }[])(
    '$name',
    ({ intervals, unseen }) =>
      expect(
        computeUnpolledTimes(intervals, { from: min(1), to: min(9), intervalMs: MS_PER_MINUTE }).map(
          ({ from, to, outcome }) => [from, to, outcome],
        ),
      ).toEqual(unseen),
  )

  it('is judged after the last poll by the interval in force now, not by the one when its coverage began', () => {
    const slower = { from: min(1), to: min(9), intervalMs: 5 * MS_PER_MINUTE }
    expect(computeUnpolledTimes([polls(0, 3)], slower)).toEqual([])
    expect(computeUnpolledTimes([polls(0, 3)], { ...slower, to: min(11) })).toHaveLength(1)
  })
})
