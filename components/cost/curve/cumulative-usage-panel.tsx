import { useMemo } from 'react'
import { type CsvColumns, toCsvRows } from '#lib/contract/csv.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { createLazyPlot } from '../../charts/plot/lazy-plot.tsx'
import { buildPlotDownloads } from '../../charts/plot/plot-files.ts'
import { PlotFrame } from '../../charts/plot/plot-frame.tsx'
import { formatInstant } from '../../format/instant.ts'
import { useEndpointQuery } from '../../data/index.ts'
import { formatBytes, formatCountWithPlural } from '../../format/quantity.ts'
import { QueryStateView, SkeletonRows } from '../../ui/answer-view.tsx'
import { useRealNow } from '../../ui/times/page-clock.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { CircuitDetail } from '../review/circuit-detail.tsx'
import type { CostReviewRow } from '../review/review-rows.ts'
import { CircuitSelect } from '../circuit-select.tsx'
import { formatCurveTitle } from './cost-curve-panel.tsx'
import { type CumulativeUsage, computeCumulativeUsage } from './cumulative-usage.ts'
import { buildCumulativePoints, formatCumulativeUsageLines } from './cumulative-points.ts'

const CumulativePlot = createLazyPlot(() => import('./cumulative-usage-plot.tsx'))

/**
 * Chart of the cumulative billable bytes of the month with the forecast. A line marks the break-even, above which the
 * plan Unlimited is cheaper.
 */
export function CumulativeUsagePanel({
  projection,
  circuits,
  onCircuit,
}: {
  projection: CostReviewRow
  circuits: readonly CostProjection[]
  onCircuit: (id: string) => void
}) {
  const { circuitId, month, name } = projection
  const now = useRealNow(MS_PER_MINUTE)
  const to = Math.min(Date.parse(month.to), now)
  const query = useEndpointQuery('circuits/{id}/usage', {
    id: circuitId,
    from: month.from,
    to: to === now ? null : month.to,
    step: 'hour',
    path: null,
  })
  return (
    <Panel
      title={`Billable bytes of ${name}`}
      note="from Azure, both paths, cumulative over the month"
      aside={<CircuitSelect circuits={circuits} circuitId={circuitId} onCircuit={onCircuit} />}
    >
      <QueryStateView query={query} skeleton={<SkeletonRows rows={8} />}>
        {({ data }) => (
          <CircuitDetail
            row={projection}
            errorPanel={formatCurveTitle(name)}
            // The usage of the previous circuit is a placeholder.
            isLoading={query.isPlaceholderData}
          >
            {(full) => <Chart line={computeCumulativeUsage(full, data.points, now)} projection={full} />}
          </CircuitDetail>
        )}
      </QueryStateView>
    </Panel>
  )
}

function Chart({ line, projection }: { line: CumulativeUsage; projection: CostProjection }) {
  const zone = useZone()
  const points = useMemo(() => buildCumulativePoints(line), [line])
  const stops = useMemo(() => points.map(({ at }) => ({ from: at, to: at })), [points])
  const { name, month } = projection
  const files = buildPlotDownloads({
    what: `billable bytes of ${name}`,
    name: `billable-bytes-${name}`,
    range: month,
    zone,
    note: 'full line: measured, broken line and band: forecast',
    rows: () => toCsvRows(fileColumns, points),
  })
  return (
    <figure>
      <PlotFrame
        label={`Billable bytes of ${name}`}
        files={files}
        className="h-60 print:h-44"
        domain={[line.from, line.to]}
        stops={stops}
        read={(index) => {
          const point = points[index]
          return point
            ? { title: formatInstant(point.at, zone), lines: formatCumulativeUsageLines(point) }
            : { title: '', lines: [] }
        }}
      >
        <CumulativePlot line={line} />
      </PlotFrame>
      <figcaption className="mt-2 text-xs text-ink-2">{words(projection)}</figcaption>
    </figure>
  )
}

const fileColumns: CsvColumns<ReturnType<typeof buildCumulativePoints>[number]> = {
  'Time (UTC)': ({ at }) => new Date(at).toISOString(),
  'Measured so far (bytes)': ({ measured }) => measured,
  'Forecast p10 (bytes)': ({ band }) => band?.[0] ?? null,
  'Forecast p50 (bytes)': ({ likely }) => likely,
  'Forecast p90 (bytes)': ({ band }) => band?.[1] ?? null,
}

/** Describes the chart of billable bytes as text. */
function words({ billedBytesToDate, forecast, breakEvenBytes, forecastBasis, gaps }: CostProjection): string {
  const soFar = `${formatBytes(billedBytesToDate)} so far (full line)`
  const ahead = forecast
    ? `, likely ${formatBytes(forecast.p50)} at the end of the month (broken line), between ${formatBytes(forecast.p10)} and ${formatBytes(forecast.p90)} (band)`
    : ''
  const even =
    breakEvenBytes === null ? '' : ` Above ${formatBytes(breakEvenBytes)} (dotted line) Unlimited is the cheaper plan.`
  return `${soFar}${ahead}.${even}${formatGap(gaps)} ${forecastBasis}`
}

/**
 * Describes the times without measurements; empty if there are none. Missing bytes are not estimated, but the text
 * contains an upper bound for them if it is known.
 */
function formatGap(gaps: CostProjection['gaps']): string {
  if (gaps.length === 0) return ''
  const hours = gaps.reduce((sum, { seconds }) => sum + seconds, 0) / 3_600
  const bounds = gaps.map(({ atMostBytes }) => atMostBytes)
  const most = bounds.every((bound) => bound !== null) ? bounds.reduce((sum, bound) => sum + BigInt(bound), 0n) : null
  const atMost = most === null ? '' : `; between 0 and ${formatBytes(String(most))} passed in that time`
  return ` ${hours < 1 ? 'Under an hour' : `${Math.round(hours)} h`} in ${formatCountWithPlural(gaps.length, 'gap')} (hatched) not measured${atMost}.`
}
