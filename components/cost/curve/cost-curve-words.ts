import type { CostPlan } from '#lib/cost/api/index.ts'
import type { PlotReading } from '../../charts/plot/plot-model.ts'
import type { SeriesName } from '../../charts/series-ink.ts'
import { type CostCurve, costOn, lossAt } from './cost-curve.ts'
import { bytesText } from './cumulative-points.ts'
import { formatMoney } from '../money-words.ts'

export const planNames: Record<CostPlan, string> = { metered: 'Metered', unlimited: 'Unlimited', local: 'Local' }
export const planInks: Record<CostPlan, SeriesName> = { metered: 'series-1', unlimited: 'series-2', local: 'series-4' }

export const amountText = ({ currency }: CostCurve, amount: number): string =>
  formatMoney({ amount: String(Math.round(amount * 100) / 100), currency })

/** What a month of so many bytes costs on each plan, and what the current one loses. */
export function curveReading(curve: CostCurve, bytes: number): PlotReading {
  const { plans, today, end, breakEven } = curve
  const loss = lossAt(curve, bytes)
  const notes = [
    bytes === today && 'measured so far',
    bytes === end?.p10 && 'p10 of the month’s end',
    bytes === end?.p50 && 'forecast of the month’s end',
    bytes === end?.p90 && 'p90 of the month’s end',
    bytes === breakEven && 'break-even',
    loss && `the current plan costs ${amountText(curve, loss.amount)} more than ${planNames[loss.cheapest.plan]}`,
  ].filter((note) => note !== false && note !== null)
  return {
    title: `${bytesText(bytes)} in the month`,
    lines: plans.map((line) => ({
      name: line.isCurrent ? `${planNames[line.plan]} (current)` : planNames[line.plan],
      value: amountText(curve, costOn(line, bytes)),
      ink: planInks[line.plan],
    })),
    notes,
  }
}
