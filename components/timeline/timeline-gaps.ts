import type { CircuitPath, PeeringType, PollKind, UnpolledInterval } from '#lib/contract/index.ts'
import { formatPollOutcome } from '#lib/contract/words/index.ts'
import type { TimelineGap } from '../charts/state-timeline/timeline-tracks.ts'

/**
 * Returns the times in which a resource was not polled. Gaps that concern only another path or another peering are left
 * out.
 */
export function listPollGaps(
  uncovered: readonly UnpolledInterval[],
  of: { scope: string; peering?: PeeringType | null; path: CircuitPath | null; kinds: readonly PollKind[] },
): TimelineGap[] {
  const gaps = uncovered
    .filter(({ scope, kind }) => scope === of.scope && of.kinds.includes(kind))
    .filter(({ path }) => path === undefined || of.path === null || path === of.path)
    .filter(({ peering }) => peering === undefined || !of.peering || peering === of.peering)
    .map(({ from, to, outcome }) => ({ from: Date.parse(from), to: Date.parse(to), why: formatPollOutcome(outcome) }))
  return removeRepeatedGaps(gaps)
}

/** Removes duplicate gaps, because several route tables of one resource can have the same gap. */
export const removeRepeatedGaps = (gaps: readonly TimelineGap[]): TimelineGap[] => [
  ...new Map(gaps.map((gap) => [`${gap.from}/${gap.to}`, gap])).values(),
]
