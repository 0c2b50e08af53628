import type { CircuitPath } from '#lib/contract/index.ts'
import type { UsualRateRange } from '#lib/usage/api/usual-band.ts'
import type { ChartTooltipContent, PlotReadingLine } from '../charts/plot/plot-model.ts'
import { formatTimeRange } from '../format/instant.ts'
import { formatBitRate, formatFractionAsPercent } from '../format/quantity.ts'
import type { UsageColumn } from './usage-series.ts'

export const formatRate = (rate: number | null): string => (rate === null ? 'unknown' : formatBitRate(rate))

/** Names of the legend entries that hide and show the values of the traffic chart. */
export const usageEntryNames = {
  in: 'To Azure (upper half)',
  out: 'From Azure (billable, lower half)',
  usual: 'usual of that hour and weekday',
  before: 'a week before',
} as const

const directions = [
  { of: 'in', name: 'To Azure', short: 'To Azure', ink: 'series-2' },
  { of: 'out', name: 'From Azure (billable)', short: 'From Azure', ink: 'series-1' },
] as const

/** Values with which the traffic chart compares the rates of a column. */
interface UsageComparison {
  /** column of the week before; undefined = no comparison */
  before?: UsageColumn | undefined
  /** usual range of the rates at the column's time; null or undefined = unknown */
  usual?: UsualRateRange | null | undefined
  /** columns of each path, if the chart shows the sum of both paths */
  paths?: readonly { path: CircuitPath; column: UsageColumn }[]
}

/**
 * Returns the texts that the traffic chart shows for one of its columns.
 * @param bandwidth bandwidth of one path, bit/s; null = unknown
 * @param today current time, which determines whether a date is shown, epoch milliseconds
 */
export function describeUsageColumn(
  column: UsageColumn | undefined,
  bandwidth: number | null,
  zone: string,
  today: number,
  { before, usual, paths = [] }: UsageComparison = {},
): ChartTooltipContent {
  if (!column) return { title: '', lines: [] }
  const { from, to, in: into, out, seen, metric, partlyMetric, atLeast } = column
  const notes = [
    seen === 'none' && 'not polled: no data',
    seen === 'part' && 'partial data',
    metric && 'from metrics',
    partlyMetric && 'partly from metrics',
    atLeast && 'counter reset: lower bound',
    bandwidth !== null &&
      into !== null &&
      out !== null &&
      `${formatFractionAsPercent(Math.max(into, out) / bandwidth)} of one path`,
  ].filter((note) => note !== false)
  const lines = directions.flatMap(({ of, name, short, ink }): PlotReadingLine[] => {
    const [band, entry] = [usual?.[of], usageEntryNames[of]]
    return [
      { name, value: formatBound(column, of), ink, of: entry },
      ...paths.map(({ path, column: own }) => ({ name: `${short}, ${path}`, value: formatBound(own, of), of: entry })),
      ...(band
        ? [
            {
              name: `${short}, usual`,
              value: `${formatRate(band[0])} to ${formatRate(band[1])}`,
              of: usageEntryNames.usual,
            },
          ]
        : []),
      ...(before
        ? [
            {
              name: `${short}, a week before`,
              value: formatRate(before[of]),
              ink: 'ink-3' as const,
              of: usageEntryNames.before,
            },
          ]
        : []),
    ]
  })
  return { title: formatTimeRange(from, to, zone, today), lines, notes }
}

function formatBound(column: UsageColumn, of: 'in' | 'out'): string {
  const rate = column[of]
  return column.atLeast && rate !== null ? `≥ ${formatRate(rate)}` : formatRate(rate)
}
