import type { RouteChurnView } from '#lib/contract/index.ts'
import { type Run, runsOf } from '../charts/runs.ts'

type Point = RouteChurnView['points'][number]

/** Least height of a bar, percent of its side: a single change beside a leak must stay visible. */
const LEAST = 7

export interface ChurnSeries {
  /** paths in a box of one unit a point by 100, the zero line at 50 */
  announced: string
  changed: string
  withdrawn: string
  /** changes at the full height of one side */
  most: number
  unseen: Run[]
  partlySeen: Run[]
}

/**
 * Bars of churn: announced and, on top of it, changed above the line, withdrawn below it.
 * @param end epoch milliseconds; the last step is cut there
 */
export function churnSeries(
  { points, stepSeconds }: Pick<RouteChurnView, 'points' | 'stepSeconds'>,
  end: number,
): ChurnSeries {
  const most = points.reduce(
    (high, { announced, changed, withdrawn }) => Math.max(high, announced + changed, withdrawn),
    1,
  )
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(LEAST, (count / most) * 100) / 2)
  const series = { announced: '', changed: '', withdrawn: '' }
  for (const [index, { announced, changed, withdrawn }] of points.entries()) {
    const up = heightOf(announced)
    series.announced += bar(index, 50 - up, up)
    const more = Math.min(heightOf(changed), 50 - up)
    series.changed += bar(index, 50 - up - more, more)
    series.withdrawn += bar(index, 50, heightOf(withdrawn))
  }
  const lengthOf = ({ start }: Point) => Math.max(0, Math.min(stepSeconds, (end - Date.parse(start)) / 1000))
  const isUnseen = (point: Point) => point.coveredSeconds === 0
  // tolerance 1 %: the last step and its coverage are cut at different times
  const isPartlySeen = (point: Point) => !isUnseen(point) && point.coveredSeconds < lengthOf(point) * 0.99 - 1
  return { ...series, most, unseen: runsOf(points, isUnseen), partlySeen: runsOf(points, isPartlySeen) }
}

const bar = (index: number, top: number, height: number) =>
  height === 0 ? '' : `M${index + 0.08} ${round(top)}h.84v${round(height)}h-.84z`
const round = (value: number) => Number(value.toFixed(2))

/** Sums of all changes. */
export function churnTotals(points: readonly Point[]) {
  const totals = { announced: 0, withdrawn: 0, changed: 0 }
  for (const { announced, withdrawn, changed } of points) {
    totals.announced += announced
    totals.withdrawn += withdrawn
    totals.changed += changed
  }
  return totals
}
