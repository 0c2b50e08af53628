import type { EpochMs } from '#lib/contract/index.ts'
import { later } from '#lib/history/times.ts'
import type { Closed, Open } from '#lib/history/record/interval.ts'

/** When something changed, as far as a report says: not before the one, by the other. */
interface ReportedChange {
  notBefore: EpochMs | null
  at: EpochMs
}

/**
 * Bounds of a change that replaces what is current. It came after what it replaces had begun, and, where the router was not observed
 * meanwhile, after it was observed last.
 * @param gapFrom end of what was known before the report's connection; null = what is replaced was reported on this one
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

/** What begins with a change. */
export function begunBy({ earliest, latest }: { earliest: EpochMs | null; latest: EpochMs }): Open {
  return { lastAbsent: earliest, firstPresent: latest, lastPresent: latest }
}

/** What ends with a change. A router whose messages lag may have ended by its second what it had not yet reported to begin. */
export function endedRouterInterval(
  open: Open,
  { earliest, latest }: { earliest: EpochMs | null; latest: EpochMs },
): Closed {
  const firstAbsent = Math.max(latest, open.firstPresent)
  return { ...open, lastPresent: Math.min(earliest ?? open.firstPresent, firstAbsent), firstAbsent }
}
