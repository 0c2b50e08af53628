/**
 * Number of polls per database connection that may begin in one tick. The next tick shows whether the database keeps up
 * with them (ADR 0198).
 */
const POLLS_PER_CONNECTION = 2
/**
 * Length of a tick in milliseconds. If the schedule is read less often, proportionally more polls may begin at once,
 * because more polls have ended since.
 */
const TICK_MS = 40
const MAX_TICKS = 4

/**
 * Returns how many polls a worker may begin now. Each poll needs the database at its start and its end. If polls
 * already wait for a connection, for example during the first poll of a whole estate, the other polls are left to
 * workers with free connections, because a poll that was not claimed cannot lose its lease.
 * @param free number of polls that may be in flight in addition to the current ones
 * @param pool connection pool of the polls
 * @param sinceMs milliseconds since the last call
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
