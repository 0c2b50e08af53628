import type { EpochMs } from '#lib/contract/index.ts'

/** A interval of time in which a source was polled without a gap and every poll was good: [from, to). */
export interface CoveredInterval {
  from: EpochMs
  to: EpochMs
}

/** The same time as disjoint intervals in ascending order, none empty, none touching the next. */
export function unionOf(intervals: readonly CoveredInterval[]): CoveredInterval[] {
  const union: CoveredInterval[] = []
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = union.at(-1)
    if (to <= from) continue
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else union.push({ from, to })
  }
  return union
}

/** How much of [from, to) lies in the intervals, in ms. They must be disjoint, as `unionOf` gives them. */
export function coveredMs(intervals: readonly CoveredInterval[], from: EpochMs, to: EpochMs): number {
  return intervals.reduce((sum, s) => sum + Math.max(0, Math.min(s.to, to) - Math.max(s.from, from)), 0)
}
