import { useMemo } from 'react'
import { type CsvColumns, toCsvRows } from '#lib/contract/csv.ts'
import type { ConnectionMonitorTest } from '#lib/networks/api/index.ts'
import { createLazyPlot } from '../charts/plot/lazy-plot.tsx'
import { buildPlotDownloads } from '../charts/plot/plot-files.ts'
import { PlotFrame } from '../charts/plot/plot-frame.tsx'
import type { LegendEntry } from '../charts/plot/plot-legend.tsx'
import { findPendingRanges } from '../charts/column-ranges.ts'
import { useEndpointQuery } from '../data/index.ts'
import { resolveRangeEdges, type TimeRange } from '../time/time-range.ts'
import { useTimeZoom } from '../time/use-time-zoom.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { QueryStateView, EmptyNote } from '../ui/answer-view.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import {
  getRttColumnLengthMs,
  removeDuplicateTests,
  FAILED_TEST_COLOR,
  findFailedProbeRanges,
  isTestLineDashed,
  type RttColumn,
  buildRttColumns,
  findRttGaps,
  formatRttReading,
  selectWorstTests,
  getProbeTestColor,
  formatTestName,
} from './rtt-series.ts'
import { formatRtt } from '../format/quantity.ts'

const RttPlot = createLazyPlot(() => import('./rtt-plot.tsx'))

/**
 * Panel with the round-trip times that Azure's connection monitors measured, in tests whose traffic passes the circuit
 * or gateway.
 */
export function ProbesPanel({ scope, name }: { scope: string; name: string }) {
  const { range } = useTimeRange()
  const now = useRealNow(60_000)
  const minutes = getRttColumnLengthMs(...resolveRangeEdges(range, now)) / 60_000
  const probes = useEndpointQuery('probes', { scope, from: range.from, to: range.to, step: `${minutes}m` })
  return (
    <Panel
      id="probes"
      title="Round-trip time"
      note="tests of connection monitors that reach what it carries, in the time range above"
      answer={probes.data}
    >
      <QueryStateView query={probes} skeleton={<div className="skeleton h-[17rem]" />}>
        {({ data, asOf }) => {
          const tests = removeDuplicateTests(data)
          return tests.some(({ points }) => points.length > 0) ? (
            <RttChart name={name} tests={tests} asOf={Date.parse(asOf)} range={range} />
          ) : (
            <EmptyNote title="No test results in this time range">
              No connection monitor reported a test of what {name} carries.
            </EmptyNote>
          )
        }}
      </QueryStateView>
    </Panel>
  )
}

/**
 * Returns the newest mean round-trip time of a test as the `value` of its legend entry; an empty object if there is
 * none.
 */
function newestOf(columns: readonly RttColumn[], test: number): { value?: string } {
  const mean = columns.findLast(({ tests }) => typeof tests[test]?.mean === 'number')?.tests[test]?.mean
  return typeof mean === 'number' ? { value: formatRtt(mean) } : {}
}

function RttChart({
  name,
  tests,
  asOf,
  range,
}: {
  name: string
  tests: readonly ConnectionMonitorTest[]
  /** time of the response, epoch milliseconds */
  asOf: number
  range: TimeRange
}) {
  const zone = useZone()
  const today = useRealNow(60_000)
  const shown = useMemo(() => selectWorstTests(tests), [tests])
  const [from, to] = resolveRangeEdges(range, asOf)
  const columns = useMemo(() => buildRttColumns(shown, [from, to], asOf), [shown, from, to, asOf])
  const pending = useMemo(() => findPendingRanges(columns, [from, to], asOf), [columns, from, to, asOf])
  const names = shown.map(formatTestName)
  const label = `Round-trip time to what ${name} carries`
  const gapName = [
    ...(findRttGaps(columns).length > 0 ? ['no data'] : []),
    ...(pending.length > 0 ? ['not reported yet'] : []),
  ].join(', ')
  const entries: LegendEntry[] = [
    ...names.map((test, index) => ({
      name: test,
      shape: isTestLineDashed(index) ? ('dashed' as const) : ('line' as const),
      ink: getProbeTestColor(index),
      keys: [`mean${index}`, `band${index}`],
      ...newestOf(columns, index),
    })),
    ...(findFailedProbeRanges(columns).length > 0
      ? [{ name: 'checks failed', shape: 'base' as const, ink: FAILED_TEST_COLOR }]
      : []),
    ...(gapName ? [{ name: gapName, shape: 'gap' as const }] : []),
  ]
  return (
    <PlotFrame
      label={label}
      files={buildPlotDownloads({
        what: label,
        name: `round-trip-${name}`,
        range,
        zone,
        note: `${names.join(', ')}; area: lowest to highest, hatched: ${gapName || 'no data'}`,
        rows: () =>
          toCsvRows(
            fileColumns,
            tests.flatMap((probe) => probe.points.map((point) => ({ probe, point }))),
          ),
      })}
      className="h-52"
      domain={[from, to]}
      time={useTimeZoom()}
      stops={columns}
      read={(index) => formatRttReading(columns[index], names, zone, today)}
      legend={entries}
      legendNote={
        shown.length < tests.length &&
        `${shown.length} of ${tests.length} tests, those with most failures and the longest times`
      }
    >
      <RttPlot columns={columns} pending={pending} count={shown.length} domain={[from, to]} />
    </PlotFrame>
  )
}

const fileColumns: CsvColumns<{ probe: ConnectionMonitorTest; point: ConnectionMonitorTest['points'][number] }> = {
  'Start (UTC)': ({ point }) => point.at,
  'Length (s)': ({ point }) => point.seconds,
  Test: ({ probe }) => probe.test,
  Source: ({ probe: { source } }) => source.name || source.address,
  Destination: ({ probe: { destination } }) => destination.name || destination.address,
  'Round-trip time (ms)': ({ point }) => point.roundTripMs,
  'Failed (share)': ({ point }) => point.failedShare,
}
