import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Length in seconds of the time window in which attempts are counted. */
export const ATTEMPT_WINDOW_SECONDS = 15 * 60

/** A counter of attempts, with the maximum number of attempts in a time window. */
export interface SignInAttemptCounter {
  key: string
  limit: number
}

/**
 * Counts an attempt with each counter in turn. Stops at the first counter that exceeds its limit, so that a refused
 * client creates no further rows. Also deletes counters whose time window has ended.
 * @returns true if no counter exceeds its limit
 */
export async function countSignInAttempt(db: SqlExecutor, counters: readonly SignInAttemptCounter[]): Promise<boolean> {
  await db.query('DELETE FROM access_attempt WHERE since < now() - make_interval(secs => $1)', [ATTEMPT_WINDOW_SECONDS])
  for (const { key, limit } of counters) {
    const { rows } = await db.query<{ count: number }>(
      `INSERT INTO access_attempt AS a (key, since, count) VALUES ($1, now(), 1)
       ON CONFLICT (key) DO UPDATE SET
         count = CASE WHEN a.since < now() - make_interval(secs => $2) THEN 1 ELSE a.count + 1 END,
         since = CASE WHEN a.since < now() - make_interval(secs => $2) THEN now() ELSE a.since END
       RETURNING count`,
      [key, ATTEMPT_WINDOW_SECONDS],
    )
    if ((rows[0]?.count ?? 0) > limit) return false
  }
  return true
}

/** Decreases the counters of an attempt that succeeded. So only failed attempts are counted in the end. */
export async function uncountSignInAttempt(db: SqlExecutor, counters: readonly SignInAttemptCounter[]): Promise<void> {
  await db.query('UPDATE access_attempt SET count = count - 1 WHERE key = ANY($1) AND count > 0', [
    counters.map(({ key }) => key),
  ])
}
