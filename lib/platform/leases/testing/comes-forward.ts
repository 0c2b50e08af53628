import { MIN_LONG_OPERATION_SHARE, canBringForward, PAUSE_INTERVAL_SHARE } from '../bring-forward.ts'

/** The only session of a resource, just after it was polled. Times and durations are in milliseconds. */
interface ReadSession {
  nextAt: number
  everyMs: number
}

/** Returns the time at which a table that comes forward is due, in milliseconds. */
export const computeEarlyTableDueTimeMs = (session: ReadSession, now: number): number =>
  now + PAUSE_INTERVAL_SHARE * session.everyMs

/**
 * Reports whether a table is polled right after the session of its resource, before it is due. If operations are slow,
 * the slowest delays whatever poll is due next. Therefore a table is polled after a quick session poll if there is
 * enough time before the next one, up to two session polls early. A table that is due two session polls later requires
 * time for two operations, so that the later of two equally good slots is used.
 * @param runMs duration of the table's operations
 */
export function isTablePolledEarlyAfterSession(
  table: { nextAt: number; everyMs: number; runMs: number | null },
  session: ReadSession,
  now: number,
): boolean {
  const { nextAt, everyMs, runMs } = table
  if (
    runMs === null ||
    runMs < MIN_LONG_OPERATION_SHARE * session.everyMs ||
    !canBringForward(everyMs, session.everyMs)
  )
    return false
  const early = nextAt < now + 1.5 * session.everyMs ? 1 : 2
  return (
    nextAt < now + 2.5 * session.everyMs && computeEarlyTableDueTimeMs(session, now) + early * runMs <= session.nextAt
  )
}
