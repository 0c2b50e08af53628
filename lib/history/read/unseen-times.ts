import type { EpochMs, Outcome } from '#lib/contract/index.ts'
import { gapAfterMs } from '../record/pace.ts'

/** A interval of coverage, as far as seeing is concerned. */
export interface Interval {
  from: EpochMs
  to: EpochMs
  lastStartedAt: EpochMs
  outcome: Outcome
  /** whether its polls read at least the instances that reported */
  readable: boolean
  /** the interval in force when it began */
  intervalMs: number
}

export interface UnseenTime {
  from: EpochMs
  to: EpochMs
  outcome: Outcome
}

interface Hole {
  from: EpochMs
  to: EpochMs
}

/**
 * What lies in [from, to] outside of covered time. Covered are intervals that read, the time between two of them that are no
 * gap apart, and the time after the last one unless its next poll is overdue by `to`. Where failing polls lie in a hole, theirs is
 * the reason; elsewhere nothing was polled.
 * @param intervals in order, with the last readable one before `from` and the first after `to`
 */
export function unseenTimes(intervals: readonly Interval[], from: EpochMs, to: EpochMs): UnseenTime[] {
  const failing = intervals.filter(({ readable }) => !readable)
  return holesOf(
    intervals.filter(({ readable }) => readable),
    to,
  )
    .map((hole) => ({ from: Math.max(hole.from, from), to: Math.min(hole.to, to) }))
    .filter((hole) => hole.from < hole.to)
    .flatMap((hole) => withReasons(hole, failing))
}

function holesOf(readable: readonly Interval[], asked: EpochMs): Hole[] {
  const last = readable.at(-1)
  if (!last) return [{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }]
  const between = readable.flatMap((interval, i) => {
    const before = readable[i - 1]
    if (!before) return [{ from: Number.NEGATIVE_INFINITY, to: interval.from }]
    const isGap = interval.from - before.lastStartedAt > gapAfterMs(interval.intervalMs)
    return isGap ? [{ from: before.to, to: interval.from }] : []
  })
  const isOverdue = asked - last.to > gapAfterMs(last.intervalMs)
  return isOverdue ? [...between, { from: last.to, to: Number.POSITIVE_INFINITY }] : between
}

/** Cuts a hole at the failing intervals in it; time next to one, too short for a poll to be missing, counts as its own. */
function withReasons(hole: Hole, failing: readonly Interval[]): UnseenTime[] {
  const parts: UnseenTime[] = []
  let at = hole.from
  for (const { from, to, outcome, intervalMs } of failing) {
    if (from >= hole.to || to < hole.from) continue
    const begin = Math.max(from, at)
    const isNear = begin - at <= gapAfterMs(intervalMs)
    if (!isNear) parts.push({ from: at, to: begin, outcome: 'not_polled' })
    const end = Math.min(to, hole.to)
    const reached = hole.to - end <= gapAfterMs(intervalMs) ? hole.to : end
    parts.push({ from: isNear ? at : begin, to: Math.max(reached, begin), outcome })
    at = Math.max(end, at)
  }
  return tiled(parts, hole)
}

/** Parts one after the other without overlap, equal neighbors joined, the rest of the hole not polled. */
function tiled(parts: readonly UnseenTime[], hole: Hole): UnseenTime[] {
  const tiles: UnseenTime[] = []
  for (const [i, part] of parts.entries()) {
    const to = Math.min(part.to, parts[i + 1]?.from ?? hole.to)
    const last = tiles.at(-1)
    if (last && last.outcome === part.outcome && last.to >= part.from) last.to = Math.max(last.to, to)
    else if (to > part.from) tiles.push({ ...part, to })
  }
  const end = tiles.at(-1)?.to ?? hole.from
  return end < hole.to ? [...tiles, { from: end, to: hole.to, outcome: 'not_polled' }] : tiles
}
