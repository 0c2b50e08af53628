/** Course of a line between two points: `linear` = straight, `stepAfter` = level until the next point. */
export type LineShape = 'linear' | 'stepAfter'

/** Value of a series. null and undefined are unknown and leave a gap. A pair is a band, lowest value first. */
type SeriesValue = number | readonly [number, number] | null | undefined

/**
 * Point of a chart. The object also has the value of each series under the key of the series. Points must be in order
 * of `x`.
 */
export type SeriesPoint = { x: number }

/** Scales of a drawing: functions that return the position of a value in px. */
interface PathScales {
  x: (value: number) => number
  y: (value: number) => number
}

/**
 * Width of the slices into which a drawing is cut, px. The points in a slice are reduced to four. Half a pixel suits
 * high-density screens.
 */
const PIECE_PX = 0.5

/**
 * Returns the line of a series as the `d` attribute of an SVG path; '' if no value is known. Each slice of the drawing
 * keeps only its first, lowest, highest and last point, so that the number of corners is limited while peaks, steps and
 * gaps remain visible (M4, Jugel et al. 2014; ADR 0123).
 */
export function buildLinePath(
  points: readonly SeriesPoint[],
  key: string,
  course: LineShape,
  scales: PathScales,
): string {
  let path = ''
  for (const run of runsOf(points, key)) path += through(edgeOf(run, topOf, course, scales), 'M')
  return path
}

/**
 * Returns the area of a series as the `d` attribute of an SVG path. A pair of values is filled between both values, a
 * single number is filled down to `base`.
 * @param base value at which the area ends, in the unit of the y axis
 */
export function buildAreaPath(
  points: readonly SeriesPoint[],
  key: string,
  course: LineShape,
  scales: PathScales,
  base: number,
): string {
  let path = ''
  const bottomOf = (value: Known) => (typeof value === 'number' ? base : value[0])
  for (const run of runsOf(points, key)) {
    const bottom = edgeOf(run, bottomOf, course, scales)
    path += `${through(edgeOf(run, topOf, course, scales), 'M')}${through(reversed(bottom), 'L')}Z`
  }
  return path
}

type Known = Exclude<SeriesValue, null | undefined>
interface Run {
  xs: number[]
  values: Known[]
}

const topOf = (value: Known): number => (typeof value === 'number' ? value : value[1])

/** Splits a series into runs of consecutive known values. */
function runsOf(points: readonly SeriesPoint[], key: string): Run[] {
  const runs: Run[] = []
  let run: Run | null = null
  for (const point of points) {
    const value = (point as unknown as Record<string, SeriesValue>)[key]
    if (value === null || value === undefined) {
      run = null
      continue
    }
    if (!run) runs.push((run = { xs: [], values: [] }))
    run.xs.push(point.x)
    run.values.push(value)
  }
  return runs
}

/** Points of an SVG path as a flat list: x, y, x, y and so on, in tenths of a pixel. */
type Corners = number[]

function edgeOf({ xs, values }: Run, read: (value: Known) => number, course: LineShape, { x, y }: PathScales): Corners {
  const corners: Corners = []
  /**
   * `begin` is the index in `corners` of the first point of the current slice (`PIECE_PX` wide); `piece` is the number
   * of this slice
   */
  let begin = 0
  let piece = Number.NaN
  const add = (left: number, top: number) => {
    const next = Math.floor(left / 10 / PIECE_PX)
    if (next !== piece) {
      thinOut(corners, begin)
      begin = corners.length
      piece = next
    }
    corners.push(left, top)
  }
  let before = 0
  for (const [index, at] of xs.entries()) {
    const left = Math.round(x(at) * 10)
    const top = Math.round(y(read(values[index] as Known)) * 10)
    if (course === 'stepAfter' && index > 0 && top !== before) add(left, before)
    add(left, top)
    before = top
  }
  thinOut(corners, begin)
  return corners
}

/**
 * Removes the corners from index `begin` to the end, except the first, the lowest, the highest and the last of them.
 */
function thinOut(corners: Corners, begin: number): void {
  if (corners.length - begin <= 8) return
  let [low, high] = [begin, begin]
  const last = corners.length - 2
  for (let at = begin; at <= last; at += 2) {
    if ((corners[at + 1] as number) > (corners[low + 1] as number)) low = at
    if ((corners[at + 1] as number) < (corners[high + 1] as number)) high = at
  }
  const kept = [...new Set([begin, Math.min(low, high), Math.max(low, high), last])]
  const values = kept.flatMap((at) => [corners[at] as number, corners[at + 1] as number])
  corners.length = begin
  corners.push(...values)
}

function reversed(corners: Corners): Corners {
  const back: Corners = []
  for (let at = corners.length - 2; at >= 0; at -= 2) back.push(corners[at] as number, corners[at + 1] as number)
  return back
}

/** Returns an SVG path through the points. Consecutive points at the same height become a single command. */
function through(corners: Corners, command: 'M' | 'L'): string {
  let [x, y] = [corners[0] as number, corners[1] as number]
  let path = `${command}${x / 10} ${y / 10}`
  for (let at = 2; at < corners.length; at += 2) {
    const [left, top] = [corners[at] as number, corners[at + 1] as number]
    const isLevel = top === y
    if (isLevel && (left === x || corners[at + 3] === top)) continue
    path += isLevel ? `H${left / 10}` : left === x ? `V${top / 10}` : `L${left / 10} ${top / 10}`
    ;[x, y] = [left, top]
  }
  return path
}
