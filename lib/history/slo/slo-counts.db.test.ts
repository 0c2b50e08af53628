import { beforeEach, describe, expect, it } from 'vitest'
import { BURN_WINDOW_SECONDS, type SloKey, computeSloState } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { advanceDeletionTime } from '../retention/deletion-time.ts'
import { addSloCounts, deleteOldSloCounts, readSloCounts, countPollsInTime, replaceSloCounts } from './slo-counts.ts'
import { countSloObservation, saveSloCounts } from './process-counts.ts'

const db = withTestDatabase()
beforeEach(async () => {
  // other test files share this process and its counts, so write them first and delete them with the rest
  await saveSloCounts(db, [], MS_PER_HOUR)()
  await db.pool.query('TRUNCATE slo_count, poll_schedule, source, resource CASCADE')
})

const read = async (key: SloKey, now = Date.now()) => (await readSloCounts(db.pool, now)).get(key)

it('adds to the bucket of now', async () => {
  await addSloCounts(db.pool, new Map([['recording_lag', { good: 3, total: 4 }]]))
  await addSloCounts(db.pool, new Map([['recording_lag', { good: 1, total: 1 }]]))
  expect(await read('recording_lag')).toMatchObject({
    good: 4,
    total: 5,
    recent: BURN_WINDOW_SECONDS.map(() => ({ good: 4, total: 5 })),
  })
  expect(await read('stream_lag')).toEqual({ good: 0, total: 0, since: null, buckets: 0, recent: [] })
})

it('reads each window, and what is within the last 28 days', async () => {
  const now = Math.floor(Date.now() / (5 * MS_PER_MINUTE)) * 5 * MS_PER_MINUTE
  const at = (ago: number, total: number) => ({ bucket: now - ago, good: 0, total })
  await replaceSloCounts(db.pool, 'stream_lag', [
    at(0, 1),
    at(20 * MS_PER_MINUTE, 10),
    at(2 * MS_PER_HOUR, 100),
    at(2 * MS_PER_DAY, 1_000),
    at(20 * MS_PER_DAY, 10_000),
    at(28.5 * MS_PER_DAY, 1),
    at(30 * MS_PER_DAY, 1),
  ])
  const counted = await read('stream_lag', now)
  expect(counted).toMatchObject({ total: 11_111, since: now - 20 * MS_PER_DAY, buckets: 5 })
  expect(counted?.recent.map(({ total }) => total)).toEqual([1, 11, 11, 111, 1_111])
  // writing the same count again changes nothing
  await replaceSloCounts(db.pool, 'stream_lag', [at(0, 1)])
  expect((await read('stream_lag', now))?.total).toBe(11_111)
  await deleteOldSloCounts(db.pool, now)
  // counts are kept for one day more than the window
  expect((await db.pool.query('SELECT FROM slo_count')).rowCount).toBe(6)
})

describe('polls in time', () => {
  const schedule = (every: number, overdueSeconds: number) =>
    db.pool.query(
      `WITH r AS (INSERT INTO resource (short_id, arm_key, arm_id, type, name, subscription_id)
                  SELECT md5(random()::text), md5(random()::text), '/x', 'gateway', 'x', 's' RETURNING id),
            s AS (INSERT INTO source (resource_id, subresource) SELECT id, '' FROM r RETURNING id)
       INSERT INTO poll_schedule (source_id, kind, every_seconds, next_at)
       SELECT id, 'peers', $1, clock_timestamp() - make_interval(secs => $2) FROM s`,
      [every, overdueSeconds],
    )

  it('are sampled by whoever comes first, once a minute', async () => {
    await countPollsInTime(db.pool)
    // no poll is scheduled, so nothing is counted
    expect(await read('polls_in_time')).toMatchObject({ total: 0, since: null })
    await schedule(60, 30)
    await schedule(60, 70)
    await schedule(0.5, 5)
    await schedule(0.5, 15)
    await Promise.all([countPollsInTime(db.pool), countPollsInTime(db.pool), countPollsInTime(db.pool)])
    expect(await read('polls_in_time')).toMatchObject({ good: 2, total: 4 })
    await db.pool.query(`UPDATE slo_count SET counted_at = counted_at - interval '51 s'`)
    await countPollsInTime(db.pool)
    const counted = await read('polls_in_time')
    // the bucket may have changed meanwhile
    expect(counted).toMatchObject({ good: 4, total: 8 })
    if (!counted) throw new Error('nothing was counted')
    expect(computeSloState('polls_in_time', counted, Date.now())).toMatchObject({
      achieved: 0.5,
      alert: 'page',
    })
  })
})

describe('what a process counts', () => {
  it('is written, also at its end, and is good within the time of the objective', async () => {
    const stop = saveSloCounts(db, [], 20)
    countSloObservation('recording_lag', 4_999)
    countSloObservation('recording_lag', 5_001)
    await expect.poll(async () => (await read('recording_lag'))?.total).toBe(2)
    countSloObservation('recording_lag', 0)
    await stop()
    expect(await read('recording_lag')).toMatchObject({ good: 2, total: 3 })
  })

  it('waits while the database takes nothing', async () => {
    await db.pool.query('ALTER TABLE slo_count RENAME TO away')
    countSloObservation('stream_lag', 1)
    const stop = saveSloCounts(db, [], 10)
    await new Promise((resolve) => setTimeout(resolve, 60))
    countSloObservation('stream_lag', 60_000)
    await db.pool.query('ALTER TABLE away RENAME TO slo_count')
    await expect.poll(async () => (await read('stream_lag'))?.total).toBe(2)
    await stop()
    expect(await read('stream_lag')).toMatchObject({ good: 1, total: 2 })
  })

  it('goes on where a step fails, and old rows go all the same', async () => {
    const bucket = Date.now() - 40 * MS_PER_DAY
    await replaceSloCounts(db.pool, 'stream_lag', [{ bucket, good: 1, total: 1 }])
    await advanceDeletionTime(db.pool, { now: Date.now(), azureNow: Date.now() })
    const stop = saveSloCounts(db, [() => Promise.reject(new Error('no right to read that')), countedOne], MS_PER_HOUR)
    await stop()
    const { rows } = await db.pool.query<{ slo: string; total: string }>('SELECT slo, total FROM slo_count')
    expect(rows).toEqual([{ slo: 'notifications_in_time', total: '1' }])
  })
})

const countedOne = ({ pool }: Database) =>
  addSloCounts(pool, new Map([['notifications_in_time', { good: 1, total: 1 }]]))
