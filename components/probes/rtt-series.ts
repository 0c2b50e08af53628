import { MINUTE } from '#lib/contract/time/time.ts'
import type { Probe } from '#lib/networks/api/index.ts'
import type { PlotGap, PlotReading } from '../charts/plot/plot-model.ts'
import { type StepPoint, steppedPoints } from '../charts/plot/stepped-points.ts'
import { runRanges } from '../charts/runs.ts'
import { METRIC_DELAY_MS } from '../data/metric-delay.ts'
import type { SeriesName } from '../charts/series-ink.ts'
import { formatRange } from '../format/instant.ts'
import { formatRtt, formatShare } from '../format/quantity.ts'

/** What fits a chart: longer ranges have longer columns, each with its lowest and highest time. */
const MAX_COLUMNS = 300
/** The colours of tests; the one that is left out marks failed checks. */
const testInks = ['series-1', 'series-3', 'series-2', 'series-5', 'series-6'] as const
export const testInk = (index: number): SeriesName => testInks[index % testInks.length] ?? testInks[0]
/** Every second test is dashed: lines that lie on each other stay visible. */
export const isDashed = (index: number): boolean => index % 2 === 1
export const FAILED_INK: SeriesName = 'series-4'

/** One test in one column, ms; the times are null where every check failed. */
interface Measured {
  low: number | null
  high: number | null
  mean: number | null
  /** largest share of failed checks in one bucket; null = not reported */
  failed: number | null
}

export interface RttColumn {
  /** epoch milliseconds, as is `to` */
  from: number
  to: number
  /** by test, in order; null = nothing was measured */
  tests: (Measured | null)[]
}

/** Deduplicates tests, which are reported for the gateway and for the circuit behind it. */
export const distinctTests = (probes: readonly Probe[]): Probe[] => [
  ...new Map(probes.map((probe) => [`${probe.scope} ${probe.test}`, probe])).values(),
]

/** The tests to draw: those that failed most, then those with the longest times, as many as there are colours. */
export function shownTests(probes: readonly Probe[]): Probe[] {
  const worst = ({ points }: Probe) => [
    points.reduce((most, { failedShare }) => Math.max(most, failedShare ?? 0), 0),
    points.reduce((most, { roundTripMs }) => Math.max(most, roundTripMs ?? 0), 0),
  ]
  return probes
    .filter(({ points }) => points.length > 0)
    .map((probe) => ({ probe, worst: worst(probe) }))
    .sort(({ worst: [a = 0, b = 0] }, { worst: [c = 0, d = 0] }) => c - a || d - b)
    .slice(0, testInks.length)
    .map(({ probe }) => probe)
}

export const testName = ({ source, destination }: Probe): string =>
  `${source.name || source.address} → ${destination.name || destination.address}`

/** Length of one column, ms: whole minutes, which is how often Azure measures at the most. */
export const columnLength = (start: number, end: number): number =>
  Math.max(MINUTE, Math.ceil((end - start) / MAX_COLUMNS / MINUTE) * MINUTE)

/** Columns over a range up to what must have come by `asOf`, all edges in epoch milliseconds. */
export function rttColumns(
  probes: readonly Probe[],
  [start, end]: readonly [number, number],
  asOf: number,
): RttColumn[] {
  const length = columnLength(start, end)
  const first = Math.floor(start / length) * length
  const buckets = probes.map(({ points }) =>
    Map.groupBy(points, ({ at }) => Math.floor((Date.parse(at) - first) / length)),
  )
  const due = Math.floor((Math.min(end, asOf - METRIC_DELAY_MS) - first) / length)
  const count = Math.max(due, ...buckets.flatMap((found) => [...found.keys()].map((index) => index + 1)), 0)
  return Array.from({ length: count }, (_, index) => ({
    from: first + index * length,
    to: first + (index + 1) * length,
    tests: buckets.map((found) => measured(found.get(index))),
  }))
}

function measured(points: Probe['points'] | undefined): Measured | null {
  if (!points) return null
  const times = points.flatMap(({ roundTripMs }) => roundTripMs ?? [])
  const bounds = points.flatMap(({ roundTripBetween }) => (roundTripBetween ? [roundTripBetween] : []))
  const shares = points.flatMap(({ failedShare }) => failedShare ?? [])
  const isKnown = times.length > 0
  return {
    low: isKnown ? Math.min(...bounds.map(([least]) => least)) : null,
    high: isKnown ? Math.max(...bounds.map(([, most]) => most)) : null,
    mean: isKnown ? times.reduce((sum, time) => sum + time, 0) / times.length : null,
    failed: shares.length > 0 ? Math.max(...shares) : null,
  }
}

export const highestRtt = (columns: readonly RttColumn[]): number =>
  columns.reduce((most, { tests }) => tests.reduce((high, test) => Math.max(high, test?.high ?? 0), most), 0)

type Values = Record<string, number | [number, number] | null>

/** Of each test the mean, `mean0`, and the band of its lowest and highest time, `band0`. */
export const rttPoints = (columns: readonly RttColumn[]): StepPoint<Values>[] =>
  steppedPoints(
    columns,
    ({ tests }): Values =>
      Object.fromEntries(
        tests.flatMap((test, index): [string, Values[string]][] => {
          const { mean = null, low = null, high = null } = test ?? {}
          return [
            [`mean${index}`, mean],
            [`band${index}`, low === null || high === null ? null : [low, high]],
          ]
        }),
      ),
  )

/** Where no test measured anything. */
export const rttGaps = (columns: readonly RttColumn[]): PlotGap[] =>
  runRanges(columns, ({ tests }) => tests.every((test) => test === null))

/** Where checks of some test failed. */
export const failedRanges = (columns: readonly RttColumn[]) =>
  runRanges(columns, ({ tests }) => tests.some((test) => (test?.failed ?? 0) > 0))

/** A column of the chart as text. @param today epoch milliseconds */
export function rttReading(
  column: RttColumn | undefined,
  names: readonly string[],
  zone: string,
  today: number,
): PlotReading {
  if (!column) return { title: '', lines: [] }
  const { from, to, tests } = column
  return {
    title: formatRange(from, to, zone, today),
    lines: names.map((name, index) => ({ name, value: formatTest(tests[index] ?? null), ink: testInk(index) })),
    notes: tests.every((test) => test === null) ? ['no data'] : [],
  }
}

function formatTest(test: Measured | null): string {
  if (test === null) return 'unknown'
  const { low, high, failed } = test
  const [least, most] = [low === null ? null : formatRtt(low), high === null ? null : formatRtt(high)]
  const time = least === null || most === null ? 'no answer' : least === most ? most : `${least} to ${most}`
  return failed !== null && failed > 0 ? `${time}, ${formatShare(failed)} failed` : time
}
