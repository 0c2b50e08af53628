import { describe, expect, it } from 'vitest'
import { buildTimelineLinePaths, listSeriesValuesAt, type TimelineSeriesPoint } from './track-series.ts'

const point = (from: number, to: number, low: number, high = low): TimelineSeriesPoint => ({ from, to, low, high })
const paths = (points: TimelineSeriesPoint[], isArea = false) =>
  buildTimelineLinePaths(
    { points, isArea },
    (at) => at,
    (value) => 100 - value,
  )

describe('a line', () => {
  it('is a step for each piece of time, at its highest', () => {
    expect(paths([point(0, 10, 20), point(10, 20, 50)]).curve).toBe('M0 80H10L10 50H20')
  })
  it('breaks where nothing is known', () => {
    expect(paths([point(0, 10, 20), point(15, 20, 20)]).curve).toBe('M0 80H10M15 80H20')
  })
  it('has a band from the lowest to the highest, so that a spike of one poll is seen', () => {
    expect(paths([point(0, 10, 20, 90)])).toEqual({ curve: 'M0 10H10', band: 'M0 80V10H10V80z' })
    expect(paths([point(0, 10, 20)]).band).toBe('')
  })
  it('reaches down to zero as an area', () => {
    expect(paths([point(0, 10, 20)], true).band).toBe('M0 100V80H10V100z')
  })
})

it('says its lowest and highest at a moment, one number where both read the same, and nothing where nothing is known', () => {
  const line = (name: string, points: TimelineSeriesPoint[]) => ({
    name,
    ink: 'series-1' as const,
    isArea: false,
    points,
  })
  const series = {
    lines: [line('in', [point(0, 10, 2, 9)]), line('out', [point(0, 10, 5), point(20, 30, 7)])],
    guides: [],
    top: 10,
    write: (value: number) => `${value} b/s`,
  }
  const said = listSeriesValuesAt(series, 5).map(({ name, value }) => `${name} ${value}`)
  expect(said).toEqual(['in 2 b/s to 9 b/s', 'out 5 b/s'])
  expect(listSeriesValuesAt(series, 15)).toEqual([])
})
