import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { ApiUsagePoint } from '#lib/usage/api/index.ts'
import {
  findRangesFromMetrics,
  findOutageRanges,
  buildUsageColumns,
  findUsageGaps,
  buildUsagePoints,
  chooseUsageStep,
} from './usage-series.ts'

const now = Date.parse('2026-11-20T10:00:00Z')
const point = (index: number, part: Partial<ApiUsagePoint> = {}): ApiUsagePoint => ({
  start: new Date(now - 3_600_000 + index * 300_000).toISOString(),
  bytesIn: '3750000000',
  bytesOut: '7500000000',
  coveredSeconds: 300,
  source: 'counter',
  metricSeconds: 0,
  atLeast: false,
  disagreement: null,
  ...part,
})
/** Returns the start of the point with this index. */
const edge = (index: number) => now - 3_600_000 + index * 300_000
const gap = { bytesIn: null, bytesOut: null, coveredSeconds: 0 }
const columnsOf = (points: ApiUsagePoint[], end = now) => buildUsageColumns({ points, step: '5m' }, end)

describe('the step of a chart', () => {
  it.each([
    ['an hour', now - 3_600_000, now, '5m'],
    ['three days', now - 3 * MS_PER_DAY, now, '5m'],
    ['a week', now - 7 * MS_PER_DAY, now, 'hour'],
    ['a day of which no 5 minutes are kept', now - 120 * MS_PER_DAY, now - 119 * MS_PER_DAY, 'hour'],
    ['a year', now - 365 * MS_PER_DAY, now, 'day'],
  ] as const)('%s', (_, from, to, step) => {
    expect(chooseUsageStep(from, to, now)).toBe(step)
  })
  it('never makes many more than a thousand points', () => {
    const seconds = { '5m': 300, hour: 3600, day: 86_400, month: 28 * 86_400 }
    for (const days of [0.1, 2.9, 3.1, 40, 42, 399, 999, 4000]) {
      const step = chooseUsageStep(now - days * MS_PER_DAY, now, now)
      expect((days * 86_400) / seconds[step]).toBeLessThanOrEqual(1000)
    }
  })
})

describe('rates', () => {
  it('are bytes over their covered seconds', () => {
    expect(columnsOf([point(0), point(1, { coveredSeconds: 150, bytesIn: '1875000000' })])).toMatchObject([
      { in: 1e8, out: 2e8, seen: 'all' },
      { in: 1e8, seen: 'part' },
    ])
  })
  it('of what nobody saw are not known, never zero', () => {
    expect(columnsOf([point(0, gap)])).toMatchObject([{ in: null, out: null, seen: 'none' }])
  })
  it('a point that is not over yet is not partly seen', () => {
    const [last] = columnsOf([point(0, { coveredSeconds: 60 })], now - 3_600_000 + 62_000)
    expect(last).toMatchObject({ seen: 'all' })
  })
  it('from metrics differ from gaps', () => {
    const columns = columnsOf([
      point(0),
      point(1, { source: 'metric', metricSeconds: 300 }),
      point(2, gap),
      point(3, gap),
    ])
    expect(findRangesFromMetrics(columns)).toEqual([{ from: edge(1), to: edge(2) }])
    expect(findUsageGaps(columns)).toEqual([{ from: edge(2), to: edge(4) }])
  })
})

describe('the lines', () => {
  const pointsOf = (columns: ApiUsagePoint[]) => buildUsagePoints(columnsOf(columns, edge(columns.length)))
  it('break at a gap, and a known point before it keeps its width', () => {
    const points = pointsOf([point(0), point(1, gap), point(2)])
    expect(points.map(({ x, to, areaFrom }) => [x, to, areaFrom])).toEqual([
      [edge(0), 1e8, [-2e8, 0]],
      [edge(1), 1e8, [-2e8, 0]],
      [edge(1), null, null],
      [edge(2), null, null],
      [edge(2), 1e8, [-2e8, 0]],
      [edge(3), 1e8, [-2e8, 0]],
    ])
  })
  it('of metrics are apart from those of counters, under one area', () => {
    const points = pointsOf([point(0), point(1, { source: 'metric', metricSeconds: 300 })])
    expect(points.map(({ from, fromMetric, areaFrom }) => [from, fromMetric, areaFrom])).toEqual([
      [-2e8, null, [-2e8, 0]],
      [-2e8, null, [-2e8, 0]],
      [null, -2e8, [-2e8, 0]],
      [null, -2e8, [-2e8, 0]],
    ])
  })
})

it('two outages of one incident are two bands, with the healthy time between them', () => {
  const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
  const outage = (from: number, to: number | null) => ({
    startedBetween: [at(from), at(from + 1)] as [string, string],
    endedBetween: to === null ? null : ([at(to - 1), at(to)] as [string, string]),
    certain: [],
  })
  const outages = [outage(0, 4), outage(10, 13), outage(20, null)]
  const minutes = (ms: number) => (ms - now) / 60_000
  const ranges = findOutageRanges([{ outages }], { from: now + 60_000, to: now + 30 * 60_000 })
  expect(ranges.map(({ from, to }) => [minutes(from), minutes(to)])).toEqual([
    [1, 4],
    [10, 13],
    [20, 30],
  ])
})
