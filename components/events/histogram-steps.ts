import type { EventsSummary } from '#lib/incidents/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import { formatPlural } from '../format/quantity.ts'

type Step = EventsSummary['steps'][number]

export const countBinEvents = ({ counts }: Step): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

/**
 * Formats the numbers of events in a bar of the chart, worst severity first: `2 major, 1 minor`. If there are none,
 * returns `no events`, or `not observed` if no polls covered the time.
 */
export const formatBinCount = ({ counts, observed }: Step): string =>
  severities.flatMap((severity) => (counts[severity] ? `${counts[severity]} ${severity}` : [])).join(', ') ||
  (observed ? 'no events' : 'not observed')

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
  formatPlural(
    steps.reduce((sum, step) => sum + countBinEvents(step), 0),
    'event',
  )
