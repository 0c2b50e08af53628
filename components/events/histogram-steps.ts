import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import type { EventsSummary } from '#lib/incidents/api/index.ts'
import type { ChartTooltipContent } from '../charts/plot/plot-model.ts'
import { formatTimeRange } from '../format/instant.ts'
import { formatCountWithPlural } from '../format/quantity.ts'

type Step = EventsSummary['steps'][number]

export const countHistogramBinEvents = ({ counts }: Step): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/**
 * Returns the time range from bar `a` to bar `b` of the chart (indexes, both included); `b` may be before `a`. Returns
 * null if a bar does not exist.
 */
export function findBrushedRange(
  { steps, stepSeconds, to }: EventsSummary,
  a: number,
  b: number,
): { from: string; to: string } | null {
  const [first, last] = [steps[Math.min(a, b)], steps[Math.max(a, b)]]
  if (!first || !last) return null
  const end = Math.min(Date.parse(last.start) + stepSeconds * 1_000, Date.parse(to))
  return { from: first.start, to: new Date(end).toISOString() }
}

/** Formats the total number of events in the chart. */
export const formatHistogram = ({ steps }: EventsSummary): string =>
  formatCountWithPlural(
    steps.reduce((sum, step) => sum + countHistogramBinEvents(step), 0),
    'event',
  )

/** Reports whether a bar is in a selection, whose ends may be in either order. */
export const isHistogramIndexBetween = (index: number, { from, to }: TimeInterval) =>
  index >= Math.min(from, to) && index <= Math.max(from, to)

/**
 * Returns the content of the tooltip of a selected time range: the number of events of each severity, or a note that
 * there were no events or no polls. The title is '' if one of the bars does not exist.
 */
export function describeHistogramSelection(
  summary: EventsSummary,
  brush: TimeInterval,
  zone: string,
): ChartTooltipContent {
  const range = findBrushedRange(summary, brush.from, brush.to)
  if (!range) return { title: '', lines: [] }
  const steps = summary.steps.filter((_, index) => isHistogramIndexBetween(index, brush))
  const counted = severities.map((severity) => ({
    name: severity,
    count: steps.reduce((sum, { counts }) => sum + (counts[severity] ?? 0), 0),
  }))
  const lines = counted.flatMap(({ name, count }) => (count > 0 ? [{ name, value: String(count) }] : []))
  return {
    title: formatTimeRange(Date.parse(range.from), Date.parse(range.to), zone, null),
    lines,
    notes: lines.length > 0 ? [] : [steps.some(({ observed }) => observed) ? 'no events' : 'not polled'],
  }
}

/** Formats a selected time range with its numbers of events: `2026-11-20 03:00:00 – 04:00:00 UTC: 2 major`. */
export function formatHistogramSelection({ title, lines, notes = [] }: ChartTooltipContent): string {
  return `${title}: ${[...lines.map(({ name, value }) => `${value} ${name}`), ...notes].join(', ')}`
}
