import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { PgBoss } from 'pg-boss'
import { describe, expect, it } from 'vitest'
import { connectionSettings } from '#lib/platform/connection/index.ts'
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
    const frozen = new PgBoss({
      ...connectionSettings(db.url, 'peerwatch-test'),
      schema: 'pgboss',
      createSchema: false,
      schedule: false,
      supervise: false,
    })
    await frozen.start()
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
