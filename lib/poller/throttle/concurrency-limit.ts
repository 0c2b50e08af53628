/** Polls that begin at a time for each connection: the next tick shows whether the database keeps up with them (ADR 0198). */
const POLLS_PER_CONNECTION = 2
/** A tick. Where the timetable is read less often, so many more may begin at a time: more has ended since. */
const TICK_MS = 40
const MAX_TICKS = 4

/**
 * How many polls a worker may begin now. Each needs the database at its begin and at its end: where polls wait for a connection
 * already, as when a whole estate is polled for the first time, others are left to workers that have some to spare. What is not
 * claimed can't be lost.
 * @param free polls that may be in flight beside those that are
 * @param pool the connections that polls are served by
 * @param sinceMs since this was asked the last time
 */
export function roomForPolls(
  free: number,
  pool: { waitingCount: number; options: { max?: number | undefined } },
  sinceMs: number,
): number {
  if (pool.waitingCount > 0) return 0
  const ticks = Math.min(MAX_TICKS, Math.max(1, sinceMs / TICK_MS))
  return Math.max(0, Math.min(free, Math.floor(POLLS_PER_CONNECTION * (pool.options.max ?? 1) * ticks)))
}
