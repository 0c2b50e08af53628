import { type CsvColumns, toCsvRows } from '#lib/contract/csv.ts'
import { type UsualRateRange, computeUsualRateRanges, computeUsualTrafficRange } from '#lib/usage/api/usual-band.ts'
import { useQueries, useQuery } from '@tanstack/react-query'
import { parseAsBoolean, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useMemo, useState } from 'react'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { UsageResponse, TimeAboveRate } from '#lib/usage/api/index.ts'
import { buildPlotDownloads } from '../charts/plot/plot-files.ts'
import { createEndpointQuery, useEndpointQuery } from '../data/index.ts'
import { DataGaps } from '../time/data-gaps.tsx'
import { resolveRangeEdges, computeRangeWeekBefore } from '../time/time-range.ts'
import { CompareToggle, useIsComparing } from '../time/compare-toggle.tsx'
import { useTimeRange } from '../time/use-time-range.ts'
import { QueryStateView, EmptyNote } from '../ui/answer-view.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { SelectField } from '../ui/field.tsx'
import { Panel, PanelFactGrid } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { UsageChart } from './usage-chart.tsx'
import { findOutageRanges, chooseUsageStep } from './usage-series.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import { formatBandwidth } from '../format/quantity.ts'
import { ByteCount } from '../ui/facts/quantities.tsx'
import { formatTimeAboveRate, formatUsageDisagreement } from './usage-text.ts'

const paths = ['primary', 'secondary'] as const
const choices = [
  { value: '', label: 'Both paths (sum)' },
  { value: 'primary', label: 'Primary path' },
  { value: 'secondary', label: 'Secondary path' },
]

const NO_BANDS: UsualRateRange[] = []

/** Panel with the traffic of a circuit over the time range. */
export function UsagePanel({ circuit }: { circuit: Pick<Circuit, 'id' | 'name' | 'bandwidthMbps'> }) {
  const { range } = useTimeRange()
  const [{ path, toBandwidth }, setAddress] = useQueryStates(
    { path: parseAsStringLiteral(paths), toBandwidth: parseAsBoolean.withDefault(false) },
    { urlKeys: { toBandwidth: 'bandwidth' }, history: 'replace' },
  )
  const zone = useZone()
  const now = useRealNow(10_000)
  const [from, to] = resolveRangeEdges(range, now)
  const asked = { id: circuit.id, from: range.from, to: range.to, step: chooseUsageStep(from, to, now) }
  const usage = useEndpointQuery('circuits/{id}/usage', { ...asked, path })
  const isCompared = useIsComparing()
  const before = useQuery({
    ...createEndpointQuery('circuits/{id}/usage', {
      ...asked,
      ...computeRangeWeekBefore(range, now),
      path,
    }),
    enabled: isCompared,
  })
  const bands = useUsualBands(circuit.id, from, to, path)
  const [isRead, setRead] = useState(false)
  const ofPaths = useUsageOfPaths(asked, isRead && path === null)
  const incidents = useIncidentRanges(circuit.id, from, to)
  return (
    <Panel id="usage" title="Traffic" answer={usage.data}>
      <div className="mb-3 flex flex-wrap items-end gap-3">
        <SelectField
          label="Path"
          className="w-40"
          value={path ?? ''}
          onChange={({ target }) => void setAddress({ path: paths.find((known) => known === target.value) ?? null })}
          options={choices}
        />
        {circuit.bandwidthMbps !== null && (
          <label className="flex h-7 items-center gap-1.5 text-xs">
            <input
              type="checkbox"
              className="size-3.5 accent-ink"
              checked={toBandwidth}
              onChange={({ target }) => void setAddress({ toBandwidth: target.checked || null })}
            />
            Scale to bandwidth
          </label>
        )}
        <CompareToggle />
      </div>
      <QueryStateView query={usage} skeleton={<div className="skeleton h-[24rem]" />}>
        {({ data, asOf, uncovered, uncoveredOmitted }) =>
          data.points.some(({ coveredSeconds }) => coveredSeconds > 0) ? (
            <div onPointerEnter={() => setRead(true)} onFocus={() => setRead(true)}>
              <UsageChart
                usage={data}
                end={range.to === null ? Date.parse(asOf) : Math.min(Date.parse(range.to), Date.parse(asOf))}
                bandwidthMbps={circuit.bandwidthMbps}
                toBandwidth={toBandwidth}
                // If the chart is compared with the previous week, the usual range is not drawn.
                bands={isCompared ? NO_BANDS : bands}
                incidents={incidents}
                before={isCompared ? before.data?.data : undefined}
                paths={ofPaths}
                label={`Traffic of ${circuit.name}`}
                files={buildPlotDownloads({
                  what: `usage of ${circuit.name}${path ? `, ${path} path` : ''}`,
                  name: `usage-${circuit.name}`,
                  range,
                  zone,
                  note: 'above: to Azure, below: from Azure (billable), hatched: no data',
                  rows: () => toCsvRows(fileColumns, data.points),
                })}
              />
              <UsageTotals usage={data} />
              {uncovered && uncovered.length > 0 && (
                <details className="mt-3 text-xs text-ink-2">
                  <summary className="w-fit rounded-xs">Gaps in counter polling</summary>
                  <DataGaps intervals={uncovered} omitted={uncoveredOmitted} most={8} />
                </details>
              )}
            </div>
          ) : (
            <>
              <EmptyNote title="No traffic data in this time range">
                Neither counters nor Azure Monitor metrics cover it. Choose another time range.
              </EmptyNote>
              <DataGaps intervals={uncovered} omitted={uncoveredOmitted} />
            </>
          )
        }
      </QueryStateView>
    </Panel>
  )
}

/**
 * Maximum length in ms of a range in which the usual range is shown. In a longer range, a point of the chart is a whole
 * day or month, but the usual range is defined for each hour of the day.
 */
const USUAL_WITHIN_MS = 41 * 86_400_000
const none: never[] = []

function useUsualBands(id: string, from: number, to: number, path: (typeof paths)[number] | null) {
  const past = computeUsualTrafficRange(from)
  const usage = useQuery({
    ...createEndpointQuery('circuits/{id}/usage', { id, ...past, step: 'hour', path }),
    enabled: to - from <= USUAL_WITHIN_MS,
    refetchInterval: false,
  })
  const points = usage.data?.data.points
  return useMemo(() => (points ? computeUsualRateRanges(points) : none), [points])
}

/**
 * Loads the traffic of each path, which the tooltip shows in addition to the sum.
 * @param isRead whether the user has moved the pointer or the focus to the chart of the sum; otherwise nothing is
 *   loaded
 */
function useUsageOfPaths(
  parameters: { id: string; from: string; to: string | null; step: UsageResponse['step'] },
  isRead: boolean,
) {
  return useQueries({
    queries: paths.map((path) => ({
      ...createEndpointQuery('circuits/{id}/usage', { ...parameters, path }),
      enabled: isRead,
    })),
    combine: combinePaths,
  })
}

/**
 * Returns the traffic of the paths that are loaded. It is defined outside of the hook, so that React Query calls it
 * again only if a response has changed, and otherwise returns the same list.
 */
const combinePaths = (answers: readonly { data: { data: UsageResponse } | undefined; isPlaceholderData: boolean }[]) =>
  answers.flatMap(({ data, isPlaceholderData }, index) => {
    const path = paths[index]
    return data && path && !isPlaceholderData ? [{ path, usage: data.data }] : []
  })

/** Returns the times in a range in which outages of the circuit may have lasted. */
function useIncidentRanges(scope: string, from: number, to: number) {
  const incidents = useEndpointQuery('incidents', { scope, limit: 100 }).data?.data
  return useMemo(() => findOutageRanges(incidents ?? none, { from, to }), [incidents, from, to])
}

const fileColumns: CsvColumns<UsageResponse['points'][number]> = {
  'Start (UTC)': ({ start }) => start,
  'To Azure (bytes)': ({ bytesIn }) => bytesIn,
  'From Azure, billable (bytes)': ({ bytesOut }) => bytesOut,
  'Covered (s)': ({ coveredSeconds }) => coveredSeconds,
  Source: ({ coveredSeconds, source }) => (coveredSeconds > 0 ? source : null),
  'From metrics (s)': ({ metricSeconds }) => metricSeconds,
  'Lower bound': ({ atLeast }) => (atLeast ? 'yes' : 'no'),
}

/**
 * Total traffic in the time range, the time that was measured, the time above the bandwidth of one path, and the
 * difference between the data sources.
 */
function UsageTotals({ usage: { totals, disagreement, aboveOnePath } }: { usage: UsageResponse }) {
  const { bytesIn, bytesOut, coveredSeconds, seconds, metricSeconds, atLeast, unplacedBytesIn, unplacedBytesOut } =
    totals
  const words = formatUsageDisagreement(disagreement)
  const unplaced = BigInt(unplacedBytesIn) > 0n || BigInt(unplacedBytesOut) > 0n
  return (
    <div className="mt-4 border-t pt-3">
      <PanelFactGrid
        facts={[
          ['To Azure', <ByteCount key="in" bytes={bytesIn} atLeast={atLeast} />],
          ['From Azure (billable)', <ByteCount key="out" bytes={bytesOut} atLeast={atLeast} />],
          [
            'Covered',
            seconds > 0 &&
              `${formatDuration(coveredSeconds * 1000, 'round')} of ${formatDuration(seconds * 1000, 'round')}`,
          ],
          [
            'From metrics',
            metricSeconds > 0 ? formatDuration(metricSeconds * 1000, 'round') : 'none: all from counters',
          ],
          ['Above one path', aboveOnePath && formatBoth(aboveOnePath)],
        ]}
      />
      {aboveOnePath && (
        <p className="mt-2 text-xs text-ink-3">
          Above one path: time above {formatBandwidth(aboveOnePath.bandwidthMbps)} (5-min averages)
        </p>
      )}
      {unplaced && (
        <p className="mt-2 text-xs text-ink-2">
          + <ByteCount bytes={unplacedBytesIn} /> to Azure and <ByteCount bytes={unplacedBytesOut} /> from Azure in gaps
          (not drawn)
        </p>
      )}
      {(atLeast || totals.unplacedUnknown) && (
        <p className="mt-2 text-xs text-ink-2">
          A counter fell, or rose by more than its port carries: its bytes of that time are unknown
        </p>
      )}
      {words && <p className="mt-2 text-xs text-ink-2">{words}</p>}
    </div>
  )
}

/** Formats the time above the bandwidth of one path in both directions; if both are equal, the time appears once. */
function formatBoth(time: TimeAboveRate): string {
  const [to, from] = [formatTimeAboveRate(time.in, time), formatTimeAboveRate(time.out, time)]
  return to === from ? to : `to Azure ${to}; from Azure ${from}`
}
