import type { EpochMs } from '#lib/contract/index.ts'
import { msOfSeconds } from '../times.ts'

/** How often a (source, kind) is really polled, and how long its call takes: what gaps and floors are judged by. */
export interface Pace {
  /** starts of the last polls, oldest first */
  starts: EpochMs[]
  /** lengths of the last polls in ms, oldest first */
  durations: number[]
}

/** Polls whose pace is kept. */
export const KEPT_POLLS = 20
const GAP_INTERVALS = 1.5
const SHORTEST_GAP_MS = 5_000

/** The pace with one poll more; the oldest beyond what is kept are forgotten. */
export function paceAfter({ starts, durations }: Pace, startedAt: EpochMs, durationMs: number): Pace {
  return {
    starts: [...starts, startedAt].slice(-KEPT_POLLS - 1),
    durations: [...durations, Math.round(durationMs)].slice(-KEPT_POLLS),
  }
}

/**
 * The interval that freshness is judged by: the larger of the configured one and the usual start-to-start time (median of the
 * last 20; the length of the first poll while there is one only). One long call does not change it: what was stale while
 * that call went unanswered stays stale when it ends.
 */
export function usualIntervalMs(pace: Pace, configuredMs: number, observed = observedIntervalMs(pace)): number {
  return Math.max(configuredMs, observed?.p50 ?? pace.durations.at(-1) ?? 0)
}

/** How long it really is from start to start; null before the second poll. */
export function observedIntervalMs({ starts }: Pick<Pace, 'starts'>): { p50: number; p95: number } | null {
  const between = inOrder(starts.slice(1).map((start, i) => start - (starts[i] ?? start)))
  return between.length === 0 ? null : { p50: quantile(between, 0.5), p95: quantile(between, 0.95) }
}

/** The interval that gaps are judged by: the usual one, or the length of the last call, which the next one can't begin before. */
export function intervalInForceMs(pace: Pace, configuredMs: number): number {
  return Math.max(usualIntervalMs(pace, configuredMs), pace.durations.at(-1) ?? 0)
}

/**
 * Whether polls belong to an interval of coverage: bounds within it rest for good on the interval in force when it began, than which no call
 * but the last took longer, and by which no poll came late. Nor do they go on with one longer by half than all that is remembered.
 * @param longest of them: from start to start, and the call before any of them
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

/** Longest distance from start to start that is no gap. */
export function gapAfterMs(intervalMs: number): number {
  return Math.max(GAP_INTERVALS * intervalMs, SHORTEST_GAP_MS)
}

/** The same within a statement. @param interval an expression in seconds */
export const gapAfterSeconds = (interval: string): string =>
  `greatest(${GAP_INTERVALS} * ${interval}, ${SHORTEST_GAP_MS / 1_000})`

/** The shortest outage that is certain to be seen: the interval in force and the p95 of the call. */
export function floorMs(pace: Pace, intervalMs: number): number {
  return intervalMs + quantile(inOrder(pace.durations), 0.95)
}

/** By insertion, a tenth of the time of the engine's sort for so few: every answer about freshness asks for it, of every poll. */
function inOrder(values: readonly number[]): number[] {
  const sorted: number[] = []
  for (const value of values) {
    let at = sorted.length
    for (; at > 0 && (sorted[at - 1] ?? value) > value; at--) sorted[at] = sorted[at - 1] ?? value
    sorted[at] = value
  }
  return sorted
}

/** 0 for no values; between two values the mean of both. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? 0
  const high = sorted[Math.ceil(at)] ?? 0
  return share === 0.5 ? (low + high) / 2 : high
}
