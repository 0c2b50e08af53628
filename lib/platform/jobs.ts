import type { Database } from './database.ts'
import type { ScheduledJob } from './job.ts'
import {
  beginJob,
  endJob,
  type JobOutcome,
  readJobWaitsMs,
  LeaseLostError,
  makeJobsDue,
  runWithWorkLease,
} from './leases/index.ts'
import { createComponentLogger } from './log.ts'
import { BackOff, waitUnlessAborted } from './back-off.ts'

export interface JobScheduler {
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
export function startJobs(db: Database, jobs: readonly ScheduledJob[]): JobScheduler {
  const log = createComponentLogger('jobs')
  const stopping = new AbortController()
  const stopped = stopping.signal
  const running = new Map<ScheduledJob, Promise<void>>()
  const timesOf = ({ name, everyMs, atMs = 0 }: ScheduledJob) => ({ name, everyMs, atMs })
  let change = Promise.withResolvers<void>()

  /**
   * Runs a job under its lease.
   * @returns false if the lease was not available, or was lost
   */
  const runUnderLease = async (job: ScheduledJob) => {
    const held = await runWithWorkLease(db, job.name, async (lease) => {
      if (!(await lease.db.transaction((client) => beginJob(client, timesOf(job))))) return true
      const signal = AbortSignal.any([stopped, lease.signal, AbortSignal.timeout(job.expireInSeconds * 1_000)])
      const outcome = await runOnce(job, signal, lease.db)
      await lease.db.transaction((client) => endJob(client, job.name, outcome))
      return true
    })
    return held !== null
  }
  const runOnce = async (job: ScheduledJob, signal: AbortSignal, held: Database): Promise<JobOutcome> => {
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
  const begin = (job: ScheduledJob) => {
    const run = async () => {
      try {
        if (!(await runUnderLease(job))) await waitUnlessAborted(CLAIM_AGAIN_MS, stopped)
      } catch (error) {
        // the job remains due, so that this or another worker runs it again
        log.warn({ err: error, job: job.name }, 'a job waits for the database')
        await waitUnlessAborted(CLAIM_AGAIN_MS, stopped)
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
        await Promise.race([change.promise, waitUnlessAborted(waitMs, AbortSignal.any([stopped, enough.signal]))])
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
