'use client'

import { useMemo } from 'react'
import { Area, Line } from 'recharts'
import { PlotChart } from '../charts/plot/plot-chart.tsx'
import type { PlotLimit } from '../charts/plot/plot-model.ts'
import { ink, still } from '../charts/plot/theme.ts'
import { useTimeTicks } from '../charts/plot/use-x-ticks.ts'
import { type LoadColumn, loadGaps, loadPoints } from './load-series.ts'

/** The mean of each step as a line, and as a band above it what no moment exceeded. */
export default function LoadPlot({
  columns,
  domain,
  top,
  limits,
  write,
}: {
  columns: readonly LoadColumn[]
  domain: readonly [number, number]
  top: number
  limits: readonly PlotLimit[]
  write: (value: number) => string
}) {
  const data = useMemo(() => loadPoints(columns), [columns])
  const gaps = useMemo(() => loadGaps(columns), [columns])
  const color = ink('series-1')
  return (
    <PlotChart data={data} x={useTimeTicks(...domain)} top={top} write={write} gaps={gaps} limits={limits}>
      <Area {...still} type="stepAfter" dataKey="band" stroke="none" fill={color} fillOpacity={0.2} />
      <Line {...still} type="stepAfter" dataKey="average" stroke={color} strokeWidth={1.5} />
    </PlotChart>
  )
}
