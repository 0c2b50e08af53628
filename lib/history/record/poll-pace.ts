import type { EpochMs } from '#lib/contract/index.ts'
import { convertSecondsToMs } from '../times.ts'

/**
 * Actual start times and durations of the last polls of a (source, kind). From them gaps in polling and the shortest
 * visible outage are derived.
 */
export interface PollPaceHistory {
  /** starts of the last polls, oldest first */
  starts: EpochMs[]
  /** durations of the last polls in ms, oldest first */
  durations: number[]
}

/** Number of polls whose pace is stored. */
export const MAX_PACE_POLLS = 20
const GAP_INTERVALS = 1.5
const SHORTEST_GAP_MS = 5_000

/**
 * Returns the pace with one more poll. Only the last MAX_PACE_POLLS durations and one start more are kept, because each
 * interval needs two starts.
 */
export function computePaceAfter(
  { starts, durations }: PollPaceHistory,
  startedAt: EpochMs,
  durationMs: number,
): PollPaceHistory {
  return {
    starts: [...starts, startedAt].slice(-MAX_PACE_POLLS - 1),
    durations: [...durations, Math.round(durationMs)].slice(-MAX_PACE_POLLS),
  }
}

/**
 * Returns the poll interval for judging freshness: the configured interval or the usual time between two starts,
 * whichever is longer. The usual time is the median of the last 20 times between starts or, after only one poll, the
 * duration of this poll. A single long poll does not change the median. Therefore data that became stale during that
 * poll is still stale when the poll ends.
 */
export function computeUsualIntervalMs(
  pace: PollPaceHistory,
  configuredMs: number,
  observed = computeObservedIntervalMs(pace),
): number {
  return Math.max(configuredMs, observed?.p50 ?? pace.durations.at(-1) ?? 0)
}

/**
 * Returns the median and the 95th percentile of the observed start-to-start times, milliseconds; null before the second
 * poll.
 */
export function computeObservedIntervalMs({
  starts,
}: Pick<PollPaceHistory, 'starts'>): { p50: number; p95: number } | null {
  const between = inOrder(starts.slice(1).map((start, i) => start - (starts[i] ?? start)))
  return between.length === 0 ? null : { p50: quantile(between, 0.5), p95: quantile(between, 0.95) }
}

/**
 * Returns the poll interval for judging gaps, in milliseconds: the usual interval or the duration of the last poll,
 * whichever is longer, because the next poll cannot begin before the last one ends.
 */
export function computeGapIntervalMs(pace: PollPaceHistory, configuredMs: number): number {
  return Math.max(computeUsualIntervalMs(pace, configuredMs), pace.durations.at(-1) ?? 0)
}

/**
 * Reports whether polls extend a coverage interval (consecutive polls with the same outcome). Times within a coverage
 * interval are later computed from the poll interval at its start. Therefore no poll except the last may take longer
 * than that poll interval, and no time between two starts may count as a gap for it.
 * If the poll interval at the start is more than 1.5 times the usual interval and 1.5 times every stored duration, a
 * new coverage interval begins.
 * @param longest maximum time between two starts of these polls, and maximum duration of the polls before the last one,
 *   milliseconds
 */
export function canExtendCoverage(
  before: PollPaceHistory & { intervalBeganWith: number | null },
  longest: { apartMs: number; callMs: number },
  configuredMs: number,
): boolean {
  const beganWithMs = convertSecondsToMs(before.intervalBeganWith)
  if (Math.max(configuredMs, longest.callMs) > beganWithMs || longest.apartMs > computeMaxGapFreeMs(beganWithMs))
    return false
  return beganWithMs <= GAP_INTERVALS * Math.max(computeUsualIntervalMs(before, configuredMs), ...before.durations)
}

/** Returns the maximum start-to-start time of two polls that does not count as a gap, milliseconds. */
export function computeMaxGapFreeMs(intervalMs: number): number {
  return Math.max(GAP_INTERVALS * intervalMs, SHORTEST_GAP_MS)
}

/**
 * Returns an SQL expression for the maximum start-to-start time that does not count as a gap, in seconds.
 * @param interval SQL expression of the poll interval in seconds
 */
export const selectMaxGapFreeSeconds = (interval: string): string =>
  `greatest(${GAP_INTERVALS} * ${interval}, ${SHORTEST_GAP_MS / 1_000})`

/**
 * Returns the duration of the shortest outage that polls certainly find (the detection floor), in milliseconds: the
 * poll interval plus the 95th percentile of a poll's duration.
 */
export function computeDetectionFloorMs(pace: PollPaceHistory, intervalMs: number): number {
  return intervalMs + quantile(inOrder(pace.durations), 0.95)
}

/**
 * Sorts numbers by insertion. For so few values this takes a tenth of the time of the built-in sort, and every response
 * about freshness sorts the values of every poll.
 */
function inOrder(values: readonly number[]): number[] {
  const sorted: number[] = []
  for (const value of values) {
    let at = sorted.length
    for (; at > 0 && (sorted[at - 1] ?? value) > value; at--) sorted[at] = sorted[at - 1] ?? value
    sorted[at] = value
  }
  return sorted
}

/**
 * Returns a quantile of sorted values; 0 if there are no values. The median is the average of the two middle values,
 * any other quantile is the next higher value.
 */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? 0
  const high = sorted[Math.ceil(at)] ?? 0
  return share === 0.5 ? (low + high) / 2 : high
}
