import type { EventsSummary } from '#lib/incidents/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import { plural } from '../format/quantity.ts'

type Step = EventsSummary['steps'][number]

export const totalOf = ({ counts }: Step): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

/**
 * Formats the counts of a step, worst severity first: `2 major, 1 minor`; `no events`, or `not observed` if the step
 * was not observed and has no events.
 */
export const formatBinCount = ({ counts, observed }: Step): string =>
  severities.flatMap((severity) => (counts[severity] ? `${counts[severity]} ${severity}` : [])).join(', ') ||
  (observed ? 'no events' : 'not observed')

/**
 * Returns the time range from one step to another, both included; the steps may be in either order. null = a step does
 * not exist.
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

/** Formats the total number of events. */
export const formatHistogram = ({ steps }: EventsSummary): string =>
  plural(
    steps.reduce((sum, step) => sum + totalOf(step), 0),
    'event',
  )
