import { expect, it } from 'vitest'
import { toSummarySteps } from './events-summary.ts'

const range = { from: 0, to: 2_500, stepMs: 1_000 }
const steps = (unseen: { from: number; to: number }[], now = 9_000) => toSummarySteps([], range, unseen, now)

it('every step is there, also those in which nothing began, and the last one in part', () => {
  const counted = [
    { step: 0, severity: 'major', count: 2 },
    { step: 2, severity: 'minor', count: 1 },
    { step: 2, severity: 'critical', count: 3 },
  ] as const
  expect(toSummarySteps(counted, range, [], 9_000)).toEqual([
    { start: 0, counts: { major: 2 }, observed: true },
    { start: 1_000, counts: {}, observed: true },
    { start: 2_000, counts: { minor: 1, critical: 3 }, observed: true },
  ])
})

it.each([
  ['all of it was unseen', [{ from: 1_000, to: 2_000 }], 9_000, [true, false, true]],
  ['a part of it was unseen', [{ from: 1_000, to: 1_900 }], 9_000, [true, true, true]],
  ['the rest of the range was unseen', [{ from: 900, to: 2_500 }], 9_000, [true, false, false]],
  ['it has not begun', [], 2_000, [true, true, false]],
  ['all of it that has passed was unseen', [{ from: 2_000, to: 2_200 }], 2_200, [true, true, false]],
])('a step is not observed where %s', (_, unseen, now, observed) => {
  expect(steps(unseen, now).map((step) => step.observed)).toEqual(observed)
})
