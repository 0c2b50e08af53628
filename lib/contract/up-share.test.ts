import { expect, it } from 'vitest'
import { type UptimeBreakdown, computeUpShare } from './up-share.ts'
import { formatUpShare } from './words/up-share.ts'

const time = (
  seconds: number,
  atLeast: number,
  atMost: number,
  unknownSeconds = 0,
  plannedSeconds = 0,
): UptimeBreakdown => ({
  seconds,
  upSeconds: { atLeast, atMost },
  unknownSeconds,
  plannedSeconds,
})

it.each<[string, UptimeBreakdown, ReturnType<typeof computeUpShare>, string]>([
  ['all of it is up', time(100, 100, 100), { atLeast: 1, atMost: 1 }, '100.000 %'],
  [
    'bounds stay bounds',
    time(1_000_000, 999_999, 1_000_000),
    { atLeast: 0.999_999, atMost: 1 },
    '99.999 % – 100.000 %',
  ],
  ['a gap is left out', time(100, 60, 60, 40), { atLeast: 1, atMost: 1 }, '100.000 %'],
  ['a gap hides no downtime', time(100, 30, 45, 40), { atLeast: 0.5, atMost: 0.75 }, '50.000 % – 75.000 %'],
  ['planned work is left out', time(100, 45, 45, 0, 50), { atLeast: 0.9, atMost: 0.9 }, '90.000 %'],
  ['nothing was observed', time(100, 0, 0, 100), null, 'not observed'],
  ['all of it was planned', time(100, 0, 0, 0, 100), null, 'planned work'],
  ['it has not begun', time(0, 0, 0), null, 'not begun'],
])('%s', (_, given, share, words) => {
  expect(computeUpShare(given)).toEqual(share)
  expect(formatUpShare(given)).toBe(words)
})
