import { useMemo } from 'react'
import { MomentLines, type PlotMoment } from '../../charts/plot/range-marks.tsx'
import { PlotChart } from '../../charts/plot/plot-chart.tsx'
import { PlotArea, ZeroLine } from '../../charts/plot/plot-series.tsx'
import { useTimeTicks } from '../../charts/plot/use-x-ticks.ts'
import { formatCountWithSeparators } from '../../format/quantity.ts'
import { churnKinds } from './describe-churn-column.ts'
import { type ChurnColumn, computeChurnAxisRange, findChurnGaps, buildChurnPoints } from './churn-series.ts'

const MAX_TICKS = 4

/**
 * Draws announced and changed routes above zero and withdrawn routes below zero, so that the kinds of change can be
 * distinguished without color.
 */
export default function ChurnPlot({
  columns,
  domain,
  moments,
}: {
  columns: readonly ChurnColumn[]
  domain: readonly [number, number]
  moments: readonly PlotMoment[]
}) {
  const data = useMemo(() => buildChurnPoints(columns), [columns])
  const gaps = useMemo(() => findChurnGaps(columns), [columns])
  const { bottom, top } = useMemo(() => computeChurnAxisRange(columns), [columns])
  return (
    <PlotChart
      data={data}
      x={useTimeTicks(...domain)}
      bottom={bottom}
      top={top}
      mostTicks={MAX_TICKS}
      isCount
      write={(count) => formatCountWithSeparators(Math.abs(count))}
      gaps={gaps}
    >
      {churnKinds.map(({ name, ink: series }) => (
        <PlotArea key={name} dataKey={name} series={series} opacity={0.9} />
      ))}
      <ZeroLine />
      <MomentLines moments={moments} domain={domain} />
    </PlotChart>
  )
}
