import type { EpochMs } from '#lib/contract/index.ts'
import { later } from '#lib/history/times.ts'
import type { Closed, Open } from '#lib/history/record/interval.ts'

/** Bounds of the time of a reported change: it happened between `notBefore` (null = unknown) and `at`. */
interface ReportedChange {
  notBefore: EpochMs | null
  at: EpochMs
}

/**
 * Returns the bounds of a change that replaces the current state. The change is not earlier than the earliest possible
 * start of the current state. If the router was not observed in between, it is also not earlier than the end of the
 * observation.
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
 * Returns the ended interval of a state that ends with a change. If a router's messages are late, the change may be
 * earlier than the report of the state's start; then the end is moved to that report.
 */
export function endRouterInterval(
  open: Open,
  { earliest, latest }: { earliest: EpochMs | null; latest: EpochMs },
): Closed {
  const firstAbsent = Math.max(latest, open.firstPresent)
  return { ...open, lastPresent: Math.min(earliest ?? open.firstPresent, firstAbsent), firstAbsent }
}
