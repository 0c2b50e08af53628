import type { PlotReading } from '../charts/plot/plot-model.ts'
import { formatRange } from '../format/instant.ts'
import { formatBitRate, formatShare } from '../format/quantity.ts'
import type { UsageColumn } from './usage-series.ts'

export const formatRate = (rate: number | null): string => (rate === null ? 'unknown' : formatBitRate(rate))

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
  before?: UsageColumn,
): PlotReading {
  if (!column) return { title: '', lines: [] }
  const { from, to, in: into, out, seen, metric, partlyMetric, atLeast } = column
  const notes = [
    seen === 'none' && 'no data',
    seen === 'part' && 'partial data',
    metric && 'from metrics',
    partlyMetric && 'partly from metrics',
    atLeast && 'lower bound: a counter was reset',
    bandwidth !== null &&
      into !== null &&
      out !== null &&
      `${formatShare(Math.max(into, out) / bandwidth)} of one path`,
  ].filter((note) => note !== false)
  const bound = (rate: number | null) => (atLeast && rate !== null ? `≥ ${formatRate(rate)}` : formatRate(rate))
  return {
    title: formatRange(from, to, zone, today),
    lines: [
      { name: 'To Azure', value: bound(into), ink: 'series-2' },
      { name: 'From Azure (billable)', value: bound(out), ink: 'series-1' },
      ...(before
        ? [
            { name: 'To Azure, a week before', value: formatRate(before.in), ink: 'ink-3' as const },
            { name: 'From Azure, a week before', value: formatRate(before.out), ink: 'ink-3' as const },
          ]
        : []),
    ],
    notes,
  }
}
