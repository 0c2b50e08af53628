import type { EventsSummary } from '#lib/incidents/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import { plural } from '../format/quantity.ts'

type Step = EventsSummary['steps'][number]

export const totalOf = ({ counts }: Step): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

/** `2 major, 1 minor`, the worst first; `no events`, or `not observed` where there could be some that nobody saw. */
export const formatBinCount = ({ counts, observed }: Step): string =>
  severities.flatMap((severity) => (counts[severity] ? `${counts[severity]} ${severity}` : [])).join(', ') ||
  (observed ? 'no events' : 'not observed')

/** What two steps, and all between them, span: a brush may go in either direction. */
export function brushedRange(
  { steps, stepSeconds, to }: EventsSummary,
  a: number,
  b: number,
): { from: string; to: string } | null {
  const [first, last] = [steps[Math.min(a, b)], steps[Math.max(a, b)]]
  if (!first || !last) return null
  const end = Math.min(Date.parse(last.start) + stepSeconds * 1_000, Date.parse(to))
  return { from: first.start, to: new Date(end).toISOString() }
}

/** The whole in one sentence. */
export const formatHistogram = ({ steps }: EventsSummary): string =>
  plural(
    steps.reduce((sum, step) => sum + totalOf(step), 0),
    'event',
  )
