import type { Database } from './database.ts'
import type { Job } from './job.ts'
import {
  beginJob,
  endJob,
  type JobOutcome,
  readJobWaitsMs,
  LeaseLostError,
  makeJobsDue,
  withLease,
} from './leases/index.ts'
import { createComponentLogger } from './log.ts'
import { BackOff, pause } from './back-off.ts'

export interface Jobs {
  /**
   * Requests an immediate run of a job, because there is work for it. If the job is running, it runs once more
   * afterwards.
   */
  wake(name: string): void
  /**
   * Stops the scheduler. It starts no further jobs, aborts the running jobs and waits until they have ended. Other
   * workers can then run them.
   */
  stop(): Promise<void>
}

/**
 * Maximum time in milliseconds between two checks for due jobs. It is the maximum delay until this worker runs a job
 * that another worker requested or stopped.
 */
const ASK_MS = 8_000
/** Time in milliseconds until this worker again tries to get the lease of a job, if another worker has the lease. */
const CLAIM_AGAIN_MS = 1_000

/** Starts the scheduler of jobs in this worker. A job runs on the worker that gets its lease (ADR 0253). */
export function startJobs(db: Database, jobs: readonly Job[]): Jobs {
  const log = createComponentLogger('jobs')
  const stopping = new AbortController()
  const stopped = stopping.signal
  const running = new Map<Job, Promise<void>>()
  const timesOf = ({ name, everyMs, atMs = 0 }: Job) => ({ name, everyMs, atMs })
  let change = Promise.withResolvers<void>()

  /**
   * Runs a job under its lease.
   * @returns false if the lease was not available, or was lost
   */
  const runUnderLease = async (job: Job) => {
    const held = await withLease(db, job.name, async (lease) => {
      if (!(await lease.db.transaction((client) => beginJob(client, timesOf(job))))) return true
      const signal = AbortSignal.any([stopped, lease.signal, AbortSignal.timeout(job.expireInSeconds * 1_000)])
      const outcome = await runOnce(job, signal, lease.db)
      await lease.db.transaction((client) => endJob(client, job.name, outcome))
      return true
    })
    return held !== null
  }
  const runOnce = async (job: Job, signal: AbortSignal, held: Database): Promise<JobOutcome> => {
    const begun = performance.now()
    let outcome: JobOutcome = 'done'
    try {
      const figures = (await job.run(signal, held)) ?? {}
      log.debug({ job: job.name, ms: Math.round(performance.now() - begun), ...figures }, 'done')
    } catch (error) {
      if (error instanceof LeaseLostError) throw error
      // an error after the signal was aborted is not a failure, because the next run continues the work
      if (!signal.aborted) {
        log.warn({ err: error, job: job.name }, 'a job failed and is tried again')
        outcome = 'failed'
      }
    }
    return stopped.aborted ? 'interrupted' : outcome
  }
  const begin = (job: Job) => {
    const run = async () => {
      try {
        if (!(await runUnderLease(job))) await pause(CLAIM_AGAIN_MS, stopped)
      } catch (error) {
        // the job remains due, so that this or another worker runs it again
        log.warn({ err: error, job: job.name }, 'a job waits for the database')
        await pause(CLAIM_AGAIN_MS, stopped)
      }
      running.delete(job)
      change.resolve()
    }
    running.set(job, run())
  }

  /**
   * Starts the jobs that are due.
   * @returns milliseconds until the next check
   */
  const beginDue = async () => {
    const waits = await readJobWaitsMs(db.pool, jobs.filter((job) => !running.has(job)).map(timesOf))
    if (stopped.aborted) return 0
    for (const job of jobs) if (waits.get(job.name) === 0) begin(job)
    return Math.min(ASK_MS, ...[...waits.values()].filter((ms) => ms > 0))
  }
  const follow = async () => {
    const backOff = new BackOff(500, 30_000)
    const names = jobs.map(({ name }) => name)
    let areAnnounced = false
    while (!stopped.aborted) {
      change = Promise.withResolvers()
      try {
        if (!areAnnounced) await makeJobsDue(db.pool, names)
        areAnnounced = true
        const waitMs = await beginDue()
        backOff.succeeded()
        const enough = new AbortController()
        await Promise.race([change.promise, pause(waitMs, AbortSignal.any([stopped, enough.signal]))])
        enough.abort()
      } catch (error) {
        log.warn({ err: error }, 'jobs wait for the database')
        await backOff.wait(stopped)
      }
    }
  }
  const following = follow()

  const wake = async (name: string) => {
    if (stopped.aborted || !jobs.some((job) => job.name === name)) return
    await makeJobsDue(db.pool, [name])
    change.resolve()
  }

  return {
    wake: (name) => void wake(name).catch((error) => log.warn({ err: error, job: name }, 'a job could not be woken')),
    async stop() {
      stopping.abort(new DOMException('the worker stops', 'AbortError'))
      await following
      await Promise.all(running.values())
    },
  }
}
