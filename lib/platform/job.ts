import type { Database } from './database.ts'

/** Work that a worker runs at regular times, for example a summary. Polls are not jobs. */
export interface ScheduledJob {
  /** name in lower case; also the name of the lease under which the job runs */
  name: string
  /**
   * Interval in milliseconds. The job runs at each multiple of the interval since 1970 (UTC), and whenever a worker
   * starts.
   */
  everyMs: number
  /** delay of each run in milliseconds, counted from the multiple of the interval; default 0 */
  atMs?: number
  /** Maximum duration of a run in seconds. After it the signal is aborted, and the next run does the remaining work. */
  expireInSeconds: number
  /**
   * Does the work that is due, if there is any. Only one worker runs the job at a time. If that worker is killed,
   * freezes or vanishes, another worker runs it. In this case, a single statement of a frozen worker may still be
   * executed late.
   * @param signal aborted if the worker stops, the maximum duration has passed, or another worker runs the job
   * @param db database whose transactions commit only while this worker holds the lease of the job
   * @returns figures that are logged
   */
  run(signal: AbortSignal, db: Database): Promise<Record<string, unknown> | void>
}
