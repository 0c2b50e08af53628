'use client'

import { useMemo } from 'react'
import { Area, Line } from 'recharts'
import { PlotChart } from '../charts/plot/plot-chart.tsx'
import type { PlotLimit } from '../charts/plot/plot-model.ts'
import { BaseBars, TopMarks } from '../charts/plot/range-marks.tsx'
import { ink, still } from '../charts/plot/theme.ts'
import { useTimeTicks } from '../charts/plot/use-x-ticks.ts'
import { formatBitRate } from '../format/quantity.ts'
import { metricRanges, type UsageColumn, usageGaps, usagePoints } from './usage-series.ts'

const stepped = { ...still, type: 'stepAfter', strokeWidth: 1.5 } as const
const dashed = { ...stepped, strokeDasharray: '3 2' } as const

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
  const [out, into] = [ink('series-1'), ink('series-2')]
  return (
    <PlotChart data={data} x={useTimeTicks(from, to)} top={top} write={rateText} gaps={gaps} limits={limits}>
      <Area {...still} type="stepAfter" dataKey="area" stroke="none" fill={out} fillOpacity={0.22} />
      <Line {...stepped} dataKey="from" stroke={out} />
      <Line {...dashed} dataKey="fromMetric" stroke={out} />
      <Line {...stepped} dataKey="to" stroke={into} />
      <Line {...dashed} dataKey="toMetric" stroke={into} />
      <BaseBars ranges={metricRanges(columns)} series="series-4" />
      <TopMarks at={resets} word="≥" />
    </PlotChart>
  )
}

const rateText = (rate: number) => (rate === 0 ? '0' : formatBitRate(rate))
