import { useMemo } from 'react'
import type { CircuitPath } from '#lib/contract/index.ts'
import type { UsageResponse } from '#lib/usage/api/index.ts'
import { createLazyPlot } from '../charts/plot/lazy-plot.tsx'
import type { PlotDownloads } from '../charts/plot/plot-files.ts'
import { PlotFrame } from '../charts/plot/plot-frame.tsx'
import { computeAxisTop } from '../charts/plot/value-ticks.ts'
import type { LegendEntry } from '../charts/plot/plot-legend.tsx'
import { useToday } from '../ui/times/page-clock.tsx'
import { useZone } from '../ui/preferences.tsx'
import { useTimeZoom } from '../time/use-time-zoom.ts'
import { createBandwidthLimits } from './bandwidth-limits.ts'
import { formatRate, describeUsageColumn, usageEntryNames } from './usage-reading.ts'
import { mapPreviousWeekColumns, findHighestRate, type UsageColumn, buildUsageColumns } from './usage-series.ts'
import { formatUsageStep } from './usage-text.ts'
import { type UsualRateRange, findUsualRateRange } from '#lib/usage/api/usual-band.ts'

const UsagePlot = createLazyPlot(() => import('./usage-plot.tsx'))

/**
 * Chart of a circuit's traffic over time, to Azure above zero and from Azure below. It is compared with the bandwidth
 * of one path, the burst rate, and the usual range. Times without data are hatched and never drawn as zero. Each point
 * can be reached by keyboard.
 */
export function UsageChart({
  usage,
  end,
  bandwidthMbps,
  toBandwidth,
  bands,
  incidents,
  before: usageBefore,
  paths: usageOfPaths,
  label,
  files,
}: {
  usage: UsageResponse
  /** end of the chart, epoch milliseconds */
  end: number
  bandwidthMbps: number | null
  toBandwidth: boolean
  /** usual range of the traffic for each hour of the day in UTC; empty = unknown */
  bands: readonly UsualRateRange[]
  /** times of outages, epoch milliseconds */
  incidents: readonly { from: number; to: number }[]
  /** traffic of the previous week; undefined = no comparison */
  before: UsageResponse | undefined
  /** traffic of each path, if the chart shows the sum of both paths */
  paths: readonly { path: CircuitPath; usage: UsageResponse }[]
  label: string
  files: PlotDownloads
}) {
  const zone = useZone()
  const today = useToday()
  const columns = useMemo(() => buildUsageColumns(usage, end), [usage, end])
  const before = useMemo(() => mapPreviousWeekColumns(usageBefore, end), [usageBefore, end])
  const paths = useMemo(
    () =>
      usageOfPaths.map(({ path, usage: own }) => ({
        path,
        columnsByStart: new Map(buildUsageColumns(own, end).map((column) => [column.from, column])),
      })),
    [usageOfPaths, end],
  )
  const legend = useMemo(() => legendOf(columns, bands, incidents, before), [columns, bands, incidents, before])
  const bandwidth = bandwidthMbps === null ? null : bandwidthMbps * 1e6
  const usual = (column: UsageColumn) => findUsualRateRange(bands, column)
  const highest = (side: 'in' | 'out') =>
    Math.max(findHighestRate(columns, side, usual), findHighestRate([...before.values()], side))
  const domain = [columns[0]?.from ?? end, columns.at(-1)?.to ?? end] as const
  return (
    <PlotFrame
      label={label}
      files={files}
      className="h-80"
      domain={domain}
      time={useTimeZoom()}
      stops={columns}
      read={(index) => {
        const column = columns[index]
        const start = column?.from ?? 0
        return describeUsageColumn(column, bandwidth, zone, today, {
          before: before.get(start),
          usual: column && usual(column),
          paths: paths.flatMap(({ path, columnsByStart }) => {
            const own = columnsByStart.get(start)
            return own ? [{ path, column: own }] : []
          }),
        })
      }}
      legend={legend}
      // minimum height, because the usual range and the incidents are loaded later and then add entries to the legend
      legendClassName="sm:min-h-13"
      legendNote={`${formatUsageStep(usage.step)} averages`}
    >
      <UsagePlot
        columns={columns}
        domain={domain}
        top={computeAxisTop(highest('in'), bandwidth, toBandwidth)}
        bottom={-computeAxisTop(highest('out'), bandwidth, toBandwidth)}
        limits={createBandwidthLimits(bandwidthMbps)}
        bands={bands}
        incidents={incidents}
        before={before}
      />
    </PlotFrame>
  )
}

function legendOf(
  columns: readonly UsageColumn[],
  bands: readonly UsualRateRange[],
  incidents: readonly unknown[],
  before: ReadonlyMap<number, UsageColumn>,
): LegendEntry[] {
  const peak = (rates: (number | null)[]) => {
    const known = rates.filter((rate) => rate !== null)
    return known.length === 0 ? 'unknown' : `peak ${formatRate(Math.max(...known))}`
  }
  const some = (holds: (column: UsageColumn) => boolean, entry: LegendEntry) => (columns.some(holds) ? [entry] : [])
  return [
    {
      name: usageEntryNames.in,
      shape: 'area',
      ink: 'series-2',
      value: peak(columns.map((column) => column.in)),
      keys: ['to', 'toMetric', 'areaTo'],
    },
    {
      name: usageEntryNames.out,
      shape: 'area',
      ink: 'series-1',
      value: peak(columns.map(({ out }) => out)),
      keys: ['from', 'fromMetric', 'areaFrom'],
    },
    ...(bands.some((band) => band.in || band.out)
      ? [
          {
            name: usageEntryNames.usual,
            shape: 'band' as const,
            ink: 'series-2' as const,
            keys: ['usualTo', 'usualFrom'],
          },
        ]
      : []),
    ...([...before.values()].some((column) => column.in !== null || column.out !== null)
      ? [
          {
            name: usageEntryNames.before,
            shape: 'line' as const,
            ink: 'ink-3' as const,
            keys: ['beforeTo', 'beforeFrom'],
          },
        ]
      : []),
    ...(incidents.length > 0 ? [{ name: 'incident', shape: 'band' as const, ink: 'series-5' as const }] : []),
    ...some(({ metric }) => metric, { name: 'Azure Monitor', shape: 'base', ink: 'series-4' }),
    ...some(({ seen }) => seen === 'none', { name: 'no data', shape: 'gap' }),
    ...some(({ seen }) => seen === 'part', { name: 'partial data', shape: 'partial' }),
    ...some(({ atLeast }) => atLeast, { name: 'a counter was reset: lower bound', shape: 'mark', value: '≥' }),
  ]
}
