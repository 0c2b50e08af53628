import type { EpochMs } from '#lib/contract/index.ts'
import { later } from '#lib/history/times.ts'
import type { Closed, Open } from '#lib/history/record/interval.ts'

/** Bounds of a reported change. It happened between `notBefore` and `at`. */
interface ReportedChange {
  notBefore: EpochMs | null
  at: EpochMs
}

/**
 * Returns the bounds of a change that replaces the current state. It is later than the start of the current state, and
 * later than the last observation if the router was not observed
 * in between.
 * @param gapFrom end of the observation before the report's connection; null = the current state was reported on the
 *   same connection
 */
export function boundsOfChange(
  change: ReportedChange,
  current: Open | null,
  gapFrom: EpochMs | null,
): { earliest: EpochMs | null; latest: EpochMs } {
  const candidates = [change.notBefore, current?.lastAbsent ?? null, gapFrom]
  const earliest = candidates.reduce(
    (latest, candidate) => (candidate === null ? latest : later(candidate, latest)),
    null,
  )
  return { earliest: earliest === null ? null : Math.min(earliest, change.at), latest: change.at }
}

/** Returns the interval that starts with a change. */
export function startRouterInterval({ earliest, latest }: { earliest: EpochMs | null; latest: EpochMs }): Open {
  return { lastAbsent: earliest, firstPresent: latest, lastPresent: latest }
}

/**
 * Returns the interval that ends with a change. If a router's messages are late, the state may end at an earlier time
 * than the report of its start, so the end is moved to that report.
 */
export function endRouterInterval(
  open: Open,
  { earliest, latest }: { earliest: EpochMs | null; latest: EpochMs },
): Closed {
  const firstAbsent = Math.max(latest, open.firstPresent)
  return { ...open, lastPresent: Math.min(earliest ?? open.firstPresent, firstAbsent), firstAbsent }
}
