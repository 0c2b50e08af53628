import type { EpochMs } from './time.ts'

/** [from, to) */
export interface TimeSpan {
  from: EpochMs
  to: EpochMs
}

/** The same time as disjoint spans in ascending order, none empty, none touching the next. */
export function unionOf(spans: readonly TimeSpan[]): TimeSpan[] {
  const union: TimeSpan[] = []
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = union.at(-1)
    if (to <= from) continue
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else union.push({ from, to })
  }
  return union
}

/** What is left of a span without some times, such as those in which nothing was polled: in order, none empty. */
export function withoutSpans({ from, to }: TimeSpan, times: readonly TimeSpan[]): TimeSpan[] {
  const left: TimeSpan[] = []
  let at = from
  for (const time of unionOf(times)) {
    if (time.from > at) left.push({ from: at, to: Math.min(time.from, to) })
    at = Math.max(at, time.to)
  }
  return [...left, { from: at, to }].filter((span) => span.from < span.to)
}

/** The times that two lists have in common; of each list the spans are in order and don't overlap. */
export function commonSpans(a: readonly TimeSpan[], b: readonly TimeSpan[]): TimeSpan[] {
  const common: TimeSpan[] = []
  for (let [one, other] = [a[0], b[0]], i = 0, j = 0; one && other; [one, other] = [a[i], b[j]]) {
    const both = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }
    if (both.from < both.to) common.push(both)
    if (one.to < other.to) i += 1
    else j += 1
  }
  return common
}

/** How much of [from, to) lies in the spans, in ms. They must be disjoint, as {@link unionOf} gives them. */
export function coveredMs(spans: readonly TimeSpan[], from: EpochMs, to: EpochMs): number {
  return spans.reduce((sum, s) => sum + Math.max(0, Math.min(s.to, to) - Math.max(s.from, from)), 0)
}
