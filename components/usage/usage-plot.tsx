'use client'

import { useMemo } from 'react'
import { PlotChart } from '../charts/plot/plot-chart.tsx'
import type { PlotLimit } from '../charts/plot/plot-model.ts'
import { PlotArea, PlotLine } from '../charts/plot/plot-series.tsx'
import { BaseBars, TopMarks } from '../charts/plot/range-marks.tsx'
import { useTimeTicks } from '../charts/plot/use-x-ticks.ts'
import { formatBitRate } from '../format/quantity.ts'
import { metricRanges, type UsageColumn, usageGaps, usagePoints } from './usage-series.ts'

const [out, into] = ['series-1', 'series-2'] as const
const known = { width: 1.5 }
const dashed = { ...known, dashes: [3, 2] }

/** Out is an area, in is a line: two shapes, so that colour is not needed. Dashes are metrics. */
export default function UsagePlot({
  columns,
  domain: [from, to],
  top,
  limits,
}: {
  columns: readonly UsageColumn[]
  domain: readonly [number, number]
  top: number
  limits: readonly PlotLimit[]
}) {
  const data = useMemo(() => usagePoints(columns), [columns])
  const gaps = useMemo(() => usageGaps(columns), [columns])
  const resets = columns.filter(({ atLeast }) => atLeast).map((column) => (column.from + column.to) / 2)
  return (
    <PlotChart data={data} x={useTimeTicks(from, to)} top={top} write={rateText} gaps={gaps} limits={limits}>
      <PlotArea dataKey="area" series={out} opacity={0.22} />
      <PlotLine {...known} dataKey="from" series={out} />
      <PlotLine {...dashed} dataKey="fromMetric" series={out} />
      <PlotLine {...known} dataKey="to" series={into} />
      <PlotLine {...dashed} dataKey="toMetric" series={into} />
      <BaseBars ranges={metricRanges(columns)} series="series-4" />
      <TopMarks at={resets} word="≥" />
    </PlotChart>
  )
}

const rateText = (rate: number) => (rate === 0 ? '0' : formatBitRate(rate))
