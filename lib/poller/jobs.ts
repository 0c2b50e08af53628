import { PgBoss } from 'pg-boss'
import { connectionSettings, DatabaseClient } from '#lib/platform/connection/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { withLease, WORK_LEASE_SECONDS } from '#lib/platform/leases/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { BackOff, pause } from './back-off.ts'

/** Work that is due at times of day and not per source. */
export interface Job {
  /** lower case; a queue of its own in pg-boss, and a lease of its own */
  name: string
  /** cron, UTC; it runs at each start of a worker as well */
  cron: string
  /** After so long another worker may take it, so it should end itself before. */
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

export interface Jobs {
  /** Runs a job now, because there is something to do; before jobs have started their first run finds it. */
  wake(name: string): void
  /** Takes no job any more, ends those that run, gives them back for another worker to take, and waits for them. */
  stop(): Promise<void>
}

/** pg-boss keeps its tables apart from the product's own. */
const SCHEMA = 'pgboss'
/** What has been done is of no use the day after. */
const KEPT_SECONDS = 86_400

/**
 * A job whose worker does not answer runs on another one within 30 s: pg-boss gives it up after `HEARTBEAT_SECONDS` (its least), sees
 * that within `SUPERVISE_SECONDS`, and hands it out after `RETRY_SECONDS` to the first that asks, every `ASK_SECONDS`.
 */
const HEARTBEAT_SECONDS = 10
const SUPERVISE_SECONDS = 4
const RETRY_SECONDS = 5
const ASK_SECONDS = 8

/**
 * A worker that froze in pg-boss's own cron delays what is due by 30 s at most as well: while it reads the timetable, by `CRON_SECONDS`,
 * after which another one reads it (what was due in the last minute still counts); with what it found, which lies in pg-boss's queue
 * `FORWARDING`, as a job does. By itself pg-boss would leave it there for 15 minutes.
 */
const CRON_SECONDS = 10
const FORWARDING = '__pgboss__send-it'

/** Jobs have so long to end and to be given back when a worker stops; `npm start` kills a worker after 3 s. */
const GIVE_BACK_WITHIN_MS = 1_500

/** Runs what is a job and not a poll, on whichever worker takes it. */
export function startJobs(db: Database, jobs: readonly Job[]): Jobs {
  const log = componentLogger('jobs')
  const stopping = new AbortController()
  const inFlight = new Set<Promise<unknown>>()
  const workers = new Map<string, string>()
  // pg-boss hands what it does not know to pg's pool
  const connection = { ...connectionSettings(db.url, 'peerwatch-jobs'), Client: DatabaseClient }
  const boss = new PgBoss({
    ...connection,
    schema: SCHEMA,
    // a migration did; the product's role may create tables in it, and no schemas
    createSchema: false,
    max: 2,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    // of several workers one does it in each interval
    monitorIntervalSeconds: SUPERVISE_SECONDS - 1,
    cronMonitorIntervalSeconds: CRON_SECONDS,
  })
  let isClosed = false
  // without a listener the process would end; pg-boss goes on by itself when the database is back
  boss.on('error', (error: Error) => {
    // a job that ended too late has been given back already
    log[isClosed ? 'debug' : 'warn']({ err: error }, 'jobs wait for the database')
  })

  /** null = a worker that lives runs it */
  const runAlone = async (job: Job, signal: AbortSignal) => {
    for (let waited = 0; ; waited += 1) {
      const figures = await withLease(db, job.name, async (lease) => {
        const ends = AbortSignal.any([signal, lease.signal])
        return (await job.run(ends, lease.db)) ?? {}
      })
      // a worker that froze holds the lease for that long at most; one that lives renews it
      if (figures || waited > WORK_LEASE_SECONDS || signal.aborted) return figures
      await pause(1_000, signal)
    }
  }
  const runOnce = async (job: Job) => {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(job.expireInSeconds * 1_000)])
    const begun = performance.now()
    try {
      const figures = await runAlone(job, signal)
      if (figures) log.debug({ job: job.name, ms: Math.round(performance.now() - begun), ...figures }, 'done')
    } catch (error) {
      // whoever stopped it knows; the next run goes on where this one ended
      if (signal.aborted) return
      log.warn({ err: error, job: job.name }, 'a job failed and is tried again')
      throw error
    }
  }
  const start = async () => {
    await boss.start()
    await boss.updateQueue(FORWARDING, {
      retryLimit: 3,
      retryDelay: 1,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: 30,
    })
    for (const job of jobs) {
      const { name, cron, expireInSeconds } = job
      const options = {
        retryLimit: 3,
        retryDelay: RETRY_SECONDS,
        heartbeatSeconds: HEARTBEAT_SECONDS,
        expireInSeconds: expireInSeconds + 30,
        deleteAfterSeconds: KEPT_SECONDS,
      }
      // creating leaves a queue of a former version as it is
      await boss.createQueue(name, { policy: 'stately', ...options })
      await boss.updateQueue(name, options)
      await boss.schedule(name, cron)
      await boss.send(name)
      // polls for work at once, so after it was sent
      const worker = await boss.work(name, { pollingIntervalSeconds: ASK_SECONDS }, async () => {
        // it may have been taken at the moment of the end
        const running = stopping.signal.aborted ? Promise.resolve() : runOnce(job)
        inFlight.add(running)
        await running.finally(() => inFlight.delete(running))
        // a new one, since a failed one waits; what this one left is done by whoever asks first
        if (stopping.signal.aborted) await boss.send(name)
      })
      workers.set(name, worker)
    }
  }
  const starting = (async () => {
    const backOff = new BackOff(500, 30_000)
    while (!stopping.signal.aborted) {
      try {
        return await start()
      } catch (error) {
        log.warn({ err: error }, 'jobs could not be started')
        await backOff.wait(stopping.signal)
      }
    }
  })()

  const wake = async (name: string) => {
    const worker = workers.get(name)
    if (worker === undefined || stopping.signal.aborted) return
    await boss.send(name)
    boss.notifyWorker(worker)
  }

  return {
    wake: (name) => void wake(name).catch((error) => log.warn({ err: error, job: name }, 'a job could not be woken')),
    async stop() {
      stopping.abort(new DOMException('the worker stops', 'AbortError'))
      await starting
      // each is settled before its connection goes
      const givenBack = Promise.all([...workers.keys()].map((name) => boss.offWork(name)))
      const enough = new AbortController()
      await Promise.race([givenBack, pause(GIVE_BACK_WITHIN_MS, enough.signal)])
      enough.abort()
      isClosed = true
      // fails what has not ended, so that it is tried again
      await boss.stop({ graceful: false, close: true })
      await Promise.allSettled(inFlight)
    },
  }
}
