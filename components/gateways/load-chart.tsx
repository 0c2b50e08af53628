import { useMemo } from 'react'
import { type CsvColumns, toCsvRows } from '#lib/contract/csv.ts'
import type { GatewayLoad, GatewayLoadSeries } from '#lib/gateways/api/index.ts'
import { createLazyPlot } from '../charts/plot/lazy-plot.tsx'
import { buildPlotDownloads } from '../charts/plot/plot-files.ts'
import { findPendingRanges } from '../charts/column-ranges.ts'
import { useTimeZoom } from '../time/use-time-zoom.ts'
import { PlotFrame } from '../charts/plot/plot-frame.tsx'
import { useToday } from '../ui/times/page-clock.tsx'
import { useZone } from '../ui/preferences.tsx'
import { computeAxisTop } from '../charts/plot/value-ticks.ts'
import {
  findHighestGatewayLoad,
  type GatewayLoadColumn,
  buildGatewayLoadColumns,
  findGatewayLoadGaps,
  describeGatewayLoadColumn,
  gatewayLoadFormatters,
  mapPreviousWeekMeans,
} from './load-series.ts'

const LoadPlot = createLazyPlot(() => import('./load-plot.tsx'))

export const gatewayLoadTitles: Record<GatewayLoad['name'], string> = {
  cpu: 'CPU, busiest instance',
  flows: 'Flows',
  bits: 'Received from on-premises',
  packets: 'Packets received per second',
  machines: 'Machines in its networks, at the most',
  flowsCreated: 'New flows per second, at the most',
}

/** Chart of one load metric of a gateway over time, with the limit of its SKU. */
export function GatewayLoadChart({
  gateway,
  series,
  metric,
  metricBefore,
  asOf,
  range,
}: {
  /** name of the gateway */
  gateway: string
  series: GatewayLoadSeries
  metric: GatewayLoadSeries['metrics'][number]
  /** values of the same metric in the week before; undefined = no comparison */
  metricBefore: GatewayLoadSeries['metrics'][number] | undefined
  /** time of the response, epoch milliseconds */
  asOf: number
  /** time range of the chart, ISO 8601; `to` null = until now */
  range: { from: string; to: string | null }
}) {
  const zone = useZone()
  const today = useToday()
  const columns = useMemo(() => buildGatewayLoadColumns(metric, series, asOf), [metric, series, asOf])
  const before = useMemo(() => mapPreviousWeekMeans(metricBefore), [metricBefore])
  const { name, limit } = metric
  const domain = useMemo(() => [Date.parse(series.from), Date.parse(series.to)] as const, [series.from, series.to])
  const pending = useMemo(() => findPendingRanges(columns, domain, asOf), [columns, domain, asOf])
  const write = gatewayLoadFormatters[name]
  const most = Math.max(0, ...metric.points.map(({ instances }) => instances))
  const label = `${gatewayLoadTitles[name]} of ${gateway}`
  const newest = columns.findLast(({ average }) => average !== null)
  const writtenAs = (value: number | null | undefined) => (typeof value === 'number' ? { value: write(value) } : {})
  const gapName = [
    ...(findGatewayLoadGaps(columns).length > 0 ? ['no data'] : []),
    ...(pending.length > 0 ? ['not reported yet'] : []),
  ].join(', ')
  const hasPeak = columns.some(({ peak }) => peak !== null)
  return (
    <PlotFrame
      label={label}
      files={buildPlotDownloads({
        what: label,
        name: `load-${name}-${gateway}`,
        range,
        zone,
        note: `line: ${stepMinutes(series)}-minute averages${hasPeak ? ', area: up to what no moment was above' : ''}, hatched: ${gapName || 'no data'}`,
        rows: () => toCsvRows(fileColumns(name, series.stepSeconds), columns),
      })}
      className="h-44"
      domain={domain}
      time={useTimeZoom()}
      stops={columns}
      read={(index) =>
        describeGatewayLoadColumn(columns[index], metric, {
          most,
          zone,
          today,
          before: before.get(columns[index]?.from ?? 0),
        })
      }
      legend={[
        { name: 'average', shape: 'line', ink: 'series-1', keys: ['average'], ...writtenAs(newest?.average) },
        ...(hasPeak
          ? [
              {
                name: 'at most',
                shape: 'area' as const,
                ink: 'series-1' as const,
                keys: ['band'],
                ...writtenAs(newest?.peak),
              },
            ]
          : []),
        ...(before.size > 0
          ? [{ name: 'a week before', shape: 'line' as const, ink: 'ink-3' as const, keys: ['before'] }]
          : []),
        ...(gapName ? [{ name: gapName, shape: 'gap' as const }] : []),
      ]}
      legendNote={newest && `newest ${stepMinutes(series)} min`}
    >
      <LoadPlot
        columns={columns}
        before={before}
        pending={pending}
        domain={domain}
        top={computeAxisTop(Math.max(findHighestGatewayLoad(columns), ...before.values()), limit)}
        limits={limit === null ? [] : [{ value: limit, words: `limit ${write(limit)}` }]}
        write={write}
      />
    </PlotFrame>
  )
}

const stepMinutes = ({ stepSeconds }: Pick<GatewayLoadSeries, 'stepSeconds'>) => stepSeconds / 60

type SeriesName = GatewayLoadSeries['metrics'][number]['name']
const csvUnits: Record<SeriesName, string> = { cpu: '%', flows: 'flows', bits: 'bit/s', packets: '1/s' }
const fileColumns = (name: SeriesName, stepSeconds: number): CsvColumns<GatewayLoadColumn> => ({
  'Start (UTC)': ({ from }) => new Date(from).toISOString(),
  'Step (s)': () => stepSeconds,
  [`Average (${csvUnits[name]})`]: ({ average }) => average,
  [`At most (${csvUnits[name]})`]: ({ peak }) => peak,
  'Instances reporting': ({ instances }) => instances,
})
