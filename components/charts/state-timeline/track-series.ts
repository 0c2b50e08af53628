import type { SeriesName } from '../series-ink.ts'

/** The lowest and highest value in a time span. */
export interface TrackPoint {
  /** epoch milliseconds */
  from: number
  to: number
  low: number
  high: number
}

export interface TrackLine {
  name: string
  ink: SeriesName
  /** oldest first; gaps between them are unknown */
  points: readonly TrackPoint[]
  /** filled to zero, so that two lines differ in more than colour */
  isArea: boolean
  /** the side of the zero line on which it is drawn, with its name; absent = all of the track lies above */
  side?: { name: string; isBelow: boolean }
  isDashed?: boolean
}

/** A reference line. */
export interface Guide {
  value: number
  words: string
}

export interface TrackSeries {
  lines: readonly TrackLine[]
  guides: readonly Guide[]
  /** the number at the track's upper edge */
  top: number
  /** of the track, px at the usual size of type; absent = the usual one */
  height?: number
  write: (value: number) => string
}

/** Each line's value at a time, as text. */
export function saidOfSeries({ lines, write }: TrackSeries, at: number): string[] {
  return lines.flatMap(({ name, side, points }) => {
    const point = points.find(({ from, to }) => at >= from && at <= to)
    const named = side ? `${name} ${side.name}` : name
    return point ? [`${named} ${formatSpan(write(point.low), write(point.high))}`] : []
  })
}

const formatSpan = (low: string, high: string) => (low === high ? high : `${low} to ${high}`)

/** Paths of a line in px: the curve of its highest values, and the band down to the lowest, or to zero. */
export function linePaths(
  { points, isArea }: Pick<TrackLine, 'points' | 'isArea'>,
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
