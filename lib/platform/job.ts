import type { Database } from './database.ts'

/** Work that runs at regular times, independent of the sources that are polled. */
export interface Job {
  /** name in lower case; also the name of the lease under which the job runs */
  name: string
  /**
   * The interval in milliseconds: the job runs at each multiple of it since 1970 (UTC), and at each start of a worker.
   */
  everyMs: number
  /** delay in milliseconds of each run after the multiple of the interval; default 0 */
  atMs?: number
  /** Maximum duration of a run in seconds. After that its signal is aborted, and the rest is left to the next run. */
  expireInSeconds: number
  /**
   * Does the pending work, if there is any. Only one worker runs the job at a time. If that worker is killed, freezes
   * or vanishes, another worker runs it; a single statement of a frozen worker can still arrive late.
   * @param signal aborted if the worker stops, the time limit has passed, or another worker runs the job
   * @param db database whose transactions commit only while this worker holds the job's lease
   * @returns figures for the log
   */
  run(signal: AbortSignal, db: Database): Promise<Record<string, unknown> | void>
}
