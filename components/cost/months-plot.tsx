import { useMemo } from 'react'
import { PlotChart } from '../charts/plot/plot-chart.tsx'
import { PlotArea, PlotLine } from '../charts/plot/plot-series.tsx'
import { buildSteppedPoints } from '../charts/plot/stepped-points.ts'
import { useFixedTicks } from '../charts/plot/use-x-ticks.ts'
import { computeAxisTop } from '../charts/plot/value-ticks.ts'
import { formatRoundedBytes } from './curve/cumulative-points.ts'
import type { CostMonthColumn } from './months-columns.ts'

/** Draws the forecast bytes of the coming months with their bounds and the break-even. */
export default function MonthsPlot({
  columns,
  breakEven,
}: {
  columns: readonly CostMonthColumn[]
  breakEven: number | null
}) {
  const data = useMemo(
    () =>
      buildSteppedPoints(columns, ({ bytes: { p10, p50, p90 } }) => ({
        likely: p50,
        band: [p10, p90] as [number, number],
      })),
    [columns],
  )
  const [from, to] = [columns[0]?.from ?? 0, columns.at(-1)?.to ?? 1]
  const ticks = columns.map((column) => ({ at: (column.from + column.to) / 2, label: column.name }))
  const reach = Math.max(1, ...columns.map(({ bytes }) => bytes.p90))
  const limits = breakEven === null ? [] : [{ value: breakEven, words: `break-even ${formatRoundedBytes(breakEven)}` }]
  return (
    <PlotChart
      data={data}
      x={useFixedTicks(from, to, ticks)}
      top={computeAxisTop(reach, breakEven)}
      write={formatRoundedBytes}
      limits={limits}
    >
      <PlotArea dataKey="band" series="series-1" opacity={0.22} />
      <PlotLine dataKey="likely" series="series-1" width={2} />
    </PlotChart>
  )
}
