import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { ConnectionMonitorTest } from '#lib/networks/api/index.ts'
import type { PlotGap, ChartTooltipContent } from '../charts/plot/plot-model.ts'
import { type StepPoint, buildSteppedPoints } from '../charts/plot/stepped-points.ts'
import { findMatchingColumnRanges } from '../charts/column-ranges.ts'
import { METRIC_DELAY_MS } from '../data/metric-delay.ts'
import type { SeriesColorName } from '../charts/series-colors.ts'
import { formatTimeRange } from '../format/instant.ts'
import { formatRtt, formatFractionAsPercent } from '../format/quantity.ts'

/**
 * Maximum number of columns in the chart. If the time range is longer, each column covers more time and contains its
 * lowest and highest value.
 */
const MAX_COLUMNS = 300
/** Colors of the tests, in the order of the tests. series-4 is missing, because it marks failed checks. */
const testInks = ['series-1', 'series-3', 'series-2', 'series-5', 'series-6'] as const
export const getProbeTestColor = (index: number): SeriesColorName => testInks[index % testInks.length] ?? testInks[0]
/**
 * Reports whether a test is drawn with a dashed line. Every second test is dashed, so that overlapping lines stay
 * visible.
 */
export const isTestLineDashed = (index: number): boolean => index % 2 === 1
export const FAILED_TEST_COLOR: SeriesColorName = 'series-4'

/** Round-trip times of one test in one column of the chart, ms; null if every check failed. */
interface Measured {
  low: number | null
  high: number | null
  mean: number | null
  /** highest share of failed checks in a time step of Azure's data, 0 to 1; null = not reported */
  failed: number | null
}

export interface RttColumn {
  /** start of the column, epoch milliseconds; `to` is its end */
  from: number
  to: number
  /** measurements of each test in the order of the tests; null = the test has no data in this column */
  tests: (Measured | null)[]
}

/**
 * Removes duplicate tests. The API returns the same test of Azure once for the gateway and once for the circuit that is
 * connected to it.
 */
export const removeDuplicateTests = (probes: readonly ConnectionMonitorTest[]): ConnectionMonitorTest[] => [
  ...new Map(probes.map((probe) => [`${probe.scope} ${probe.test}`, probe])).values(),
]

/**
 * Returns the tests to draw, at most as many as there are colors. Tests with the highest share of failed checks come
 * first, then tests with the longest round-trip times.
 */
export function selectWorstTests(probes: readonly ConnectionMonitorTest[]): ConnectionMonitorTest[] {
  const worst = ({ points }: ConnectionMonitorTest) => [
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

export const formatTestName = ({ source, destination }: ConnectionMonitorTest): string =>
  `${source.name || source.address} → ${destination.name || destination.address}`

/**
 * Returns the length of a column of the chart in ms. It is a whole number of minutes, because Azure measures at most
 * once a minute.
 */
export const getRttColumnLengthMs = (start: number, end: number): number =>
  Math.max(MS_PER_MINUTE, Math.ceil((end - start) / MAX_COLUMNS / MS_PER_MINUTE) * MS_PER_MINUTE)

/**
 * Divides a time range into the columns of the chart. The last column is the newest column that has data, or that is
 * old enough that Azure must have reported its data by the time `asOf`. All times are in epoch milliseconds.
 */
export function buildRttColumns(
  probes: readonly ConnectionMonitorTest[],
  [start, end]: readonly [number, number],
  asOf: number,
): RttColumn[] {
  const length = getRttColumnLengthMs(start, end)
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

function measured(points: ConnectionMonitorTest['points'] | undefined): Measured | null {
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

export const findHighestRtt = (columns: readonly RttColumn[]): number =>
  columns.reduce((most, { tests }) => tests.reduce((high, test) => Math.max(high, test?.high ?? 0), most), 0)

type Values = Record<string, number | [number, number] | null>

/**
 * Returns the points of the chart. `mean0` is the mean time of the first test, and `band0` is the range from its lowest
 * to its highest time; further tests have higher numbers.
 */
export const buildRttPoints = (columns: readonly RttColumn[]): StepPoint<Values>[] =>
  buildSteppedPoints(
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

/** Returns the ranges in which no test has data. */
export const findRttGaps = (columns: readonly RttColumn[]): PlotGap[] =>
  findMatchingColumnRanges(columns, ({ tests }) => tests.every((test) => test === null))

/** Returns the ranges in which at least one check of any test failed. */
export const findFailedProbeRanges = (columns: readonly RttColumn[]) =>
  findMatchingColumnRanges(columns, ({ tests }) => tests.some((test) => (test?.failed ?? 0) > 0))

/**
 * Returns the texts that the chart shows for one of its columns.
 * @param today current time, which determines whether a date is shown, epoch milliseconds
 */
export function formatRttReading(
  column: RttColumn | undefined,
  names: readonly string[],
  zone: string,
  today: number,
): ChartTooltipContent {
  if (!column) return { title: '', lines: [] }
  const { from, to, tests } = column
  return {
    title: formatTimeRange(from, to, zone, today),
    lines: names.map((name, index) => ({
      name,
      value: formatTest(tests[index] ?? null),
      ink: getProbeTestColor(index),
    })),
    notes: tests.every((test) => test === null) ? ['no data'] : [],
  }
}

function formatTest(test: Measured | null): string {
  if (test === null) return 'unknown'
  const { low, high, failed } = test
  const [least, most] = [low === null ? null : formatRtt(low), high === null ? null : formatRtt(high)]
  const time = least === null || most === null ? 'no answer' : least === most ? most : `${least} to ${most}`
  return failed !== null && failed > 0 ? `${time}, ${formatFractionAsPercent(failed)} failed` : time
}
