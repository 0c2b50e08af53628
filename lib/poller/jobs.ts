import { PgBoss } from 'pg-boss'
import { ensurePartitions } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { BackOff } from './back-off.ts'

export interface Jobs {
  stop(): Promise<void>
}

/** Makes the coming days' partitions, so that no insert has to wait for one at midnight. */
const PARTITIONS = 'partitions'
const DAILY = '17 22 * * *'

/** pg-boss keeps its tables out of the way of the product's own. */
const SCHEMA = 'pgboss'

/**
 * Runs what is a job and not a poll, on whichever worker takes it. Handlers are idempotent, because a job whose worker is
 * killed runs again, and one that takes too long may run twice at once.
 */
export function startJobs(db: Database, clock: Clock): Jobs {
  const log = componentLogger('jobs')
  const stopping = new AbortController()
  const boss = new PgBoss({
    connectionString: db.url,
    application_name: 'peerwatch-jobs',
    schema: SCHEMA,
    max: 2,
    monitorIntervalSeconds: 60,
    cronMonitorIntervalSeconds: 30,
  })
  // without a listener the process would end; pg-boss goes on by itself when the database is back
  boss.on('error', (error: Error) => log.warn({ err: error }, 'jobs wait for the database'))

  const start = async () => {
    await boss.start()
    await boss.createQueue(PARTITIONS, { policy: 'singleton', retryLimit: 3, expireInSeconds: 120 })
    await boss.work(PARTITIONS, { pollingIntervalSeconds: 30 }, async () => ensurePartitions(db.pool, clock.now()))
    await boss.schedule(PARTITIONS, DAILY)
    await boss.send(PARTITIONS)
  }
  const running = (async () => {
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

  return {
    async stop() {
      stopping.abort()
      await running
      await boss.stop({ graceful: false, close: true })
    },
  }
}
