import type { CostProjection } from '#lib/cost/api/index.ts'
import type { ChartTooltipContent } from '../charts/plot/plot-model.ts'
import { formatRoundedBytes } from './curve/cumulative-points.ts'
import { formatCostPercentiles } from './money-text.ts'

type Month = CostProjection['twelveMonths'][number]

/** Future month, drawn as one column of the forecast chart. */
export interface CostMonthColumn {
  /** start of the billing month (UTC), epoch milliseconds; `to` is its end */
  from: number
  to: number
  /** billing month, for example `2026-12` */
  name: string
  bytes: { p10: number; p50: number; p90: number }
  cost: Month['cost']
}

export function buildMonthColumns({ twelveMonths }: Pick<CostProjection, 'twelveMonths'>): CostMonthColumn[] {
  return twelveMonths.map(({ month, bytes, cost }) => {
    const from = new Date(`${month}-01T00:00:00Z`)
    return {
      from: from.getTime(),
      to: Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1),
      name: month,
      bytes: { p10: Number(bytes.p10), p50: Number(bytes.p50), p90: Number(bytes.p90) },
      cost,
    }
  })
}

/**
 * Returns the texts that the chart shows for a future month: its bytes and its cost with their bounds.
 * @param computeBreakEvenBytes bytes in a month above which the plan Unlimited is cheaper; null = no break-even
 */
export function describeForecastMonth(
  column: CostMonthColumn | undefined,
  breakEven: number | null,
): ChartTooltipContent {
  if (!column) return { title: '', lines: [] }
  const { name, bytes, cost } = column
  return {
    title: name,
    lines: [
      { name: 'Bytes', of: 'likely bytes', value: formatRoundedBytes(bytes.p50), ink: 'series-1' },
      { name: 'p10 to p90', value: `${formatRoundedBytes(bytes.p10)} to ${formatRoundedBytes(bytes.p90)}` },
      { name: 'Cost, current plan', value: formatCostPercentiles(cost) },
    ],
    notes: breakEven !== null && bytes.p50 >= breakEven ? ['above the break-even'] : [],
  }
}
