import { expect, it } from 'vitest'
import { TRAFFIC_INTERVAL_MS } from '#lib/circuits/answers/index.ts'
import { computeWallDayPeriod, toObservedIntervalStates } from './wall-periods.ts'

const now = Date.UTC(2026, 10, 3, 12, 10)
const { from, to } = computeWallDayPeriod(now)
/** Returns the time from the begin of one piece to the begin of another. */
const pieces = (begin: number, end: number) => ({
  from: from + begin * TRAFFIC_INTERVAL_MS,
  to: from + end * TRAFFIC_INTERVAL_MS,
})

it('a day ends with the half hour that goes on', () => {
  expect([from, to].map((at) => new Date(at).toISOString())).toEqual([
    '2026-11-02T12:30:00.000Z',
    '2026-11-03T12:30:00.000Z',
  ])
})

it.each([
  ['all of them always', [[], []], ['up', 'up', 'up']],
  ['none for a while', [[pieces(45, 46)], [pieces(45, 47)]], ['unknown', 'degraded', 'up']],
  [
    'a part of a piece',
    [[{ from: from + 46 * TRAFFIC_INTERVAL_MS, to: from + 46 * TRAFFIC_INTERVAL_MS + 60_000 }]],
    ['up', 'degraded', 'up'],
  ],
  ['none up to now', [[{ from: from + 46 * TRAFFIC_INTERVAL_MS, to: now }]], ['up', 'unknown', 'unknown']],
  ['no poll', [], ['unknown', 'unknown', 'unknown']],
])('what polls saw: %s', (_, unseen, last) => {
  const states = toObservedIntervalStates({ from, to: now }, unseen)
  expect(states).toHaveLength(48)
  expect(states.slice(-3)).toEqual(last)
})
