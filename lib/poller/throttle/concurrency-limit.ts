/**
 * Maximum number of polls per database connection that may begin in one tick (TICK_MS). The limit is low, because the
 * next tick shows whether the database keeps up (ADR 0198).
 */
const POLLS_PER_CONNECTION = 2
/**
 * Length of a tick in milliseconds. If the schedule was not read for several ticks, more polls may begin together (up
 * to MAX_TICKS times as many).
 */
const TICK_MS = 40
const MAX_TICKS = 4

/**
 * Returns how many polls a worker may begin now. It is 0 if polls are already waiting for a database connection,
 * because each poll needs the database at its begin and end. Polls that this worker does not begin can be claimed by
 * other workers.
 * @param free number of polls that may still run at the same time
 * @param pool connection pool of the polls
 * @param sinceMs milliseconds since the last call
 */
export function computeRoomForPolls(
  free: number,
  pool: { waitingCount: number; options: { max?: number | undefined } },
  sinceMs: number,
): number {
  if (pool.waitingCount > 0) return 0
  const ticks = Math.min(MAX_TICKS, Math.max(1, sinceMs / TICK_MS))
  return Math.max(0, Math.min(free, Math.floor(POLLS_PER_CONNECTION * (pool.options.max ?? 1) * ticks)))
}
