import { useMemo } from 'react'
import { PlotChart } from '../charts/plot/plot-chart.tsx'
import type { PlotGap, PlotLimit } from '../charts/plot/plot-model.ts'
import { PlotArea, PlotLine } from '../charts/plot/plot-series.tsx'
import { useTimeTicks } from '../charts/plot/use-x-ticks.ts'
import { type GatewayLoadColumn, findGatewayLoadGaps, buildGatewayLoadPoints } from './load-series.ts'

/** Draws the mean of each column as a line, and the range from the mean to the maximum as a band above it. */
export default function LoadPlot({
  columns,
  before,
  pending,
  domain,
  top,
  limits,
  write,
}: {
  columns: readonly GatewayLoadColumn[]
  /**
   * mean values of the previous week, by the start of the column of this week with which they are compared, epoch
   * milliseconds
   */
  before: ReadonlyMap<number, number>
  /** ranges for which Azure has not reported values yet but still may; they are hatched like gaps */
  pending: readonly PlotGap[]
  domain: readonly [number, number]
  top: number
  limits: readonly PlotLimit[]
  write: (value: number) => string
}) {
  const data = useMemo(() => buildGatewayLoadPoints(columns, before), [columns, before])
  const gaps = useMemo(() => [...findGatewayLoadGaps(columns), ...pending], [columns, pending])
  return (
    <PlotChart data={data} x={useTimeTicks(...domain)} top={top} write={write} gaps={gaps} limits={limits}>
      <PlotArea dataKey="band" series="series-1" opacity={0.2} />
      <PlotLine dataKey="before" series="ink-3" width={1} />
      <PlotLine dataKey="average" series="series-1" width={1.5} />
    </PlotChart>
  )
}
