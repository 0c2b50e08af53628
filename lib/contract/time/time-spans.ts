import type { EpochMs } from './time.ts'

/** Time span from `from` (inclusive) to `to` (exclusive). */
export interface TimeInterval {
  from: EpochMs
  to: EpochMs
}

/**
 * Returns the times that at least one of the spans covers, as spans in ascending order. The result contains no empty
 * spans, and its spans neither overlap nor touch.
 */
export function mergeTimeIntervals(spans: readonly TimeInterval[]): TimeInterval[] {
  const union: TimeInterval[] = []
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = union.at(-1)
    if (to <= from) continue
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else union.push({ from, to })
  }
  return union
}

/**
 * Returns the parts of a span that remain after the given times are removed, for example the unpolled times. The parts
 * are in order and never empty.
 * @param times in any order; they may overlap
 */
export function subtractTimeIntervals({ from, to }: TimeInterval, times: readonly TimeInterval[]): TimeInterval[] {
  const left: TimeInterval[] = []
  let at = from
  for (const time of mergeTimeIntervals(times)) {
    if (time.from > at) left.push({ from: at, to: Math.min(time.from, to) })
    at = Math.max(at, time.to)
  }
  return [...left, { from: at, to }].filter((span) => span.from < span.to)
}

/** Returns the times that two lists have in common. The spans of each list must be in order and must not overlap. */
export function intersectTimeIntervals(a: readonly TimeInterval[], b: readonly TimeInterval[]): TimeInterval[] {
  const common: TimeInterval[] = []
  for (let [one, other] = [a[0], b[0]], i = 0, j = 0; one && other; [one, other] = [a[i], b[j]]) {
    const both = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }
    if (both.from < both.to) common.push(both)
    if (one.to < other.to) i += 1
    else j += 1
  }
  return common
}

/** Returns the number of milliseconds of [from, to) that the spans cover. The spans must not overlap. */
export function sumCoveredMs(spans: readonly TimeInterval[], from: EpochMs, to: EpochMs): number {
  return spans.reduce((sum, s) => sum + Math.max(0, Math.min(s.to, to) - Math.max(s.from, from)), 0)
}
