import type { EpochMs } from '#lib/contract/index.ts'
import { msOfSeconds } from '../times.ts'

/**
 * Actual start times and durations of the last polls of a (source, kind), from which gaps and the shortest visible
 * outage are derived.
 */
export interface Pace {
  /** starts of the last polls, oldest first */
  starts: EpochMs[]
  /** durations of the last polls in ms, oldest first */
  durations: number[]
}

/** Number of polls whose pace is stored. */
export const MAX_PACE_POLLS = 20
const GAP_INTERVALS = 1.5
const SHORTEST_GAP_MS = 5_000

/** Returns the pace with one more poll, without the polls that are older than the last KEPT_POLLS. */
export function paceAfter({ starts, durations }: Pace, startedAt: EpochMs, durationMs: number): Pace {
  return {
    starts: [...starts, startedAt].slice(-MAX_PACE_POLLS - 1),
    durations: [...durations, Math.round(durationMs)].slice(-MAX_PACE_POLLS),
  }
}

/**
 * Returns the interval for judging freshness: the maximum of the configured interval and the usual start-to-start time
 * (median of the last 20; the duration of the first poll while it is the only one). One long call does not change it,
 * so data that was stale during that call is still stale when the call ends.
 */
export function usualIntervalMs(pace: Pace, configuredMs: number, observed = observedIntervalMs(pace)): number {
  return Math.max(configuredMs, observed?.p50 ?? pace.durations.at(-1) ?? 0)
}

/** Returns the observed start-to-start time, milliseconds; null before the second poll. */
export function observedIntervalMs({ starts }: Pick<Pace, 'starts'>): { p50: number; p95: number } | null {
  const between = inOrder(starts.slice(1).map((start, i) => start - (starts[i] ?? start)))
  return between.length === 0 ? null : { p50: quantile(between, 0.5), p95: quantile(between, 0.95) }
}

/**
 * Returns the interval for judging gaps, in milliseconds: the maximum of the usual interval and the duration of the
 * last call, because the next call cannot begin before that one ends.
 */
export function intervalInForceMs(pace: Pace, configuredMs: number): number {
  return Math.max(usualIntervalMs(pace, configuredMs), pace.durations.at(-1) ?? 0)
}

/**
 * Reports whether polls extend a coverage interval. Bounds within a coverage interval depend on the poll interval at
 * its begin, so no call except the last may take longer than that poll interval, and no start-to-start time may count
 * as a gap for it. A new coverage interval also begins if that poll interval is more than 1.5 times the usual interval
 * and all remembered durations.
 * @param longest maximum start-to-start time of these polls, and maximum duration of the calls before them,
 *   milliseconds
 */
export function extendsCoverage(
  before: Pace & { intervalBeganWith: number | null },
  longest: { apartMs: number; callMs: number },
  configuredMs: number,
): boolean {
  const beganWithMs = msOfSeconds(before.intervalBeganWith)
  if (Math.max(configuredMs, longest.callMs) > beganWithMs || longest.apartMs > gapAfterMs(beganWithMs)) return false
  return beganWithMs <= GAP_INTERVALS * Math.max(usualIntervalMs(before, configuredMs), ...before.durations)
}

/** Returns the maximum start-to-start time without a gap, milliseconds. */
export function gapAfterMs(intervalMs: number): number {
  return Math.max(GAP_INTERVALS * intervalMs, SHORTEST_GAP_MS)
}

/**
 * Returns the maximum start-to-start time without a gap as an SQL expression, in seconds.
 * @param interval SQL expression of the poll interval in seconds
 */
export const gapAfterSeconds = (interval: string): string =>
  `greatest(${GAP_INTERVALS} * ${interval}, ${SHORTEST_GAP_MS / 1_000})`

/**
 * Returns the shortest outage that is certainly visible, in milliseconds: the poll interval plus the 95th percentile of
 * the call's duration.
 */
export function floorMs(pace: Pace, intervalMs: number): number {
  return intervalMs + quantile(inOrder(pace.durations), 0.95)
}

/**
 * Sorts by insertion, which takes a tenth of the time of the built-in sort for so few values. Every response about
 * freshness calls it for every poll.
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

/** Returns a quantile; 0 if there are no values. The median between two values is their average. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? 0
  const high = sorted[Math.ceil(at)] ?? 0
  return share === 0.5 ? (low + high) / 2 : high
}
