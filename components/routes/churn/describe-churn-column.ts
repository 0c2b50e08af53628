import type { ChartTooltipContent } from '../../charts/plot/plot-model.ts'
import { formatTimeRange } from '../../format/instant.ts'
import { formatCountWithSeparators } from '../../format/quantity.ts'
import type { ChurnColumn } from './churn-series.ts'

/** Kinds of route change in drawing order, with their colors. */
export const churnKinds = [
  { name: 'announced', ink: 'series-1' },
  { name: 'changed', ink: 'series-2' },
  { name: 'withdrawn', ink: 'series-3' },
] as const

/**
 * Returns the texts that the churn chart shows for one of its columns: the numbers of route changes.
 * @param today current time, which determines whether a date is shown, epoch milliseconds
 */
export function describeChurnColumn(column: ChurnColumn | undefined, zone: string, today: number): ChartTooltipContent {
  if (!column) return { title: '', lines: [] }
  const { from, to, seen, initialDump } = column
  const notes = [
    seen === 'none' && 'no data',
    seen === 'part' && 'partial data',
    initialDump > 0 && `${formatCountWithSeparators(initialDump)} of them after a session came up`,
  ].filter((note) => note !== false)
  return {
    title: formatTimeRange(from, to, zone, today),
    lines:
      seen === 'none' && column.announced + column.changed + column.withdrawn === 0
        ? churnKinds.map(({ name, ink }) => ({ name, value: 'unknown', ink }))
        : churnKinds.map(({ name, ink }) => ({ name, value: formatCountWithSeparators(column[name]), ink })),
    notes,
  }
}
