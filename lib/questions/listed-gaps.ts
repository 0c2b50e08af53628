import type { EpochMs } from '#lib/contract/index.ts'

/** Gaps in one list of an answer. A year of a resource that is polled in vain every other minute would have a quarter of a million. */
export const MAX_GAPS = 2_000

interface Gap {
  from: string | EpochMs
  to: string | EpochMs
}

/** Gaps, each once: several tables of one resource may have the same. */
export const distinctGaps = <One extends Gap>(gaps: readonly One[]): One[] => [
  ...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values(),
]

/**
 * The longest of some gaps, in the order given, each once.
 * @param most how many are listed
 * @returns omitted: how many are in no list; 0 = none
 */
export function listedGaps<One extends Gap>(
  gaps: readonly One[],
  most: number = MAX_GAPS,
): { listed: One[]; omitted: number } {
  if (gaps.length <= most) return { listed: [...gaps], omitted: 0 }
  const distinct = distinctGaps(gaps)
  const byLength = distinct
    .map((gap, place) => ({ gap, place, length: Number(new Date(gap.to)) - Number(new Date(gap.from)) }))
    .sort((a, b) => b.length - a.length || a.place - b.place)
  const kept = byLength.slice(0, most).sort((a, b) => a.place - b.place)
  return { listed: kept.map(({ gap }) => gap), omitted: distinct.length - kept.length }
}

/**
 * An answer as it leaves the process: its `uncovered` has {@link MAX_GAPS} intervals at most, and `uncoveredOmitted` says how many it has
 * not. What reckons with gaps does so before, with all of them.
 */
export function withListedGaps<Answer>(answer: Answer): Answer {
  const { uncovered } = (answer ?? {}) as { uncovered?: readonly Gap[] }
  if (!uncovered || uncovered.length <= MAX_GAPS) return answer
  const { listed, omitted } = listedGaps(uncovered)
  return { ...answer, uncovered: listed, ...(omitted > 0 && { uncoveredOmitted: omitted }) }
}
