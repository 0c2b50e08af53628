import type { CircuitPath, PeeringType, PollKind, UnpolledInterval } from '#lib/contract/index.ts'
import { formatPollOutcome } from '#lib/contract/words/index.ts'
import type { TimelineGap } from '../charts/state-timeline/timeline-tracks.ts'

/**
 * Difference in ms between the end of a gap and the time of its response up to which the gap counts as ongoing, because
 * both may be rounded.
 */
const ROUNDING_MS = 1_000

/**
 * Returns the end of a gap in epoch milliseconds; infinity = the gap is ongoing, because it reaches the time of its
 * response. Otherwise states would look confirmed from the time of the response to the present.
 * @param to end of the gap in the response, ISO 8601
 * @param asOf time of the response, ISO 8601
 */
export const parseGapEnd = (to: string, asOf: string): number =>
  Date.parse(to) < Date.parse(asOf) - ROUNDING_MS ? Date.parse(to) : Number.POSITIVE_INFINITY

/** A time without polls; `asOf` = time of the response that contains it, ISO 8601. */
export type UnpolledIntervalOfResponse = UnpolledInterval & { asOf: string }

/** Returns the times without polls in some responses. A response that is not loaded yet is left out. */
export const listUnpolledIntervals = (
  ...responses: readonly ({ uncovered?: readonly UnpolledInterval[]; asOf: string } | undefined)[]
): UnpolledIntervalOfResponse[] =>
  responses.flatMap((response) => (response?.uncovered ?? []).map((one) => ({ ...one, asOf: response?.asOf ?? '' })))

/**
 * Returns the times in which a resource was not polled. Gaps that concern only another path or another peering are left
 * out.
 */
export function listPollGaps(
  uncovered: readonly UnpolledIntervalOfResponse[],
  of: { scope: string; peering?: PeeringType | null; path: CircuitPath | null; kinds: readonly PollKind[] },
): TimelineGap[] {
  const gaps = uncovered
    .filter(({ scope, kind }) => scope === of.scope && of.kinds.includes(kind))
    .filter(({ path }) => path === undefined || of.path === null || path === of.path)
    .filter(({ peering }) => peering === undefined || !of.peering || peering === of.peering)
    .map(({ from, to, asOf, outcome }) => ({
      from: Date.parse(from),
      to: parseGapEnd(to, asOf),
      why: formatPollOutcome(outcome),
    }))
  return removeRepeatedGaps(gaps)
}

/** Removes duplicate gaps, because several route tables of one resource can have the same gap. */
export const removeRepeatedGaps = (gaps: readonly TimelineGap[]): TimelineGap[] => [
  ...new Map(gaps.map((gap) => [`${gap.from}/${gap.to}`, gap])).values(),
]
