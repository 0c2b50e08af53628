import { useMemo } from 'react'
import { PlotChart } from '../charts/plot/plot-chart.tsx'
import type { PlotLimit } from '../charts/plot/plot-model.ts'
import { PlotArea, PlotLine, ZeroLine } from '../charts/plot/plot-series.tsx'
import { AxisRangeBars, ChartRangeBox, ChartTopMarks } from '../charts/plot/range-marks.tsx'
import { useTimeTicks } from '../charts/plot/use-x-ticks.ts'
import { formatBitRate } from '../format/quantity.ts'
import { findRangesFromMetrics, type UsageColumn, findUsageGaps, buildUsagePoints } from './usage-series.ts'
import { type UsualRateRange, findUsualRateRange } from '#lib/usage/api/usual-band.ts'

const [out, into, incident] = ['series-1', 'series-2', 'series-5'] as const
const known = { width: 1.5 }
const dashed = { ...known, dashes: [3, 2] }

/**
 * Draws traffic to Azure above zero and from Azure below, so that the directions can be told apart without color.
 * Dashed lines are values from Azure's metrics instead of counters.
 */
export default function UsagePlot({
  columns,
  domain: [from, to],
  bottom,
  top,
  limits,
  bands,
  incidents,
  before,
}: {
  columns: readonly UsageColumn[]
  domain: readonly [number, number]
  /** lower end of the value axis, bit/s; it is negative, because traffic from Azure is below zero */
  bottom: number
  top: number
  limits: readonly PlotLimit[]
  /** usual range of the traffic for each hour of the day in UTC; empty = unknown */
  bands: readonly UsualRateRange[]
  /** times of outages, epoch milliseconds */
  incidents: readonly { from: number; to: number }[]
  /** traffic of the previous week, by start of the column with which it is compared */
  before: ReadonlyMap<number, UsageColumn>
}) {
  const data = useMemo(
    () => buildUsagePoints(columns, (column) => findUsualRateRange(bands, column), before),
    [columns, bands, before],
  )
  const gaps = useMemo(() => findUsageGaps(columns), [columns])
  const bothSides = useMemo(() => [...limits, ...limits.map(({ value }) => ({ value: -value, words: '' }))], [limits])
  const resets = columns.filter(({ atLeast }) => atLeast).map((column) => (column.from + column.to) / 2)
  return (
    <PlotChart
      data={data}
      x={useTimeTicks(from, to)}
      bottom={bottom}
      top={top}
      write={rateText}
      gaps={gaps}
      limits={bothSides}
    >
      {incidents.map((one) => (
        <ChartRangeBox
          key={`${one.from}/${one.to}`}
          from={one.from}
          to={one.to}
          series={incident}
          domain={[from, to]}
        />
      ))}
      <PlotArea dataKey="usualTo" series={into} opacity={0.14} />
      <PlotArea dataKey="usualFrom" series={out} opacity={0.14} />
      <PlotArea dataKey="areaTo" series={into} opacity={0.16} />
      <PlotArea dataKey="areaFrom" series={out} opacity={0.22} />
      <PlotLine width={1} dataKey="beforeTo" series="ink-3" />
      <PlotLine width={1} dataKey="beforeFrom" series="ink-3" />
      <PlotLine {...known} dataKey="to" series={into} />
      <PlotLine {...dashed} dataKey="toMetric" series={into} />
      <PlotLine {...known} dataKey="from" series={out} />
      <PlotLine {...dashed} dataKey="fromMetric" series={out} />
      <ZeroLine />
      <AxisRangeBars ranges={findRangesFromMetrics(columns)} series="series-4" />
      <ChartTopMarks at={resets} word="≥" />
    </PlotChart>
  )
}

const rateText = (rate: number) => (rate === 0 ? '0' : formatBitRate(Math.abs(rate)))
