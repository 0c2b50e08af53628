import type { SqlExecutor } from '../queryable.ts'

/**
 * Schedule of a job: it is due `atMs` milliseconds after every multiple of `everyMs` since 1970 (UTC), by the database
 * clock.
 */
interface JobTimes {
  name: string
  everyMs: number
  /** delay in milliseconds after each multiple of the interval; must be less than `everyMs` */
  atMs: number
}

/**
 * Result of a run of a job. `interrupted` = its worker stopped. In this case the job is due again immediately, and the
 * run does not count as an attempt.
 */
export type JobOutcome = 'done' | 'failed' | 'interrupted'

/**
 * Maximum number of times that a run is repeated after it failed or its worker vanished. After these the job waits for
 * its next scheduled time.
 */
const REPEATS = 3
const REPEAT_AFTER = `interval '5 s'`

/**
 * Returns an SQL expression for the next scheduled time of a job. Both arguments are SQL expressions in milliseconds.
 */
const nextTime = (everyMs: string, atMs: string) =>
  `to_timestamp(((floor((extract(epoch FROM now.at) * 1000 - ${atMs}) / ${everyMs}) + 1) * ${everyMs} + ${atMs}) / 1000)`

const NOW = 'now AS MATERIALIZED (SELECT clock_timestamp() AS at)'

/** Makes jobs due now. Adds a row for each new job. */
export async function makeJobsDue(db: SqlExecutor, names: readonly string[]): Promise<void> {
  await db.query(
    `INSERT INTO job AS j (name, next_at) SELECT name, clock_timestamp() FROM unnest($1::text[]) AS t (name) ORDER BY name
     ON CONFLICT (name) DO UPDATE SET next_at = least(j.next_at, EXCLUDED.next_at)`,
    [names],
  )
}

/**
 * Returns for each job the milliseconds until it may begin; 0 = now. A job may begin when it is due and no other
 * process holds its lease. If the clock was set back, or if the interval became shorter, a stored due time may be later
 * than the next scheduled time. It is then replaced by the next scheduled time.
 */
export async function readJobWaitsMs(db: SqlExecutor, jobs: readonly JobTimes[]): Promise<Map<string, number>> {
  const { rows } = await db.query<{ name: string; ms: number }>(
    `WITH ${NOW},
     own AS (
       SELECT t.name, t.every, ${nextTime('t.every', 't.phase')} AS next_time
       FROM unnest($1::text[], $2::numeric[], $3::numeric[]) AS t (name, every, phase) CROSS JOIN now),
     brought_forward AS (
       UPDATE job j SET next_at = least(j.next_at, own.next_time),
              again_at = CASE WHEN j.again_at IS NOT NULL THEN least(j.again_at, now.at + ${REPEAT_AFTER}) END
       FROM own CROSS JOIN now
       WHERE j.name = own.name
         AND (j.next_at > own.next_time + make_interval(secs => own.every::float8 / 1000) OR j.again_at > now.at + ${REPEAT_AFTER})
       RETURNING j.name, j.next_at, j.again_at)
     SELECT j.name, greatest(0, extract(epoch FROM greatest(least(coalesce(b.next_at, j.next_at), coalesce(b.again_at, j.again_at)), l.expires_at)
                                                   - now.at) * 1000)::float8 AS ms
     FROM own JOIN job j ON j.name = own.name CROSS JOIN now
     LEFT JOIN brought_forward b ON b.name = j.name
     LEFT JOIN work_lease l ON l.name = j.name AND l.holder IS NOT NULL`,
    [jobs.map(({ name }) => name), jobs.map(({ everyMs }) => everyMs), jobs.map(({ atMs }) => atMs)],
  )
  return new Map(rows.map(({ name, ms }) => [name, ms]))
}

/**
 * Records that a run of a job begins, and sets its next scheduled time. If the job is requested during the run, it is
 * due again afterwards.
 * @param db client of a transaction under the lease of the job
 * @returns false if the job is no longer due
 */
export async function beginJob(db: SqlExecutor, { name, everyMs, atMs }: JobTimes): Promise<boolean> {
  const { rowCount } = await db.query(
    `WITH ${NOW}
     UPDATE job j
     SET attempts = CASE WHEN again_at IS NULL THEN 1 ELSE attempts + 1 END,
         again_at = CASE WHEN again_at IS NULL OR attempts < ${REPEATS} THEN now.at END,
         next_at = ${nextTime('$2::numeric', '$3::numeric')}
     FROM now WHERE j.name = $1 AND least(j.next_at, j.again_at) <= now.at`,
    [name, everyMs, atMs],
  )
  return rowCount === 1
}

/**
 * Records the result of a run of a job.
 * @param db client of a transaction under the lease of the job
 */
export async function endJob(db: SqlExecutor, name: string, outcome: JobOutcome): Promise<void> {
  await db.query(
    `UPDATE job SET
       attempts = CASE $2 WHEN 'done' THEN 0 WHEN 'failed' THEN attempts ELSE attempts - 1 END,
       again_at = CASE WHEN $2 = 'interrupted' THEN clock_timestamp()
                       WHEN $2 = 'failed' AND attempts <= ${REPEATS} THEN clock_timestamp() + ${REPEAT_AFTER} END
     WHERE name = $1`,
    [name, outcome],
  )
}
