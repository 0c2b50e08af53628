import type { EpochMs } from '#lib/contract/index.ts'

/**
 * Maximum number of gaps (times without a successful poll) in a response. Without this limit, a year of a resource
 * whose polls fail every other minute would have a quarter of a million gaps.
 */
export const MAX_POLL_GAPS_IN_RESPONSE = 2_000

interface Gap {
  from: string | EpochMs
  to: string | EpochMs
}

/** Removes duplicate gaps. Several tables of one resource often have the same gap. */
export const removeDuplicateGaps = <One extends Gap>(gaps: readonly One[]): One[] => [
  ...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values(),
]

/**
 * Returns the longest gaps, in their original order and without duplicates. If there are at most `most` gaps, the list
 * is returned unchanged.
 * @param most maximum number of returned gaps
 * @returns `omitted`: number of gaps that were left out; 0 = all gaps are returned
 */
export function pickLongestGaps<One extends Gap>(
  gaps: readonly One[],
  most: number = MAX_POLL_GAPS_IN_RESPONSE,
): { listed: One[]; omitted: number } {
  if (gaps.length <= most) return { listed: [...gaps], omitted: 0 }
  const distinct = removeDuplicateGaps(gaps)
  const byLength = distinct
    .map((gap, place) => ({ gap, place, length: Number(new Date(gap.to)) - Number(new Date(gap.from)) }))
    .sort((a, b) => b.length - a.length || a.place - b.place)
  const kept = byLength.slice(0, most).sort((a, b) => a.place - b.place)
  return { listed: kept.map(({ gap }) => gap), omitted: distinct.length - kept.length }
}

/**
 * Limits the number of gaps in a complete response. `uncovered` keeps at most {@link MAX_POLL_GAPS_IN_RESPONSE} gaps, and
 * `uncoveredOmitted` is the number of gaps that were left out. It must be called last, because calculations need all
 * gaps.
 */
export function limitListedGaps<Answer>(answer: Answer): Answer {
  const { uncovered } = (answer ?? {}) as { uncovered?: readonly Gap[] }
  if (!uncovered || uncovered.length <= MAX_POLL_GAPS_IN_RESPONSE) return answer
  const { listed, omitted } = pickLongestGaps(uncovered)
  return { ...answer, uncovered: listed, ...(omitted > 0 && { uncoveredOmitted: omitted }) }
}
