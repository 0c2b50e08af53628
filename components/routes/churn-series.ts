import type { RouteChurnView } from '#lib/contract/index.ts'
import { type Run, runsOf } from '../charts/runs.ts'

type Point = RouteChurnView['points'][number]

/** Bars drawn at least this high, in per cent of their side: one change beside a leak must not vanish. */
const LEAST = 7

export interface ChurnSeries {
  /** paths in a box of one unit a point by 100, the zero line at 50 */
  announced: string
  changed: string
  withdrawn: string
  /** what the full height of one side stands for */
  most: number
  unseen: Run[]
  partlySeen: Run[]
}

/**
 * Bars of churn: announced and, on top of it, changed above the line, withdrawn below it.
 * @param end epoch milliseconds; what of the last step lies beyond it was not asked for
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
  // within a hundredth: the last step is cut at another moment than its coverage
  const isPartlySeen = (point: Point) => !isUnseen(point) && point.coveredSeconds < lengthOf(point) * 0.99 - 1
  return { ...series, most, unseen: runsOf(points, isUnseen), partlySeen: runsOf(points, isPartlySeen) }
}

const bar = (index: number, top: number, height: number) =>
  height === 0 ? '' : `M${index + 0.08} ${round(top)}h.84v${round(height)}h-.84z`
const round = (value: number) => Number(value.toFixed(2))

/** The sum of a interval's changes. */
export function churnTotals(points: readonly Point[]) {
  const totals = { announced: 0, withdrawn: 0, changed: 0 }
  for (const { announced, withdrawn, changed } of points) {
    totals.announced += announced
    totals.withdrawn += withdrawn
    totals.changed += changed
  }
  return totals
}
