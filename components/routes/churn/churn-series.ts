import type { RouteChurnView } from '#lib/routes/api/index.ts'
import type { PlotGap } from '../../charts/plot/plot-model.ts'
import { type StepPoint, steppedPoints } from '../../charts/plot/stepped-points.ts'
import { runRanges } from '../../charts/runs.ts'

type Point = RouteChurnView['points'][number]
type Counts = Pick<Point, 'announced' | 'changed' | 'withdrawn' | 'initialDump'>

/** One step of the chart. */
export interface ChurnColumn extends Counts {
  /** epoch milliseconds, as is `to` */
  from: number
  to: number
  seen: 'all' | 'part' | 'none'
}

/** Least height of a bar, as a share of the axis: a single change beside a leak must stay visible. */
const LEAST = 0.03

/** @param end epoch milliseconds; how much of the last step was seen is judged up to there */
export function churnColumns(
  { points, stepSeconds }: Pick<RouteChurnView, 'points' | 'stepSeconds'>,
  end: number,
): ChurnColumn[] {
  return points.map(({ start, announced, changed, withdrawn, initialDump, coveredSeconds }) => {
    const from = Date.parse(start)
    const length = Math.max(0, Math.min(stepSeconds, (end - from) / 1000))
    // tolerance 1 %: the last step and its coverage are cut at different times
    const seen = coveredSeconds === 0 ? 'none' : coveredSeconds < length * 0.99 - 1 ? 'part' : 'all'
    return { from, to: from + stepSeconds * 1000, announced, changed, withdrawn, initialDump, seen }
  })
}

/** The ends of the value axis: announced and changed above zero, withdrawn below it. Each side has room for a change at least. */
export function churnAxis(columns: readonly ChurnColumn[]): { bottom: number; top: number } {
  const up = columns.reduce((high, { announced, changed }) => Math.max(high, announced + changed), 0)
  const down = columns.reduce((high, { withdrawn }) => Math.max(high, withdrawn), 0)
  const least = Math.max(1, up / 4, down / 4)
  return { bottom: -Math.max(down, least) * 1.05, top: Math.max(up, least) * 1.05 }
}

type Bands = Record<'announced' | 'changed' | 'withdrawn', [number, number] | null>

/** Bars as bands: announced from zero, changed on top of it, withdrawn below zero. Where nothing was seen there is none. */
export function churnPoints(columns: readonly ChurnColumn[]): StepPoint<Bands>[] {
  const { bottom, top } = churnAxis(columns)
  const least = (top - bottom) * LEAST
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(count, least))
  return steppedPoints(columns, ({ announced, changed, withdrawn, seen }): Bands => {
    const isKnown = seen !== 'none' || announced + changed + withdrawn > 0
    if (!isKnown) return { announced: null, changed: null, withdrawn: null }
    const up = heightOf(announced)
    return { announced: [0, up], changed: [up, up + heightOf(changed)], withdrawn: [0 - heightOf(withdrawn), 0] }
  })
}

/** Steps that were not seen, or not all the time; neighbours are one gap. */
export const churnGaps = (columns: readonly ChurnColumn[]): PlotGap[] => [
  ...runRanges(columns, ({ seen }) => seen === 'none'),
  ...runRanges(columns, ({ seen }) => seen === 'part').map((range) => ({ ...range, isPartial: true })),
]

/** Sums of all changes. */
export function churnTotals(columns: readonly Counts[]) {
  const totals = { announced: 0, withdrawn: 0, changed: 0 }
  for (const { announced, withdrawn, changed } of columns) {
    totals.announced += announced
    totals.withdrawn += withdrawn
    totals.changed += changed
  }
  return totals
}
