import type { GatewayLoad, GatewayLoadSeries } from '#lib/gateways/api/index.ts'
import type { PlotGap, ChartTooltipContent } from '../charts/plot/plot-model.ts'
import { type StepPoint, buildSteppedPoints } from '../charts/plot/stepped-points.ts'
import { findMatchingColumnRanges } from '../charts/column-ranges.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { METRIC_DELAY_MS } from '../data/metric-delay.ts'
import { formatTimeRange } from '../format/instant.ts'
import { formatBitRate, formatCountWithSeparators } from '../format/quantity.ts'

export const gatewayLoadFormatters: Record<GatewayLoad['name'], (value: number) => string> = {
  cpu: (value) => `${Math.round(value)} %`,
  flows: (value) => formatCountWithSeparators(Math.round(value)),
  bits: (value) => (value === 0 ? '0' : formatBitRate(value)),
  packets: (value) => formatCountWithSeparators(Math.round(value)),
  machines: (value) => formatCountWithSeparators(Math.round(value)),
  flowsCreated: (value) => formatCountWithSeparators(Math.round(value)),
}

/** Column of the load chart: a short time range with its values. A value that Azure did not report is null. */
export interface GatewayLoadColumn {
  /** start of the column, epoch milliseconds; `to` is its end */
  from: number
  to: number
  average: number | null
  /** highest value within the column's time range */
  peak: number | null
  instances: number | null
}

/**
 * Returns all columns of a load chart, with or without a value. The last column is the newest column that has a value,
 * or that is old enough that Azure must have reported its value by the time `asOf`.
 */
export function buildGatewayLoadColumns(
  { points }: GatewayLoadSeries['metrics'][number],
  { stepSeconds, keptFrom, to }: Pick<GatewayLoadSeries, 'stepSeconds' | 'keptFrom' | 'to'>,
  asOf: number,
): GatewayLoadColumn[] {
  const step = stepSeconds * 1000
  const known = new Map(points.map((point) => [Date.parse(point.start), point]))
  const first = Math.ceil(Date.parse(keptFrom) / step) * step
  const due = Math.min(Date.parse(to), asOf - METRIC_DELAY_MS)
  const last = Math.max(Math.floor(due / step) * step - step, ...known.keys())
  return Array.from({ length: Math.max(0, (last - first) / step + 1) }, (_, index) => {
    const from = first + index * step
    const { average = null, peak = null, instances = null } = known.get(from) ?? {}
    return { from, to: from + step, average, peak, instances }
  })
}

export const findHighestGatewayLoad = (columns: readonly GatewayLoadColumn[]): number =>
  columns.reduce((high, { average, peak }) => Math.max(high, average ?? 0, peak ?? 0), 0)

type Values = { average: number | null; band: [number, number] | null; before: number | null }

/**
 * Returns the mean values of the previous week. The key is the start of the column one week later, with which a value
 * is compared.
 */
export const mapPreviousWeekMeans = (
  metric: GatewayLoadSeries['metrics'][number] | undefined,
): ReadonlyMap<number, number> =>
  new Map(
    metric?.points.flatMap(({ start, average }) =>
      average === null ? [] : [[Date.parse(start) + 7 * MS_PER_DAY, average]],
    ),
  )

/** Returns the points of the load chart: a line through the mean values, and a band from the mean to the maximum. */
export const buildGatewayLoadPoints = (
  columns: readonly GatewayLoadColumn[],
  before: ReadonlyMap<number, number> = new Map(),
): StepPoint<Values>[] =>
  buildSteppedPoints(
    columns,
    ({ from, average, peak }): Values => ({
      average,
      band: average === null || peak === null ? null : [average, peak],
      before: before.get(from) ?? null,
    }),
  )

export const findGatewayLoadGaps = (columns: readonly GatewayLoadColumn[]): PlotGap[] =>
  findMatchingColumnRanges(columns, ({ average }) => average === null)

/**
 * Returns the texts that the chart shows for one of its columns.
 * @param most maximum number of instances that reported in the time range
 * @param today current time, which determines whether a date is shown, epoch milliseconds
 */
export function describeGatewayLoadColumn(
  column: GatewayLoadColumn | undefined,
  { name, limit }: Pick<GatewayLoadSeries['metrics'][number], 'name' | 'limit'>,
  { most, zone, today, before }: { most: number; zone: string; today: number; before?: number | undefined },
): ChartTooltipContent {
  if (!column) return { title: '', lines: [] }
  const { from, to, average, peak, instances } = column
  const write = gatewayLoadFormatters[name]
  return {
    title: formatTimeRange(from, to, zone, today),
    lines: [
      { name: 'Average', of: 'average', value: average === null ? 'unknown' : write(average), ink: 'series-1' },
      ...(peak === null ? [] : [{ name: 'At most', of: 'at most', value: write(peak), ink: 'series-1' as const }]),
      ...(before === undefined
        ? []
        : [{ name: 'A week before', of: 'a week before', value: write(before), ink: 'ink-3' as const }]),
      ...(limit === null ? [] : [{ name: 'Limit', value: write(limit) }]),
    ],
    notes: [
      ...(average === null ? ['no data: Azure reported no value'] : []),
      ...(instances !== null && instances < most ? [`${instances} of ${most} instances reported`] : []),
    ],
  }
}
