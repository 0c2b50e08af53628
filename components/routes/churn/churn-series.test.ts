import { describe, expect, it } from 'vitest'
import { formatPlotReading } from '../../charts/plot/plot-model.ts'
import { describeChurnColumn } from './describe-churn-column.ts'
import {
  computeChurnAxisRange,
  buildChurnColumns,
  findChurnGaps,
  buildChurnPoints,
  sumChurnByKind,
} from './churn-series.ts'

const start = Date.parse('2026-11-20T03:00:00Z')
const STEP = 300_000
const point = (
  index: number,
  counts: Partial<Record<'announced' | 'withdrawn' | 'changed' | 'initialDump', number>>,
  coveredSeconds = 300,
) => ({
  start: new Date(start + index * STEP).toISOString(),
  announced: 0,
  withdrawn: 0,
  changed: 0,
  firstSeen: 0,
  initialDump: 0,
  coveredSeconds,
  ...counts,
})
const columnsOf = (points: ReturnType<typeof point>[], end = start + points.length * STEP) =>
  buildChurnColumns({ points, stepSeconds: 300 }, end)

describe('bars of churn', () => {
  it('stand above zero for what came, with what changed on top of it, and below zero for what went', () => {
    const [first, last] = buildChurnPoints(columnsOf([point(0, { announced: 40, changed: 2, withdrawn: 10 })]))
    expect(first).toMatchObject({ x: start, announced: [0, 40], changed: [40, 42], withdrawn: [-10, 0] })
    expect(last).toEqual({ ...first, x: start + STEP })
  })
  it('keep a single change beside a leak in sight, within the axis', () => {
    const columns = columnsOf([point(0, { withdrawn: 1 }), point(1, { announced: 4000 })])
    const { bottom, top } = computeChurnAxisRange(columns)
    const [low = 0] = buildChurnPoints(columns)[0]?.withdrawn ?? []
    expect(low).toBeLessThan(-0.02 * (top - bottom))
    expect(low).toBeGreaterThan(bottom)
  })
  it('are flat where nothing changed, and none where nothing was seen', () => {
    const points = buildChurnPoints(columnsOf([point(0, {}), point(1, {}, 0)]))
    expect(points.filter(({ x }) => x === start)).toMatchObject([{ announced: [0, 0], withdrawn: [0, 0] }])
    expect(points.at(-1)).toMatchObject({ announced: null, changed: null, withdrawn: null })
  })
  it('have an axis of whole changes where there is none', () => {
    expect(computeChurnAxisRange(columnsOf([point(0, {})]))).toEqual({ bottom: -1.05, top: 1.05 })
  })
})

it('gaps and partial data differ from quiet', () => {
  expect(findChurnGaps(columnsOf([point(0, {}), point(1, {}, 0), point(2, {}, 0), point(3, {}, 120)]))).toEqual([
    { from: start + STEP, to: start + 3 * STEP },
    { from: start + 3 * STEP, to: start + 4 * STEP, isPartial: true },
  ])
})

it('a last step that is not over yet is not called partly seen', () => {
  expect(findChurnGaps(columnsOf([point(0, {}), point(1, {}, 60)], start + STEP + 60_000))).toEqual([])
})

it('a step reads as a sentence, which says where nothing is known', () => {
  const [seen, unseen] = columnsOf([point(0, { announced: 1200, initialDump: 1000 }), point(1, {}, 0)])
  expect(formatPlotReading(describeChurnColumn(seen, 'UTC', start))).toBe(
    '03:00:00 – 03:05:00 UTC, 1,000 of them after a session came up: announced 1,200, changed 0, withdrawn 0',
  )
  expect(formatPlotReading(describeChurnColumn(unseen, 'UTC', start))).toBe(
    '03:05:00 – 03:10:00 UTC, no data: announced unknown, changed unknown, withdrawn unknown',
  )
})

it('totals add up', () => {
  expect(sumChurnByKind(columnsOf([point(0, { announced: 2, changed: 1 }), point(1, { withdrawn: 3 })]))).toEqual({
    announced: 2,
    withdrawn: 3,
    changed: 1,
  })
})
