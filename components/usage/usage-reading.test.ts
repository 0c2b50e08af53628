import { expect, it } from 'vitest'
import { formatPlotReading } from '../charts/plot/plot-model.ts'
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
  formatPlotReading(describeUsageColumn({ ...column, ...part }, bandwidth, 'UTC', at))

it.each([
  ['a point', {}, '03:00:00 – 03:05:00 UTC, 62 % of one path: To Azure 100 Mb/s, From Azure (billable) 620 Mb/s'],
  [
    'a gap is unknown, never zero',
    { in: null, out: null, seen: 'none' as const },
    '03:00:00 – 03:05:00 UTC, not polled: no data: To Azure unknown, From Azure (billable) unknown',
  ],
  [
    'a lower bound is one',
    { atLeast: true, seen: 'part' as const },
    '03:00:00 – 03:05:00 UTC, partial data, counter reset: lower bound, 62 % of one path: To Azure ≥ 100 Mb/s, From Azure (billable) ≥ 620 Mb/s',
  ],
])('%s', (_, part, words) => {
  expect(said(part)).toBe(words)
})

it('nothing is compared with a bandwidth that is not known', () => {
  expect(said({ metric: true }, null)).toContain('UTC, from metrics: To Azure')
})

it('a point is compared with the usual rates, the week before and both paths', () => {
  const { lines } = describeUsageColumn(column, 1e9, 'UTC', at, {
    usual: { in: [9e7, 1.2e8], out: null },
    before: { ...column, in: 8e7 },
    paths: [
      { path: 'primary', column: { ...column, in: 6e7 } },
      { path: 'secondary', column: { ...column, in: 4e7, atLeast: true } },
    ],
  })
  expect(lines.map(({ name, value }) => `${name} ${value}`)).toEqual([
    'To Azure 100 Mb/s',
    'To Azure, primary 60.0 Mb/s',
    'To Azure, secondary ≥ 40.0 Mb/s',
    'To Azure, usual 90.0 Mb/s to 120 Mb/s',
    'To Azure, a week before 80.0 Mb/s',
    'From Azure (billable) 620 Mb/s',
    'From Azure, primary 620 Mb/s',
    'From Azure, secondary ≥ 620 Mb/s',
    'From Azure, a week before 620 Mb/s',
  ])
})
