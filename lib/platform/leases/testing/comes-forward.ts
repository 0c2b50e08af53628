import { LONG_RUN, mayComeEarly, PAUSE } from '../bring-forward.ts'

/** The only session of a resource, as it is once it was read; times and durations in milliseconds. */
interface ReadSession {
  nextAt: number
  everyMs: number
}

/** @returns when a table that comes forward is due. Milliseconds */
export const forwardAt = (session: ReadSession, now: number): number => now + PAUSE * session.everyMs

/**
 * Whether a table is read after the session of its resource, before it is due. Where operations take long, one that takes the longest keeps whatever is
 * due next waiting: so a table is read after a session that took little, while there is room for it before the next one, and up to two sessions early. A
 * table that is due two sessions later needs room for two operations, so that the later one is taken where it is as good.
 * @param runMs how long operations of the table take
 */
export function comesForward(
  table: { nextAt: number; everyMs: number; runMs: number | null },
  session: ReadSession,
  now: number,
): boolean {
  const { nextAt, everyMs, runMs } = table
  if (runMs === null || runMs < LONG_RUN * session.everyMs || !mayComeEarly(everyMs, session.everyMs)) return false
  const early = nextAt < now + 1.5 * session.everyMs ? 1 : 2
  return nextAt < now + 2.5 * session.everyMs && forwardAt(session, now) + early * runMs <= session.nextAt
}
