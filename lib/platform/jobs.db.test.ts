import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { beginJob, endJob, type JobOutcome, readJobWaitsMs, makeJobsDue, runWithWorkLease } from './leases/index.ts'
import { setLogLineCopyReceiver, processLogger } from './log.ts'
import { withTestDatabase } from './testing/database.ts'
import type { ScheduledJob } from './job.ts'
import { type JobScheduler, startJobs } from './jobs.ts'
import { waitUntilTrue } from '#lib/poller/testing/lab.ts'

const db = withTestDatabase()

const job = (run: ScheduledJob['run'], rest: Partial<ScheduledJob> = {}): ScheduledJob => ({
  name: 'sweeping',
  everyMs: 365 * MS_PER_DAY,
  expireInSeconds: 60,
  run,
  ...rest,
})

interface Row {
  /** milliseconds from now */
  next: number
  /** milliseconds from now; null = the last run succeeded, or retries were given up */
  again: number | null
  attempts: number
  isHeld: boolean
}

/** Returns the row of a job, and whether its lease is held. */
async function rowOf(name: string): Promise<Row> {
  const { rows } = await db.pool.query<Row>(
    `SELECT (extract(epoch FROM next_at - clock_timestamp()) * 1000)::float8 AS next, attempts,
            (extract(epoch FROM again_at - clock_timestamp()) * 1000)::float8 AS again,
            EXISTS (SELECT FROM work_lease l WHERE l.name = job.name AND l.holder IS NOT NULL) AS "isHeld"
     FROM job WHERE name = $1`,
    [name],
  )
  if (!rows[0]) throw new Error(`there is no job ${name}`)
  return rows[0]
}

/** Returns a job that runs until its worker stops, and then takes `endsAfterMs` to end. */
function endless(name: string, endsAfterMs: number) {
  const started = Promise.withResolvers<void>()
  const run: ScheduledJob['run'] = async (signal) => {
    started.resolve()
    await once(signal, 'abort')
    await delay(endsAfterMs)
  }
  return { job: job(run, { name }), started: started.promise }
}

/** Returns the log lines of level warning or higher that are written while `work` runs, and shortly after it. */
async function warningsOf(work: () => Promise<void>): Promise<string[]> {
  const lines: string[] = []
  const { level } = processLogger
  // the logger of the jobs is created with this level
  processLogger.level = 'warn'
  setLogLineCopyReceiver((line) => lines.push(line))
  try {
    await work()
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  } finally {
    setLogLineCopyReceiver(null)
    processLogger.level = level
  }
  return lines
}

/** Starts the jobs of a worker, and stops them while one runs. */
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
    const row = await waitUntilTrue('the failed job waits for its next try', async () => {
      const found = await rowOf('failing')
      return !found.isHeld && found.again !== null && found
    })
    expect(row).toMatchObject({ attempts: 1 })
    expect(row.again).toBeGreaterThan(1_000)
    await jobs.stop()
  })

  it.each([
    { name: 'at-once', endsAfterMs: 0 },
    { name: 'in-a-while', endsAfterMs: 300 },
  ])(
    'that their worker’s stop interrupts are there at once for another one: ends $name',
    async ({ name, endsAfterMs }) => {
      expect(await stopWithin(endless(name, endsAfterMs))).toEqual([])
      const { again, attempts, isHeld } = await rowOf(name)
      expect({ attempts, isHeld }).toEqual({ attempts: 0, isHeld: false })
      expect(again).toBeLessThanOrEqual(1)
    },
  )

  it('run at each of their times', async () => {
    let runs = 0
    const jobs = startJobs(db, [job(async () => void runs++, { name: 'often', everyMs: 50 })])
    expect(await waitUntilTrue('four runs', () => runs > 3)).toBe(true)
    await jobs.stop()
  })

  it('that are woken while they run, run once more', async () => {
    const begun: (() => void)[] = []
    const jobs = startJobs(db, [
      job(() => new Promise((resolve) => begun.push(() => resolve())), { name: 'woken' }),
      job(async () => {}, { name: 'other' }),
    ])
    await waitUntilTrue('the first run', () => begun.length > 0)
    jobs.wake('woken')
    jobs.wake('of-no-worker')
    await waitUntilTrue('asked for', async () => (await rowOf('woken')).next < 1)
    // a second request that is certainly stored before the first run ends; a later one would be a third run
    await makeJobsDue(db.pool, ['woken'])
    begun[0]?.()
    await waitUntilTrue('the second run', () => begun.length === 2)
    begun[1]?.()
    // the lease and the next time are not written together
    await waitUntilTrue('its end', async () => {
      const { isHeld, next } = await rowOf('woken')
      return !isHeld && next > MS_PER_DAY
    })
    await jobs.stop()
    expect(begun).toHaveLength(2)
  })

  it('of a worker that vanished wait for the end of its lease', async () => {
    await makeJobsDue(db.pool, ['orphaned'])
    await beginJob(db.pool, { name: 'orphaned', everyMs: MS_PER_DAY, atMs: 0 })
    await db.pool.query(
      `INSERT INTO work_lease (name, holder, epoch, expires_at, renewed_at)
       VALUES ('orphaned', 'vanished', 1, clock_timestamp() + interval '1 s', clock_timestamp())`,
    )
    const ran = Promise.withResolvers<boolean>()
    const ended = async () =>
      (await db.pool.query(`SELECT expires_at < clock_timestamp() AS ended FROM work_lease WHERE name = 'orphaned'`))
        .rows[0].ended
    const jobs = startJobs(db, [
      job(
        async (_signal, held) => {
          const { rows } = await held.pool.query(`SELECT epoch::int FROM work_lease WHERE name = 'orphaned'`)
          ran.resolve(rows[0].epoch === 2)
        },
        { name: 'orphaned' },
      ),
    ])
    expect(await ended()).toBe(false)
    expect(await ran.promise).toBe(true)
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
    await waitUntilTrue('a run', () => runs > 0)
    await Promise.all(workers.map((worker) => worker.stop()))
    expect(most).toBe(1)
  })

  it('of a worker that froze run on another one, and its late commit is refused', async () => {
    await db.pool.query('DROP TABLE IF EXISTS swept; CREATE TABLE swept (by text)')
    const frozen = fork(path.join(import.meta.dirname, 'testing/job-holder.ts'), [db.url])
    let jobs: JobScheduler | undefined
    try {
      expect(await once(frozen, 'message')).toEqual(['running', undefined])
      frozen.kill('SIGSTOP')
      const ran = Promise.withResolvers<void>()
      const sweep = job(async (_signal, held) => {
        await held.transaction((client) => client.query(`INSERT INTO swept VALUES ('successor')`))
        ran.resolve()
      })
      jobs = startJobs(db, [sweep])
      await waitUntilTrue('started', async () => (await rowOf('sweeping')).next < 1)
      // simulates the passage of ten seconds
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
})

describe('the times of a job', () => {
  const name = 'hourly'
  const times = { name, everyMs: MS_PER_HOUR, atMs: 7 * MS_PER_MINUTE }
  beforeEach(() => db.pool.query(`DELETE FROM job WHERE name = '${name}'`))

  const shift = (column: 'next_at' | 'again_at', by: string) =>
    db.pool.query(`UPDATE job SET ${column} = ${column} + interval '${by}' WHERE name = '${name}'`)
  /** Runs the job if it is due. @returns whether it was due */
  const run = async (outcome: JobOutcome) => {
    const isDue = await beginJob(db.pool, times)
    if (isDue) await endJob(db.pool, name, outcome)
    return isDue
  }
  const waitMs = async () => (await readJobWaitsMs(db.pool, [times])).get(name)

  it('are multiples of its interval, and as much later as it says', async () => {
    await makeJobsDue(db.pool, [name])
    expect(await waitMs()).toBe(0)
    expect(await run('done')).toBe(true)
    const { rows } = await db.pool.query<{ at: Date }>(`SELECT next_at AS at FROM job WHERE name = '${name}'`)
    expect((rows[0]?.at.getTime() ?? 0) % MS_PER_HOUR).toBe(7 * MS_PER_MINUTE)
    const { next } = await rowOf(name)
    expect(next).toBeGreaterThan(0)
    expect(next).toBeLessThanOrEqual(MS_PER_HOUR)
    expect(await waitMs()).toBeGreaterThan(0)
  })

  it('that nobody was there for are made up for once', async () => {
    await makeJobsDue(db.pool, [name])
    await shift('next_at', '-5 days')
    expect([await run('done'), await run('done')]).toEqual([true, false])
  })

  it('that a clock that was set back has left ahead come when its schedule says', async () => {
    await makeJobsDue(db.pool, [name])
    await run('done')
    await shift('next_at', '2 days')
    expect(await waitMs()).toBeGreaterThan(0)
    expect(await rowOf(name)).toMatchObject({ again: null })
    expect((await rowOf(name)).next).toBeLessThanOrEqual(MS_PER_HOUR)
    await makeJobsDue(db.pool, [name])
    await run('failed')
    await shift('next_at', '2 days')
    await shift('again_at', '2 days')
    expect(await waitMs()).toBeLessThanOrEqual(5_000)
    const { next, again } = await rowOf(name)
    expect(next).toBeLessThanOrEqual(MS_PER_HOUR)
    expect(again).toBeLessThanOrEqual(5_000)
  })

  it('are followed by three repeats where it fails; then it waits for the next', async () => {
    await makeJobsDue(db.pool, [name])
    const repeats = []
    while ((await run('failed')) && repeats.length < 9) {
      repeats.push((await rowOf(name)).again !== null)
      await shift('again_at', '-5 s')
    }
    expect(repeats).toEqual([true, true, true, false])
    await makeJobsDue(db.pool, [name])
    await run('failed')
    expect((await rowOf(name)).again).not.toBeNull()
  })

  it('are not lost with a worker that dies, nor counted where it stops', async () => {
    await makeJobsDue(db.pool, [name])
    await beginJob(db.pool, times)
    // the row shows that the job is due while it runs
    expect(await waitMs()).toBe(0)
    for (let stops = 0; stops < 9; stops++) expect(await run('interrupted')).toBe(true)
    expect((await rowOf(name)).attempts).toBe(1)
  })

  it('do not come while somebody holds its lease', async () => {
    await makeJobsDue(db.pool, [name])
    expect(await runWithWorkLease(db, name, waitMs)).toBeGreaterThan(8_000)
    expect(await waitMs()).toBe(0)
  })
})
