import { expect, it } from 'vitest'
import { formatReading } from '../charts/plot/plot-model.ts'
import { describeUsageColumn } from './usage-reading.ts'
import type { UsageColumn } from './usage-series.ts'

const at = Date.parse('2026-11-20T03:00:00Z')
const column: UsageColumn = {
  from: at,
  to: at + 300_000,
  in: 1e8,
  out: 6.2e8,
  metric: false,
  partlyMetric: false,
  atLeast: false,
  seen: 'all',
}
const said = (part: Partial<UsageColumn>, bandwidth: number | null = 1e9) =>
  formatReading(describeUsageColumn({ ...column, ...part }, bandwidth, 'UTC', at))

it.each([
  ['a point', {}, '03:00:00 – 03:05:00 UTC, 62 % of one path: To Azure 100 Mb/s, From Azure (billable) 620 Mb/s'],
  [
    'a gap is unknown, never zero',
    { in: null, out: null, seen: 'none' as const },
    '03:00:00 – 03:05:00 UTC, no data: To Azure unknown, From Azure (billable) unknown',
  ],
  [
    'a lower bound is one',
    { atLeast: true, seen: 'part' as const },
    '03:00:00 – 03:05:00 UTC, partial data, lower bound: a counter was reset, 62 % of one path: To Azure ≥ 100 Mb/s, From Azure (billable) ≥ 620 Mb/s',
  ],
])('%s', (_, part, words) => {
  expect(said(part)).toBe(words)
})

it('nothing is compared with a bandwidth that is not known', () => {
  expect(said({ metric: true }, null)).toContain('UTC, from metrics: To Azure')
})
