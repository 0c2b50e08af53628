import { expect, it } from 'vitest'
import type { EventsSummary } from '#lib/incidents/api/index.ts'
import {
  findBrushedRange,
  formatHistogram,
  countHistogramBinEvents,
  describeHistogramSelection,
  formatHistogramSelection,
} from './histogram-steps.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour)).toISOString()
const summary: EventsSummary = {
  from: at(0),
  to: new Date(Date.UTC(2026, 10, 20, 2, 30)).toISOString(),
  stepSeconds: 3_600,
  steps: [
    { start: at(0), counts: { minor: 1, critical: 2 }, observed: true },
    { start: at(1), counts: {}, observed: false },
    { start: at(2), counts: { info: 4 }, observed: true },
  ],
  flapping: [],
}

it('a selection has its events, the worst first', () => {
  const read = (from: number, to: number) =>
    formatHistogramSelection(describeHistogramSelection(summary, { from, to }, 'UTC'))
  expect([read(0, 0), read(1, 1), read(2, 0)]).toEqual([
    '2026-11-20 00:00:00 – 01:00:00 UTC: 2 critical, 1 minor',
    '2026-11-20 01:00:00 – 02:00:00 UTC: not polled',
    '2026-11-20 00:00:00 – 02:30:00 UTC: 2 critical, 1 minor, 4 info',
  ])
  expect(summary.steps.map(countHistogramBinEvents)).toEqual([3, 0, 4])
  expect(formatHistogram(summary)).toBe('7 events')
})

it.each([
  ['one step', 0, 0, { from: at(0), to: at(1) }],
  ['several steps', 0, 1, { from: at(0), to: at(2) }],
  ['the same backwards', 1, 0, { from: at(0), to: at(2) }],
  ['the last step, which is shorter', 2, 2, { from: at(2), to: summary.to }],
  ['nothing', 7, 9, null],
])('a brush over %s', (_, a, b, range) => {
  expect(findBrushedRange(summary, a, b)).toEqual(range)
})
