import type { CostCurve, CostPlan, CostProjection } from '#lib/cost/api/index.ts'
import type { ChartTooltipContent } from '../../charts/plot/plot-model.ts'
import type { SeriesColorName } from '../../charts/series-colors.ts'
import { toSortableAmount } from '../money-columns.ts'
import { formatMoney } from '../money-text.ts'
import { formatRoundedBytes } from './cumulative-points.ts'

/** Byte counts that the cost curve of a month marks: measured so far, forecast for the month, and break-even. */
export type CostCurveMonth = Pick<CostProjection, 'billedBytesToDate' | 'forecast' | 'breakEvenBytes'>

/**
 * Point of the chart of plan costs: bytes (`x`) and the cost on each plan. `loss` is the range from the cost on the
 * cheapest plan to the cost on the current plan; both ends are equal if the current plan is the cheapest.
 */
type CurvePoint = { x: number; loss: [number, number] } & Partial<Record<CostPlan, number>>

export function buildCostCurvePoints({ bytes, plans, losses }: CostCurve): CurvePoint[] {
  const own = findCurrentCostPlan(plans)?.plan ?? 'metered'
  return bytes.map((stop, index): CurvePoint => {
    const costs: Partial<Record<CostPlan, number>> = Object.fromEntries(
      plans.map((line) => [line.plan, toSortableAmount({ amount: line.costs[index] ?? '0' }) ?? 0]),
    )
    return { x: Number(stop), loss: [costs[losses[index]?.than ?? own] ?? 0, costs[own] ?? 0], ...costs }
  })
}

export const findCurrentCostPlan = (plans: CostCurve['plans']) => plans.find(({ current }) => current) ?? plans[0]

/**
 * Returns the index of the point of the curve at the forecast bytes (p50) of the month, or at the bytes measured so far
 * if there is no forecast.
 */
export const findForecastPointIndex = ({ bytes }: CostCurve, { billedBytesToDate, forecast }: CostCurveMonth): number =>
  bytes.indexOf(forecast?.p50 ?? billedBytesToDate)

export const planNames: Record<CostPlan, string> = { metered: 'Metered', unlimited: 'Unlimited', local: 'Local' }
export const planColors: Record<CostPlan, SeriesColorName> = {
  metered: 'series-1',
  unlimited: 'series-2',
  local: 'series-4',
}

/**
 * Describes the extra cost of the current plan at a point of the curve; null if the current plan is the cheapest there.
 * @param stop index of the point
 */
export function formatExtraPlanCost({ losses, currency }: CostCurve, stop: number): string | null {
  const loss = losses[stop]
  return loss
    ? `the current plan costs ${formatMoney({ amount: loss.amount, currency })} more than ${planNames[loss.than]}`
    : null
}

/**
 * Returns the texts that the chart shows for a point of the curve. They contain the cost on each plan, the names of the
 * marked byte counts at this point (such as the forecast), and the extra cost of the current plan.
 * @param stop index of the point
 */
export function describeCostCurvePoint(curve: CostCurve, month: CostCurveMonth, stop: number): ChartTooltipContent {
  const { plans, currency } = curve
  const bytes = curve.bytes[stop] ?? '0'
  const notes = [
    bytes === month.billedBytesToDate && 'measured so far',
    bytes === month.forecast?.p10 && 'p10 of the month’s end',
    bytes === month.forecast?.p50 && 'forecast of the month’s end',
    bytes === month.forecast?.p90 && 'p90 of the month’s end',
    bytes === month.breakEvenBytes && 'break-even',
    formatExtraPlanCost(curve, stop),
  ].filter((note) => note !== false && note !== null)
  return {
    title: `${formatRoundedBytes(Number(bytes))} in the month`,
    lines: plans.map(({ plan, current, costs }) => ({
      name: current ? `${planNames[plan]} (current)` : planNames[plan],
      value: formatMoney({ amount: costs[stop] ?? '0', currency }),
      ink: planColors[plan],
    })),
    notes,
  }
}
