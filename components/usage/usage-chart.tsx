'use client'

import { useMemo } from 'react'
import type { UsageAnswer } from '#lib/contract/index.ts'
import { lazyPlot } from '../charts/plot/lazy-plot.tsx'
import type { PlotFiles } from '../charts/plot/plot-files.ts'
import { PlotFrame } from '../charts/plot/plot-frame.tsx'
import { type LegendEntry, PlotLegend } from '../charts/plot/plot-legend.tsx'
import { useNowInSteps } from '../ui/clock.tsx'
import { useZone } from '../ui/preferences.tsx'
import { bandwidthLimits } from './bandwidth-limits.ts'
import { rateWords, usageReading } from './usage-reading.ts'
import { chartTop, highestOf, type UsageColumn, usageColumns } from './usage-series.ts'
import { stepWords } from './usage-words.ts'

const UsagePlot = lazyPlot(() => import('./usage-plot.tsx'))

/** Traffic over time against one path's bandwidth and the burst. Gaps are hatched, never zero; each point is reachable by keyboard. */
export function UsageChart({
  usage,
  end,
  bandwidthMbps,
  toBandwidth,
  label,
  files,
}: {
  usage: UsageAnswer
  /** epoch milliseconds */
  end: number
  bandwidthMbps: number | null
  toBandwidth: boolean
  label: string
  files: PlotFiles
}) {
  const zone = useZone()
  const today = useNowInSteps(60_000)
  const columns = useMemo(() => usageColumns(usage, end), [usage, end])
  const bandwidth = bandwidthMbps === null ? null : bandwidthMbps * 1e6
  const domain = [columns[0]?.from ?? end, columns.at(-1)?.to ?? end] as const
  return (
    <PlotFrame
      label={label}
      files={files}
      className="h-64"
      domain={domain}
      stops={columns}
      read={(index) => usageReading(columns[index], bandwidth, zone, today)}
      legend={<PlotLegend entries={legendOf(columns)}>{`peak of the ${stepWords(usage.step)} averages`}</PlotLegend>}
    >
      <UsagePlot
        columns={columns}
        domain={domain}
        top={chartTop(highestOf(columns), bandwidth, toBandwidth)}
        limits={bandwidthLimits(bandwidthMbps)}
      />
    </PlotFrame>
  )
}

function legendOf(columns: readonly UsageColumn[]): LegendEntry[] {
  const peak = (rates: (number | null)[]) => {
    const known = rates.filter((rate) => rate !== null)
    return rateWords(known.length === 0 ? null : Math.max(...known))
  }
  const some = (holds: (column: UsageColumn) => boolean, entry: LegendEntry) => (columns.some(holds) ? [entry] : [])
  return [
    { name: 'To Azure', shape: 'line', ink: 'series-2', value: peak(columns.map((column) => column.in)) },
    { name: 'From Azure (billed)', shape: 'area', ink: 'series-1', value: peak(columns.map(({ out }) => out)) },
    ...some(({ metric }) => metric, { name: 'from Azure Monitor’s metrics', shape: 'base', ink: 'series-4' }),
    ...some(({ seen }) => seen === 'none', { name: 'no data', shape: 'gap' }),
    ...some(({ seen }) => seen === 'part', { name: 'partial data', shape: 'partial' }),
    ...some(({ atLeast }) => atLeast, { name: 'a counter was reset: lower bound', shape: 'mark', value: '≥' }),
  ]
}
