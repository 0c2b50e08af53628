import type { Database } from './database.ts'

/** Work that is scheduled by time of day and not by source. */
export interface Job {
  /** in lower case; it is the name of the job's lease too */
  name: string
  /**
   * The interval in milliseconds: the job runs at each multiple of it since 1970 (UTC), and at each start of a worker.
   */
  everyMs: number
  /** delay after each multiple of the interval, in milliseconds; default 0 */
  atMs?: number
  /** Time limit of a run, in seconds. Then its signal is aborted, and the rest is done in the next run. */
  expireInSeconds: number
  /**
   * Does the pending work; it may be called without any pending work. Only one worker runs the job at a time. If that
   * worker was killed, froze or vanished, another worker runs it; a single statement of a frozen worker can still
   * arrive late.
   * @param signal is aborted if the worker stops, the job has expired, or another worker runs it
   * @param db its transactions commit only while this worker holds the job's lease
   * @returns figures for the log
   */
  run(signal: AbortSignal, db: Database): Promise<Record<string, unknown> | void>
}
