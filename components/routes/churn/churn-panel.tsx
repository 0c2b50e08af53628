import { useMemo } from 'react'
import { type CsvColumns, toCsvRows } from '#lib/contract/csv.ts'
import type { ApiRouteChurn } from '#lib/routes/api/index.ts'
import { createLazyPlot } from '../../charts/plot/lazy-plot.tsx'
import { buildPlotDownloads } from '../../charts/plot/plot-files.ts'
import { PlotFrame } from '../../charts/plot/plot-frame.tsx'
import type { LegendEntry } from '../../charts/plot/plot-legend.tsx'
import { useEndpointQuery } from '../../data/index.ts'
import { formatCountWithSeparators, formatCountWithPlural } from '../../format/quantity.ts'
import { ResourceNotesProvider } from '../../note-writing/resource-notes-provider.tsx'
import { FoldedDataGaps } from '../../time/data-gaps.tsx'
import { useTimeZoom } from '../../time/use-time-zoom.ts'
import { formatRangeText, type TimeRange } from '../../time/time-range.ts'
import { QueryStateView } from '../../ui/answer-view.tsx'
import { useRealNow } from '../../ui/times/page-clock.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { churnKinds, describeChurnColumn } from './describe-churn-column.ts'
import { type ChurnColumn, buildChurnColumns, sumChurnByKind } from './churn-series.ts'
import type { ChurnCursors } from '../use-cursors.ts'

const ChurnPlot = createLazyPlot(() => import('./churn-plot.tsx'))

/**
 * Chart of the number of route changes (churn) over a time range. A click on a bar selects the time for which the panel
 * below the chart shows routes. A drag over the chart sets the page's time range.
 */
export function ChurnPanel({
  range,
  scope,
  cursors,
}: {
  range: TimeRange
  scope: string | null
  cursors: ChurnCursors
}) {
  const churn = useEndpointQuery('routes/churn', { scope, from: range.from, to: range.to })
  const now = useRealNow(10_000)
  const zone = useZone()
  return (
    <Panel
      title="Route changes"
      note={<span suppressHydrationWarning>{formatRangeText(range, zone, now)}</span>}
      answer={churn.data}
    >
      <QueryStateView query={churn} skeleton={<div className="skeleton h-64 sm:h-[10.5rem]" />}>
        {({ data, uncovered, uncoveredOmitted }) => (
          // Minimum height that fits the chart with the longest legend on a phone, so that the content below does not
          // move when the chart is loaded.
          <div className="max-sm:min-h-64">
            <ResourceNotesProvider place={{ scopes: scope === null ? null : [scope], name: 'this table' }}>
              <ChurnChart churn={data} cursors={cursors} range={range} label="Time of the tables, on the churn chart" />
            </ResourceNotesProvider>
            <div className="-mx-3.5 mt-2 -mb-3.5">
              <FoldedDataGaps intervals={uncovered} omitted={uncoveredOmitted} />
            </div>
          </div>
        )}
      </QueryStateView>
    </Panel>
  )
}

const letters = ['A', 'B']

function ChurnChart({
  churn,
  cursors,
  range,
  label,
}: {
  churn: ApiRouteChurn
  cursors: ChurnCursors
  range: TimeRange
  label: string
}) {
  const zone = useZone()
  const now = useRealNow(60_000)
  const columns = useMemo(() => buildChurnColumns(churn, Math.min(Date.parse(churn.to), now)), [churn, now])
  const from = Date.parse(churn.from)
  const domain = [from, columns.at(-1)?.to ?? from] as const
  const { moments, onPick } = cursors
  const legend = useMemo(() => legendOf(columns), [columns])
  const marks = moments.map((at, index) => ({ at, ...(moments.length > 1 && { word: letters[index] ?? '' }) }))
  return (
    <PlotFrame
      label={label}
      files={buildPlotDownloads({
        what: 'route churn',
        name: 'route-churn',
        range,
        zone,
        note: 'above zero: announced, changed; below: withdrawn; hatched: no data',
        rows: () => toCsvRows(fileColumns(churn.stepSeconds), churn.points),
      })}
      className="h-28"
      domain={domain}
      time={useTimeZoom()}
      stops={columns}
      read={(index) => describeChurnColumn(columns[index], zone, now)}
      onPick={(index) => {
        const column = columns[index]
        if (column) onPick(column.to)
      }}
      legend={legend}
      legendNote={`${formatStep(churn.stepSeconds)} a bar`}
    >
      <ChurnPlot columns={columns} domain={domain} moments={marks} />
    </PlotFrame>
  )
}

function legendOf(columns: readonly ChurnColumn[]): LegendEntry[] {
  const totals = sumChurnByKind(columns)
  return [
    ...churnKinds.map(({ name, ink }) => ({
      name,
      shape: 'bar' as const,
      ink,
      value: formatCountWithSeparators(totals[name]),
      keys: [name],
    })),
    ...(columns.some(({ seen }) => seen === 'none') ? [{ name: 'no data', shape: 'gap' as const }] : []),
    ...(columns.some(({ seen }) => seen === 'part') ? [{ name: 'partial data', shape: 'partial' as const }] : []),
  ]
}

const fileColumns = (stepSeconds: number): CsvColumns<ApiRouteChurn['points'][number]> => ({
  'Start (UTC)': ({ start }) => start,
  Announced: ({ announced }) => announced,
  Changed: ({ changed }) => changed,
  Withdrawn: ({ withdrawn }) => withdrawn,
  'Of these after a session came up': ({ initialDump }) => initialDump,
  'Step (s)': () => stepSeconds,
  'Covered (s)': ({ coveredSeconds }) => Math.round(coveredSeconds),
})

/** Formats the length of a column of the churn chart in days, hours, minutes or seconds. */
function formatStep(seconds: number): string {
  if (seconds % 86_400 === 0) return formatCountWithPlural(seconds / 86_400, 'day')
  if (seconds % 3600 === 0) return formatCountWithPlural(seconds / 3600, 'hour')
  return seconds % 60 === 0 ? formatCountWithPlural(seconds / 60, 'minute') : formatCountWithPlural(seconds, 'second')
}
