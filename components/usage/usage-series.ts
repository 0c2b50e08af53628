import type { Incident } from '#lib/incidents/api/index.ts'
import type { UsageResponse, ApiUsagePoint } from '#lib/usage/api/index.ts'
import { parseOutages } from '#lib/contract/events/outages.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { PlotGap } from '../charts/plot/plot-model.ts'
import { buildSteppedPoints } from '../charts/plot/stepped-points.ts'
import { findMatchingColumnRanges } from '../charts/column-ranges.ts'
import type { UsualRateRange } from '#lib/usage/api/usual-band.ts'

/** Time in milliseconds for which the server keeps traffic values in steps of 5 minutes. */
const FIVE_MINUTES_KEPT = 100 * MS_PER_DAY
const stepSeconds = { '5m': 300, hour: 3600, day: 86_400 }

/** Returns the shortest step with which a time range has at most about a thousand points. */
export function chooseUsageStep(from: number, to: number, now: number): UsageResponse['step'] {
  const length = to - from
  // the range must start at least a day after the oldest stored data, because that data may be deleted before the
  // server responds
  if (length <= 3 * MS_PER_DAY && from > now - FIVE_MINUTES_KEPT + MS_PER_DAY) return '5m'
  if (length <= 41 * MS_PER_DAY) return 'hour'
  return length <= 1000 * MS_PER_DAY ? 'day' : 'month'
}

/**
 * Column of the traffic chart with its rates. A rate is the bytes divided by the measured seconds, so that a time
 * without data does not lower it.
 */
export interface UsageColumn {
  /** start of the column, epoch milliseconds; `to` is its end */
  from: number
  to: number
  /** rates, bit/s; null = unknown */
  in: number | null
  out: number | null
  /** whether the values come mostly from Azure's metrics instead of counters */
  metric: boolean
  /** whether a smaller part of the values comes from Azure's metrics */
  partlyMetric: boolean
  atLeast: boolean
  seen: 'all' | 'part' | 'none'
}

/**
 * Converts points of the API to columns of the traffic chart.
 * @param end end of the last column, epoch milliseconds: now, or the end of the range
 */
export function buildUsageColumns(
  { points, step }: Pick<UsageResponse, 'points' | 'step'>,
  end: number,
): UsageColumn[] {
  return points.map((point, index) => {
    const start = Date.parse(point.start)
    const next = points[index + 1]
    const last = step === 'month' ? end : Math.min(end, start + stepSeconds[step] * 1000)
    const until = next ? Date.parse(next.start) : Math.max(start, last)
    return {
      from: start,
      to: until,
      in: rateOf(point.bytesIn, point),
      out: rateOf(point.bytesOut, point),
      metric: point.source === 'metric' && point.coveredSeconds > 0,
      partlyMetric: point.source !== 'metric' && point.metricSeconds > 0,
      atLeast: point.atLeast,
      seen: seenOf(point, (until - start) / 1000),
    }
  })
}

const rateOf = (bytes: string | null, { coveredSeconds }: ApiUsagePoint): number | null =>
  bytes === null || coveredSeconds <= 0 ? null : (Number(bytes) * 8) / coveredSeconds

/**
 * Returns how much of a column was measured. The tolerance is 2 % and 15 s (one or two polls), because polls do not run
 * exactly at the start and the end of a column.
 */
function seenOf({ coveredSeconds }: ApiUsagePoint, length: number): UsageColumn['seen'] {
  if (coveredSeconds <= 0) return 'none'
  return coveredSeconds < length * 0.98 - 15 ? 'part' : 'all'
}

/** Returns the highest measured or usual rate in one direction; 0 if all rates are unknown. */
export const findHighestRate = (
  columns: readonly UsageColumn[],
  direction: 'in' | 'out',
  usualOf: (column: UsageColumn) => UsualRateRange | null = () => null,
): number =>
  columns.reduce((high, column) => Math.max(high, column[direction] ?? 0, usualOf(column)?.[direction]?.[1] ?? 0), 0)

/**
 * Returns the columns of the previous week. The key is the start of the column one week later, with which a column is
 * compared.
 */
export const mapPreviousWeekColumns = (
  usage: UsageResponse | undefined,
  end: number,
): ReadonlyMap<number, UsageColumn> =>
  new Map(
    usage ? buildUsageColumns(usage, end - 7 * MS_PER_DAY).map((column) => [column.from + 7 * MS_PER_DAY, column]) : [],
  )

const below = (rate: number | null) => (rate === null ? null : -rate)

/**
 * Returns the points of the traffic chart in bit/s: to Azure above zero, from Azure below. Values from counters and
 * values from metrics are separate lines. The areas contain both.
 * @param usualOf returns the usual range at a column
 * @param before result of {@link mapPreviousWeekColumns}
 */
export const buildUsagePoints = (
  columns: readonly UsageColumn[],
  usualOf: (column: UsageColumn) => UsualRateRange | null = () => null,
  before: ReadonlyMap<number, UsageColumn> = new Map(),
) =>
  buildSteppedPoints(columns, (column) => {
    const { in: to, out, metric } = column
    const from = below(out)
    const usual = usualOf(column)
    return {
      to: metric ? null : to,
      toMetric: metric ? to : null,
      from: metric ? null : from,
      fromMetric: metric ? from : null,
      // The value of an area is a pair, because a single number would be filled to the bottom of the axis and not to
      // zero.
      areaTo: to === null ? null : ([0, to] as const),
      areaFrom: from === null ? null : ([from, 0] as const),
      beforeTo: before.get(column.from)?.in ?? null,
      beforeFrom: below(before.get(column.from)?.out ?? null),
      usualTo: usual?.in ?? null,
      usualFrom: usual?.out ? ([-usual.out[1], -usual.out[0]] as const) : null,
    }
  })

/** Returns the ranges of the chart without data or with incomplete data. */
export const findUsageGaps = (columns: readonly UsageColumn[]): PlotGap[] => [
  ...findMatchingColumnRanges(columns, ({ seen }) => seen === 'none'),
  ...findMatchingColumnRanges(columns, ({ seen }) => seen === 'part').map((range) => ({ ...range, isPartial: true })),
]

/** Returns the ranges whose values come mostly from Azure's metrics. */
export const findRangesFromMetrics = (columns: readonly UsageColumn[]) =>
  findMatchingColumnRanges(columns, ({ metric }) => metric)

/**
 * Returns the times within a range in which outages of incidents may have lasted. Healthy time between two outages of
 * an incident is left out.
 */
export const findOutageRanges = (
  incidents: readonly Pick<Incident, 'outages'>[],
  { from, to }: { from: number; to: number },
): { from: number; to: number }[] =>
  incidents
    .flatMap(({ outages }) => parseOutages(outages))
    .map(({ started, ended }) => ({
      from: Math.max(from, started.earliest),
      to: Math.min(to, ended === null ? to : ended.latest),
    }))
    .filter((one) => one.from < one.to)
