import { expect, it } from 'vitest'
import { formatPlotReading } from '../charts/plot/plot-model.ts'
import { findPendingRanges } from '../charts/column-ranges.ts'
import {
  findHighestGatewayLoad,
  buildGatewayLoadColumns,
  findGatewayLoadGaps,
  buildGatewayLoadPoints,
  describeGatewayLoadColumn,
} from './load-series.ts'

const at = (minute: number) => Date.UTC(2026, 10, 20, 3, minute)
const iso = (minute: number) => new Date(at(minute)).toISOString()
const point = (minute: number, average: number, peak: number | null = null, instances = 2) => ({
  start: iso(minute),
  average,
  peak,
  instances,
})
const columnsOf = (points: ReturnType<typeof point>[], asOf = at(60)) =>
  buildGatewayLoadColumns(
    { name: 'flows', limit: 200_000, points },
    { stepSeconds: 300, keptFrom: iso(0), to: iso(60) },
    asOf,
  )

it('a step that Azure left out is a gap, and no line crosses it', () => {
  const columns = columnsOf([point(0, 10), point(10, 20)], at(30))
  expect(findGatewayLoadGaps(columns)).toEqual([{ from: at(5), to: at(10) }])
  expect(buildGatewayLoadPoints(columns).map(({ x, average }) => [x, average])).toEqual([
    [at(0), 10],
    [at(5), 10],
    [at(5), null],
    [at(10), null],
    [at(10), 20],
    [at(15), 20],
  ])
})

it('a step that is not due yet is no gap; one that is due is', () => {
  expect(findGatewayLoadGaps(columnsOf([point(0, 10)], at(20)))).toEqual([])
  expect(findGatewayLoadGaps(columnsOf([point(0, 10)], at(60)))).toEqual([{ from: at(5), to: at(45) }])
})

it('what Azure Monitor may still report, of the last 15 minutes, is shown as such, not left blank', () => {
  const due = columnsOf([point(0, 10), point(45, 20)], at(60))
  expect(findPendingRanges(due, [at(0), at(60)], at(60))).toEqual([{ from: at(50), to: at(60) }])
  expect(findPendingRanges(columnsOf([point(0, 10), point(55, 20)], at(60)), [at(0), at(60)], at(60))).toEqual([])
})

it('the band reaches from the mean to what no moment was above', () => {
  const columns = columnsOf([point(0, 10, 30)], at(20))
  expect(buildGatewayLoadPoints(columns)[0]).toMatchObject({ average: 10, band: [10, 30] })
  expect(findHighestGatewayLoad(columns)).toBe(30)
})

it('reads as a sentence, with the limit and the instances that did not report', () => {
  const [first, second] = columnsOf([point(0, 50_000, 75_000), point(10, 40_000, null, 1)], at(30))
  const read = (column: typeof first) =>
    formatPlotReading(
      describeGatewayLoadColumn(column, { name: 'flows', limit: 200_000 }, { most: 2, zone: 'UTC', today: at(0) }),
    )
  expect(read(first)).toBe('03:00:00 – 03:05:00 UTC: Average 50,000, At most 75,000, Limit 200,000')
  expect(read(second)).toBe('03:05:00 – 03:10:00 UTC, no data: Azure reported no value: Average unknown, Limit 200,000')
  expect(read(columnsOf([point(10, 40_000, null, 1)], at(30))[2])).toBe(
    '03:10:00 – 03:15:00 UTC, 1 of 2 instances reported: Average 40,000, Limit 200,000',
  )
})
