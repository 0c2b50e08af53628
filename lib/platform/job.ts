import type { Database } from './database.ts'

/** Work that is due at times of day and not per source. */
export interface Job {
  /** lower case; the name of its lease as well */
  name: string
  /** It runs at each multiple of this since 1970 (UTC), milliseconds, and at each start of a worker. */
  everyMs: number
  /** so much later, milliseconds; default 0 */
  atMs?: number
  /** After so long its signal is aborted; what is left is done at its next time. */
  expireInSeconds: number
  /**
   * Does what there is to do, and nothing if that is done. It runs once at a time over all workers, and on another one when its
   * worker was killed, froze or vanished; a single statement of a frozen one may still come late.
   * @param signal aborted when the worker stops, the job has expired, or another worker runs it
   * @param db its transactions commit only while this worker runs the job
   * @returns figures for the log
   */
  run(signal: AbortSignal, db: Database): Promise<Record<string, unknown> | void>
}
