import { useMemo } from 'react'
import { PlotChart } from '../../charts/plot/plot-chart.tsx'
import { PlotArea, PlotLine } from '../../charts/plot/plot-series.tsx'
import { useTimeTicks } from '../../charts/plot/use-x-ticks.ts'
import type { CumulativeUsage } from './cumulative-usage.ts'
import { formatRoundedBytes, buildCumulativePoints } from './cumulative-points.ts'

/** Draws the bytes of a month: measured, forecast, break-even, and times without measurements. */
export default function CumulativeUsagePlot({ line }: { line: CumulativeUsage }) {
  const { from, to, breakEven, most, gaps } = line
  const data = useMemo(() => buildCumulativePoints(line).map(({ at, ...values }) => ({ ...values, x: at })), [line])
  const limits = breakEven === null ? [] : [{ value: breakEven, words: `break-even ${formatRoundedBytes(breakEven)}` }]
  return (
    <PlotChart data={data} x={useTimeTicks(from, to)} top={most} write={formatRoundedBytes} gaps={gaps} limits={limits}>
      <PlotArea dataKey="band" course="linear" series="series-1" opacity={0.18} />
      <PlotLine dataKey="likely" course="linear" series="series-1" width={1.5} dashes={[6, 4]} />
      <PlotLine dataKey="measured" course="linear" series="series-1" width={2} />
    </PlotChart>
  )
}
