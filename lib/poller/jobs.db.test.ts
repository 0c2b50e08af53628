import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PgBoss } from 'pg-boss'
import { describe, expect, it } from 'vitest'
import { connectionSettings } from '#lib/platform/connection/index.ts'
import { copyLinesTo, logger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { type Job, type Jobs, startJobs } from './jobs.ts'
import { eventually } from './testing/lab.ts'

const db = withTestDatabase()

const job = (run: Job['run'], rest: Partial<Job> = {}): Job => ({
  name: 'sweeping',
  cron: '0 0 1 1 *',
  expireInSeconds: 60,
  run,
  ...rest,
})

/** Another process that asks for jobs, and does nothing else. */
async function askingBoss(): Promise<PgBoss> {
  const boss = new PgBoss({
    ...connectionSettings(db.url, 'peerwatch-test'),
    schema: 'pgboss',
    createSchema: false,
    schedule: false,
    supervise: false,
  })
  return boss.start()
}

/** A job that runs until its worker stops, and then takes so long to end (ms). */
function endless(name: string, endsAfterMs: number) {
  const started = Promise.withResolvers<void>()
  const run: Job['run'] = async (signal) => {
    started.resolve()
    await once(signal, 'abort')
    await delay(endsAfterMs)
  }
  return { job: job(run, { name }), started: started.promise }
}

/** What is logged as a warning or worse while `work` runs, and until pg-boss has settled what it had in hand. */
async function warningsOf(work: () => Promise<void>): Promise<string[]> {
  const lines: string[] = []
  const { level } = logger
  // the logger of jobs begins with it
  logger.level = 'warn'
  copyLinesTo((line) => lines.push(line))
  try {
    await work()
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  } finally {
    copyLinesTo(null)
    logger.level = level
  }
  return lines
}

/** Starts a worker's jobs, and stops them while one runs. */
const stopWithin = ({ job, started }: ReturnType<typeof endless>) =>
  warningsOf(async () => {
    const jobs = startJobs(db, [job])
    await started
    await jobs.stop()
  })

describe('jobs', () => {
  it('run at the start of a worker, and stop with it', async () => {
    const ran = Promise.withResolvers<AbortSignal>()
    const ended = Promise.withResolvers<void>()
    const jobs = startJobs(db, [
      job(async (signal) => {
        ran.resolve(signal)
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        ended.resolve()
      }),
    ])
    const signal = await ran.promise
    expect(signal.aborted).toBe(false)
    await jobs.stop()
    expect(signal.aborted).toBe(true)
    await ended.promise
  })

  it('are to be tried again when they fail, and one that fails does not stop others', async () => {
    const other = Promise.withResolvers<void>()
    const failing = job(() => Promise.reject(new Error('no broom')), { name: 'failing' })
    const jobs = startJobs(db, [failing, job(async () => other.resolve(), { name: 'other' })])
    await other.promise
    const state = await eventually('the failed job waits for its next try', async () => {
      const { rows } = await db.pool.query(`SELECT state, output FROM pgboss.job WHERE name = 'failing'`)
      return rows.find((row) => row.state === 'retry')
    })
    expect(JSON.stringify(state.output)).toContain('no broom')
    await jobs.stop()
  })

  it.each([
    { name: 'at-once', endsAfterMs: 0 },
    { name: 'in-a-while', endsAfterMs: 300 },
  ])(
    'that their worker’s stop interrupts are there at once for another one: ends $name',
    async ({ name, endsAfterMs }) => {
      expect(await stopWithin(endless(name, endsAfterMs))).toEqual([])
      const successor = await askingBoss()
      try {
        expect(await successor.fetch(name)).toHaveLength(1)
      } finally {
        await successor.stop({ graceful: false, close: true })
      }
    },
  )

  it('that do not end in time are to be tried again, and their late end is no error', async () => {
    expect(await stopWithin(endless('too-late', 2_000))).toEqual([])
    const { rows } = await db.pool.query(`SELECT state FROM pgboss.job WHERE name = 'too-late'`)
    expect(rows).toEqual([{ state: 'retry' }])
  })

  it('of several workers run on one of them at a time', async () => {
    let running = 0
    let most = 0
    let runs = 0
    const counting = job(
      async () => {
        most = Math.max(most, ++running)
        await db.pool.query('SELECT pg_sleep(0.2)')
        running--
        runs++
      },
      { name: 'counting' },
    )
    const workers = [startJobs(db, [counting]), startJobs(db, [counting])]
    await eventually('a run', () => runs > 0)
    await Promise.all(workers.map((worker) => worker.stop()))
    expect(most).toBe(1)
  })

  it('of a worker that froze run on another one, and its late commit is refused', async () => {
    await db.pool.query('DROP TABLE IF EXISTS swept; CREATE TABLE swept (by text)')
    const frozen = fork(path.join(import.meta.dirname, 'testing/job-holder.ts'), [db.url])
    let jobs: Jobs | undefined
    try {
      expect(await once(frozen, 'message')).toEqual(['running', undefined])
      frozen.kill('SIGSTOP')
      const ran = Promise.withResolvers<void>()
      const sweep = job(async (_signal, held) => {
        await held.transaction((client) => client.query(`INSERT INTO swept VALUES ('successor')`))
        ran.resolve()
      })
      jobs = startJobs(db, [sweep])
      await eventually('started', async () => {
        const { rows } = await db.pool.query(`SELECT FROM pgboss.job WHERE name = 'sweeping' AND state = 'created'`)
        return rows.length > 0
      })
      // as ten seconds would
      await db.pool.query(`UPDATE pgboss.job SET heartbeat_on = heartbeat_on - interval '10 s' WHERE state = 'active'`)
      await db.pool.query(`UPDATE work_lease SET expires_at = expires_at - interval '10 s'`)
      await ran.promise
      const ended = once(frozen, 'message')
      frozen.kill('SIGCONT')
      frozen.send('commit')
      expect(await ended).toEqual(['LeaseLostError', undefined])
      expect((await db.pool.query('SELECT by FROM swept')).rows).toEqual([{ by: 'successor' }])
    } finally {
      frozen.kill('SIGKILL')
      await jobs?.stop()
    }
  })

  it('that are due at a time, and found so by a worker that froze then, are handed on by another one', async () => {
    const started = Promise.withResolvers<void>()
    const due = job(async () => started.resolve(), { name: 'due' })
    const first = startJobs(db, [due])
    await started.promise
    await first.stop()
    // stands for the frozen one: it took what its cron had found, and never does anything with it
    const frozen = await askingBoss()
    await frozen.send('__pgboss__send-it', { name: 'due', data: null, options: {} })
    const [taken] = await frozen.fetch('__pgboss__send-it')
    expect(taken?.data).toMatchObject({ name: 'due' })
    await frozen.stop({ graceful: false, close: true })
    const jobs = startJobs(db, [due])
    try {
      // as ten seconds would
      await db.pool.query(`UPDATE pgboss.job SET heartbeat_on = heartbeat_on - interval '10 s' WHERE id = $1`, [
        taken?.id,
      ])
      await eventually('handed on', async () => {
        const { rows } = await db.pool.query(`SELECT state FROM pgboss.job WHERE id = $1`, [taken?.id])
        return rows[0]?.state === 'completed'
      })
    } finally {
      await jobs.stop()
    }
  })
})
