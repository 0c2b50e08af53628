import type { EpochMs, PollOutcome } from '#lib/contract/index.ts'
import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import { computeMaxGapFreeMs } from '../../record/poll-pace.ts'

/** Consecutive polls with one outcome and without a gap between them. */
export interface PolledInterval {
  from: EpochMs
  to: EpochMs
  lastStartedAt: EpochMs
  outcome: PollOutcome
  /** true if the polls read rows, even if some gateway instances did not report */
  readable: boolean
  /** poll interval at the begin of this coverage interval */
  intervalMs: number
}

export interface TimeIntervalWithoutPolls {
  from: EpochMs
  to: EpochMs
  outcome: PollOutcome
}

/**
 * Returns the times in [from, to] that polls did not cover, with the reason. A time is covered if it is in an interval
 * with successful polls, or between two such intervals that are not separated by a gap. The time after the last such
 * interval is covered unless the next poll is overdue by `to`. If failed polls are in a gap, their outcome is the
 * reason; otherwise the reason is `not_polled`.
 * @param intervals in order, with the last readable one before `from` and the first after `to`
 * @param intervalMs current poll interval, which determines when the next poll is overdue
 */
export function computeUnpolledTimes(
  intervals: readonly PolledInterval[],
  { from, to, intervalMs }: { from: EpochMs; to: EpochMs; intervalMs: number },
): TimeIntervalWithoutPolls[] {
  const failing = intervals.filter(({ readable }) => !readable)
  const readable = intervals.filter((interval) => interval.readable)
  return [...gapsBetween(readable), ...gapAfter(readable.at(-1), to, intervalMs)]
    .map((gap) => ({ from: Math.max(gap.from, from), to: Math.min(gap.to, to) }))
    .filter((gap) => gap.from < gap.to)
    .flatMap((gap) => withReasons(gap, failing))
}

function gapsBetween(readable: readonly PolledInterval[]): TimeInterval[] {
  return readable.flatMap((interval, i) => {
    const before = readable[i - 1]
    if (!before) return [{ from: Number.NEGATIVE_INFINITY, to: interval.from }]
    const isGap = interval.from - before.lastStartedAt > computeMaxGapFreeMs(interval.intervalMs)
    return isGap ? [{ from: before.to, to: interval.from }] : []
  })
}

/**
 * Returns the time after the last readable polls as a gap if the next poll is overdue by `to`.
 * @param last undefined = no poll was ever readable, so all time is a gap
 */
function gapAfter(last: PolledInterval | undefined, to: EpochMs, intervalMs: number): TimeInterval[] {
  if (!last) return [{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }]
  return to - last.to > computeMaxGapFreeMs(intervalMs) ? [{ from: last.to, to: Number.POSITIVE_INFINITY }] : []
}

/**
 * Splits a gap at the failed polls in it. A remaining time before or after the failed polls that is too short for a
 * missing poll gets their outcome, too.
 */
function withReasons(gap: TimeInterval, failing: readonly PolledInterval[]): TimeIntervalWithoutPolls[] {
  const parts: TimeIntervalWithoutPolls[] = []
  let at = gap.from
  for (const { from, to, outcome, intervalMs } of failing) {
    if (from >= gap.to || to < gap.from) continue
    const begin = Math.max(from, at)
    const isNear = begin - at <= computeMaxGapFreeMs(intervalMs)
    if (!isNear) parts.push({ from: at, to: begin, outcome: 'not_polled' })
    const end = Math.min(to, gap.to)
    const reached = gap.to - end <= computeMaxGapFreeMs(intervalMs) ? gap.to : end
    parts.push({ from: isNear ? at : begin, to: Math.max(reached, begin), outcome })
    at = Math.max(end, at)
  }
  return tiled(parts, gap)
}

/**
 * Makes the parts of a gap consecutive, without overlap. Adjacent parts with the same outcome are joined. The rest of
 * the gap gets the outcome `not_polled`.
 */
function tiled(parts: readonly TimeIntervalWithoutPolls[], gap: TimeInterval): TimeIntervalWithoutPolls[] {
  const tiles: TimeIntervalWithoutPolls[] = []
  for (const [i, part] of parts.entries()) {
    const to = Math.min(part.to, parts[i + 1]?.from ?? gap.to)
    const last = tiles.at(-1)
    if (last && last.outcome === part.outcome && last.to >= part.from) last.to = Math.max(last.to, to)
    else if (to > part.from) tiles.push({ ...part, to })
  }
  const end = tiles.at(-1)?.to ?? gap.from
  return end < gap.to ? [...tiles, { from: end, to: gap.to, outcome: 'not_polled' }] : tiles
}
