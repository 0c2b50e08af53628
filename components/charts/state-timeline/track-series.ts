import type { SeriesColorName } from '../series-colors.ts'

/** Lowest and highest value of a numeric series in one time span. */
export interface TimelineSeriesPoint {
  /** start of the span, epoch milliseconds; `to` is its end */
  from: number
  to: number
  low: number
  high: number
}

export interface TimelineSeriesLine {
  name: string
  ink: SeriesColorName
  /** points, oldest first; between the end of a point and a later start of the next point, the value is unknown */
  points: readonly TimelineSeriesPoint[]
  /**
   * whether the area between the line and zero is filled; a second line without fill can be distinguished from it
   * without color
   */
  isArea: boolean
  /**
   * side of the zero line on which the line is drawn, and the name of this side; absent = the track has only values
   * above zero
   */
  side?: { name: string; isBelow: boolean }
  isDashed?: boolean
}

/** Horizontal reference line with its label. */
export interface TimelineReferenceLine {
  value: number
  words: string
}

export interface TimelineTrackSeries {
  lines: readonly TimelineSeriesLine[]
  guides: readonly TimelineReferenceLine[]
  /** value at the track's upper edge */
  top: number
  /** height of the track, px at the default font size; absent = the default height */
  height?: number
  write: (value: number) => string
}

/** Value of a line at a time, as text. */
export interface TimelineSeriesValue {
  name: string
  value: string
  ink: SeriesColorName
}

/**
 * Returns the value (or range of values) of each line at a time. Lines without a value at that time are left out.
 */
export function listSeriesValuesAt({ lines, write }: TimelineTrackSeries, at: number): TimelineSeriesValue[] {
  return lines.flatMap(({ name, side, ink, points }) => {
    const point = points.find(({ from, to }) => at >= from && at <= to)
    const named = side ? `${name} ${side.name}` : name
    return point ? [{ name: named, value: formatSpan(write(point.low), write(point.high)), ink }] : []
  })
}

const formatSpan = (low: string, high: string) => (low === high ? high : `${low} to ${high}`)

/**
 * Returns the SVG paths of a line: `curve` through its highest values, and `band` from the curve down to the lowest
 * values or, for an area, to zero.
 */
export function buildTimelineLinePaths(
  { points, isArea }: Pick<TimelineSeriesLine, 'points' | 'isArea'>,
  x: (at: number) => number,
  y: (value: number) => number,
): { curve: string; band: string } {
  let curve = ''
  let band = ''
  let end = Number.NEGATIVE_INFINITY
  for (const { from, to, low, high } of points) {
    const [left, right, top] = [round(x(from)), round(x(to)), round(y(high))]
    const floor = round(y(isArea ? 0 : low))
    curve += `${from > end ? `M${left} ${top}` : `L${left} ${top}`}H${right}`
    if (floor !== top) band += `M${left} ${floor}V${top}H${right}V${floor}z`
    end = to
  }
  return { curve, band }
}

const round = (value: number) => Math.round(value * 10) / 10
