import type { EpochMs } from '#lib/contract/index.ts'
import { pickLater } from '#lib/history/times.ts'
import type { ClosedInterval, OpenInterval } from '#lib/history/record/interval.ts'

/** Time of a reported change: not before `notBefore` (null = unknown), and not after `at`. */
interface ReportedChange {
  notBefore: EpochMs | null
  at: EpochMs
}

/**
 * Returns the earliest and latest time at which the current state changed. The earliest time is not before the begin of
 * the current state. If the router was not observed in between, it is not before the end of the last observation.
 * @param gapFrom end of the last observation; null = the current state was reported on the same connection
 */
export function computeStateChangeBounds(
  change: ReportedChange,
  current: OpenInterval | null,
  gapFrom: EpochMs | null,
): { earliest: EpochMs | null; latest: EpochMs } {
  const candidates = [change.notBefore, current?.lastAbsent ?? null, gapFrom]
  const earliest = candidates.reduce(
    (latest, candidate) => (candidate === null ? latest : pickLater(candidate, latest)),
    null,
  )
  return { earliest: earliest === null ? null : Math.min(earliest, change.at), latest: change.at }
}

/** Returns the interval of a state that begins with a change. */
export function startRouterInterval({ earliest, latest }: { earliest: EpochMs | null; latest: EpochMs }): OpenInterval {
  return { lastAbsent: earliest, firstPresent: latest, lastPresent: latest }
}

/**
 * Returns the interval of a state that ends with a change. The end is never earlier than the time at which the begin
 * was reported. The times in a router's messages could contradict this, because messages may be late.
 */
export function endRouterInterval(
  open: OpenInterval,
  { earliest, latest }: { earliest: EpochMs | null; latest: EpochMs },
): ClosedInterval {
  const firstAbsent = Math.max(latest, open.firstPresent)
  return { ...open, lastPresent: Math.min(earliest ?? open.firstPresent, firstAbsent), firstAbsent }
}
