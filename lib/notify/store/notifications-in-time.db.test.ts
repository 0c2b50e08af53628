import { beforeEach, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { countNotificationsInTime } from './notifications-in-time.ts'

const db = withTestDatabase()
const WITHIN = { withinSeconds: 60, bucketSeconds: 300 }

beforeEach(() => db.pool.query('TRUNCATE notification'))

it('counts what was delivered within the time, once it can be known', async () => {
  const add = (id: string, state: string, agoSeconds: number, tookSeconds: number | null) =>
    db.pool.query(
      `INSERT INTO notification (id, channel_id, channel_name, reason, severity, alerts, content, state, created_at, delivered_at)
       VALUES ($1, 'c', 'c', 'opened', 'major', '{}', '{}', $2,
               clock_timestamp() - make_interval(secs => $3),
               clock_timestamp() - make_interval(secs => $3) + make_interval(secs => $4))`,
      [id, state, agoSeconds, tookSeconds],
    )
  await add('in-time', 'delivered', 3_600, 59)
  await add('late', 'delivered', 3_600, 61)
  await add('failed', 'failed', 3_600, null)
  await add('waits', 'pending', 3_600, null)
  await add('digest', 'in_digest', 3_600, null)
  await add('dropped', 'dropped', 3_600, null)
  await add('held', 'held', 3_600, null)
  await add('undecided', 'pending', 30, null)
  await add('yesterday', 'failed', 90_000, null)
  const rows = await countNotificationsInTime(db.pool, WITHIN)
  expect(rows).toEqual([{ bucket: expect.any(Number), good: 1, total: 4 }])
  expect((rows[0]?.bucket ?? 1) % 300_000).toBe(0)
})

it('counts the oldest bucket as a whole', async () => {
  const bucketSeconds = 21_600
  await db.pool.query(
    `INSERT INTO notification (id, channel_id, channel_name, reason, severity, alerts, content, state, created_at, delivered_at)
     SELECT place::text, 'c', 'c', 'opened', 'major', '{}', '{}', 'delivered', at, at
     FROM (SELECT place, date_bin(make_interval(secs => $1), clock_timestamp() - interval '1 day', timestamptz 'epoch')
                         + make_interval(secs => place * ($1 - 1)) AS at
           FROM generate_series(0, 1) AS place) AS created`,
    [bucketSeconds],
  )
  const rows = await countNotificationsInTime(db.pool, { ...WITHIN, bucketSeconds })
  expect(rows).toEqual([{ bucket: expect.any(Number), good: 2, total: 2 }])
})
