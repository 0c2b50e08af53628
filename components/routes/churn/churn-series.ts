import type { ApiRouteChurn } from '#lib/routes/api/index.ts'
import type { PlotGap } from '../../charts/plot/plot-model.ts'
import { type StepPoint, buildSteppedPoints } from '../../charts/plot/stepped-points.ts'
import { findMatchingColumnRanges } from '../../charts/column-ranges.ts'

type Point = ApiRouteChurn['points'][number]
type Counts = Pick<Point, 'announced' | 'changed' | 'withdrawn' | 'initialDump'>

/**
 * Column of the churn chart: a short time range with its numbers of route changes. `seen` states whether polls covered
 * all, a part or none of the range.
 */
export interface ChurnColumn extends Counts {
  /** start of the column, epoch milliseconds; `to` is its end */
  from: number
  to: number
  seen: 'all' | 'part' | 'none'
}

/**
 * Minimum height of a bar as a share of the value axis. A single change stays visible even if another column has
 * thousands of changes (for example a route leak).
 */
const MIN_BAR_HEIGHT_SHARE = 0.03

/**
 * Converts points of the API to columns of the churn chart.
 * @param end end of the queried time range, epoch milliseconds. The last column may extend beyond it. It then counts as
 *   complete if polls cover it up to this time
 */
export function buildChurnColumns(
  { points, stepSeconds }: Pick<ApiRouteChurn, 'points' | 'stepSeconds'>,
  end: number,
): ChurnColumn[] {
  return points.map(({ start, announced, changed, withdrawn, initialDump, coveredSeconds }) => {
    const from = Date.parse(start)
    const length = Math.max(0, Math.min(stepSeconds, (end - from) / 1000))
    // The tolerance is 1 % and 1 s, because the coverage of the last column may end slightly before the end of the
    // queried time range.
    const seen = coveredSeconds === 0 ? 'none' : coveredSeconds < length * 0.99 - 1 ? 'part' : 'all'
    return { from, to: from + stepSeconds * 1000, announced, changed, withdrawn, initialDump, seen }
  })
}

/**
 * Returns the lowest and the highest value of the value axis. Announced and changed routes are above zero, withdrawn
 * routes below. Each side has space for at least one change.
 */
export function computeChurnAxisRange(columns: readonly ChurnColumn[]): { bottom: number; top: number } {
  const up = columns.reduce((high, { announced, changed }) => Math.max(high, announced + changed), 0)
  const down = columns.reduce((high, { withdrawn }) => Math.max(high, withdrawn), 0)
  const least = Math.max(1, up / 4, down / 4)
  return { bottom: -Math.max(down, least) * 1.05, top: Math.max(up, least) * 1.05 }
}

type Bands = Record<'announced' | 'changed' | 'withdrawn', [number, number] | null>

/**
 * Returns the bars of the chart as bands of values: announced routes from zero up, changed routes above them, withdrawn
 * routes below zero. A column without polls and without changes has null, so that no bar is drawn.
 */
export function buildChurnPoints(columns: readonly ChurnColumn[]): StepPoint<Bands>[] {
  const { bottom, top } = computeChurnAxisRange(columns)
  const least = (top - bottom) * MIN_BAR_HEIGHT_SHARE
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(count, least))
  return buildSteppedPoints(columns, ({ announced, changed, withdrawn, seen }): Bands => {
    const isKnown = seen !== 'none' || announced + changed + withdrawn > 0
    if (!isKnown) return { announced: null, changed: null, withdrawn: null }
    const up = heightOf(announced)
    return { announced: [0, up], changed: [up, up + heightOf(changed)], withdrawn: [0 - heightOf(withdrawn), 0] }
  })
}

/** Returns the ranges of the chart without data or with incomplete data. Adjacent columns become one range. */
export const findChurnGaps = (columns: readonly ChurnColumn[]): PlotGap[] => [
  ...findMatchingColumnRanges(columns, ({ seen }) => seen === 'none'),
  ...findMatchingColumnRanges(columns, ({ seen }) => seen === 'part').map((range) => ({ ...range, isPartial: true })),
]

/** Adds up the route changes of all columns by kind. */
export function sumChurnByKind(columns: readonly Counts[]) {
  const totals = { announced: 0, withdrawn: 0, changed: 0 }
  for (const { announced, withdrawn, changed } of columns) {
    totals.announced += announced
    totals.withdrawn += withdrawn
    totals.changed += changed
  }
  return totals
}
