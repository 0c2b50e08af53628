import { PgBoss } from 'pg-boss'
import { connectionSettings, type Database } from '#lib/platform/database.ts'
import { withAdvisoryLock } from '#lib/platform/advisory-lock.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { BackOff } from './back-off.ts'

/** Work that is due at times of day and not per source. */
export interface Job {
  /** lower case; a queue of its own in pg-boss, and a lock of its own */
  name: string
  /** cron, UTC; it runs at each start of a worker as well */
  cron: string
  /** After so long another worker may take it, so it should end itself before. */
  expireInSeconds: number
  /**
   * Does what there is to do, and nothing if that is done. It runs once at a time over all workers, and again when its worker
   * was killed.
   * @param signal aborted when the worker stops or the job has expired
   * @returns figures for the log
   */
  run(signal: AbortSignal): Promise<Record<string, unknown> | void>
}

export interface Jobs {
  /** Runs a job now, because there is something to do; before jobs have started their first run finds it. */
  wake(name: string): void
  /** Takes no job any more, ends those that run, and waits for them. */
  stop(): Promise<void>
}

/** pg-boss keeps its tables apart from the product's own. */
const SCHEMA = 'pgboss'
/** What has been done is of no use the day after. */
const KEPT_SECONDS = 86_400

/** Runs what is a job and not a poll, on whichever worker takes it. */
export function startJobs(db: Database, jobs: readonly Job[]): Jobs {
  const log = componentLogger('jobs')
  const stopping = new AbortController()
  const inFlight = new Set<Promise<unknown>>()
  const workers = new Map<string, string>()
  const boss = new PgBoss({
    ...connectionSettings(db.url, 'peerwatch-jobs'),
    schema: SCHEMA,
    max: 2,
    monitorIntervalSeconds: 60,
    cronMonitorIntervalSeconds: 30,
  })
  // without a listener the process would end; pg-boss goes on by itself when the database is back
  boss.on('error', (error: Error) => log.warn({ err: error }, 'jobs wait for the database'))

  const runOnce = async (job: Job) => {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(job.expireInSeconds * 1_000)])
    const begun = performance.now()
    try {
      const figures = await withAdvisoryLock(db, job.name, async () => (await job.run(signal)) ?? {})
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
    for (const job of jobs) {
      const { name, cron, expireInSeconds } = job
      await boss.createQueue(name, {
        policy: 'stately',
        retryLimit: 3,
        retryDelay: 10,
        expireInSeconds: expireInSeconds + 30,
        deleteAfterSeconds: KEPT_SECONDS,
      })
      await boss.schedule(name, cron)
      await boss.send(name)
      // polls for work at once, so after it was sent
      const worker = await boss.work(name, { pollingIntervalSeconds: 30 }, async () => {
        const running = runOnce(job)
        inFlight.add(running)
        await running.finally(() => inFlight.delete(running))
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
      await boss.stop({ graceful: false, close: true })
      await Promise.allSettled(inFlight)
    },
  }
}
