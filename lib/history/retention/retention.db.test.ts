import { afterEach, describe, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { applyRetention } from './apply-retention.ts'
import { rollUpChurn } from '../rollup/roll-up-churn.ts'
import { rollUpUsage } from '../rollup/roll-up.ts'
import { readRoutesAtMoment } from '../read/routes/routes-at.ts'
import { computeShortId } from '../store/short-id.ts'
import { upsertEvents } from '../store/events.ts'
import { readUsage } from '../read/traffic/usage.ts'
import { createDownEvent } from '../testing/event.ts'
import { createTestPollSource, peerRow, routeRow } from '../testing/feed.ts'
import { dropRawSamples } from './raw-samples.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 12)
const retention = { rawMs: 14 * MS_PER_DAY, historyMs: 400 * MS_PER_DAY }

afterEach(() => db.pool.query('TRUNCATE resource, source, usage_bucket, usage_gap, counter_sample CASCADE'))

const partitions = async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'counter_sample'::regclass ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}
const count = async (table: string) => (await db.pool.query(`SELECT count(*)::int AS n FROM ${table}`)).rows[0].n

/** Records polls of a circuit's counters, one per minute from a given time. */
async function counted(feed: Awaited<ReturnType<typeof createTestPollSource>>, from: number, polls: number, first = 0) {
  for (let i = 0; i < polls; i++) {
    const rows = [{ path: 'primary', bytesIn: BigInt(first + i), bytesOut: BigInt(1_000 * (first + i)) }]
    const startedAt = from + i * MS_PER_MINUTE
    await feed.record('stats', { startedAt, finishedAt: startedAt + 1_000, rows })
  }
}

describe('raw samples', () => {
  it('go by whole days once they are rolled up; what they counted stays', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await counted(feed, NOW - 16 * MS_PER_DAY, 30)
    await counted(feed, NOW - MS_PER_DAY, 30, 100)
    const ask = (from: number) =>
      readUsage(db.pool, { scope: computeShortId(feed.resourceId), from, to: from + MS_PER_DAY, step: 'hour' })
    const before = await ask(NOW - 16 * MS_PER_DAY)
    expect(before.points.reduce((sum, { out }) => sum + out.bytes, 0n)).toBe(29_000n)

    // nothing is rolled up yet, so no partition may be dropped
    expect(await dropRawSamples(db, NOW - 14 * MS_PER_DAY)).toEqual([])
    const { partitions: gone } = await applyRetention(db, retention, NOW)
    expect(gone).toContain('counter_sample_20261104')
    expect(await partitions()).not.toContain('counter_sample_20261104')
    expect(await partitions()).toContain('counter_sample_20261119')
    expect(await count('counter_sample')).toBe(30)
    expect(await ask(NOW - 16 * MS_PER_DAY)).toEqual(before)

    // the growth continues across the deleted samples: the total growth of the gap is known
    await counted(feed, NOW - 2 * MS_PER_MINUTE, 2, 200)
    await rollUpUsage(db)
    const month = await readUsage(db.pool, {
      scope: computeShortId(feed.resourceId),
      from: NOW,
      to: NOW + 1,
      step: 'month',
    })
    expect(month.points[0]?.out.bytes).toBe(201_000n)
  })

  it('in use by a reader stay for now, and keep no writer waiting', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await counted(feed, NOW - 18 * MS_PER_DAY, 2)
    await rollUpUsage(db)
    const reader = await db.pool.connect()
    try {
      await reader.query('BEGIN')
      await reader.query('SELECT count(*) FROM counter_sample')
      expect(await dropRawSamples(db, NOW - 14 * MS_PER_DAY)).toEqual([])
      await counted(feed, NOW - MS_PER_HOUR, 1, 50)
    } finally {
      await reader.query('COMMIT')
      reader.release()
    }
    expect(await dropRawSamples(db, NOW - 14 * MS_PER_DAY)).toContain('counter_sample_20261102')
  })

  it('without a partition of their own go too', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await counted(feed, NOW - MS_PER_HOUR, 1)
    const { rows } = await db.pool.query('SELECT id FROM counter WHERE source_id = $1', [feed.sourceId])
    await db.pool.query(
      `INSERT INTO counter_sample SELECT $1, $2, at, at, 1, 1
       FROM generate_series('2026-01-01'::timestamptz, '2026-01-01T03:00Z', '1 s') AS at`,
      [feed.sourceId, rows[0].id],
    )
    await rollUpUsage(db)
    await dropRawSamples(db, NOW - 14 * MS_PER_DAY)
    expect(await count('counter_sample')).toBe(1)
  })
})

describe('usage', () => {
  it('by 5 minutes is kept for 100 days, coarser as long as history', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await counted(feed, NOW - 450 * MS_PER_DAY, 3)
    await counted(feed, NOW - 150 * MS_PER_DAY, 3, 10)
    await counted(feed, NOW - 50 * MS_PER_DAY, 3, 20)
    await applyRetention(db, retention, NOW)
    const { rows } = await db.pool.query(
      `SELECT step, array_agg(DISTINCT (extract(epoch FROM $1::timestamptz - starts_at) / 86400)::int / 50 * 50) AS days
       FROM usage_bucket GROUP BY step ORDER BY step`,
      [new Date(NOW)],
    )
    expect(rows.map(({ step, days }) => [step, days])).toEqual([
      [1, [50]],
      [2, [50, 150]],
      [3, [50, 150]],
      [4, [50, 150]],
    ])
    expect(await count('usage_gap')).toBeGreaterThan(0)
  })
})

describe('history', () => {
  const OLD = NOW - 420 * MS_PER_DAY
  const event = (scope: string, at: number, ended: number | null, subject = 'one') =>
    createDownEvent(`${scope} ${at} ${subject}`, at + MS_PER_MINUTE, {
      scope,
      subject,
      started: { earliest: at, latest: at + MS_PER_MINUTE },
      ended: ended === null ? null : { earliest: ended, latest: ended + MS_PER_MINUTE },
    })

  it('that ended before it goes, what is so still or ended later stays', async () => {
    const feed = await createTestPollSource(db)
    const poll = (at: number, ...prefixes: string[]) =>
      feed.record('learned', {
        startedAt: at,
        finishedAt: at + 1_000,
        rows: prefixes.map((prefix) => routeRow(prefix)),
      })
    await poll(OLD, '10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16')
    await poll(OLD + MS_PER_MINUTE, '10.1.0.0/16', '10.3.0.0/16')
    await poll(NOW - 100 * MS_PER_DAY, '10.1.0.0/16')
    expect(await rollUpChurn(db)).toBe(3)
    const { rows } = await applyRetention(db, retention, NOW)
    expect(rows).toMatchObject({ route_interval: 1, route_churn: 2 })
    expect(await count('route_interval')).toBe(1)
    const prefixes = await db.pool.query('SELECT host(prefix) AS prefix FROM route ORDER BY 1')
    expect(prefixes.rows.map(({ prefix }) => prefix)).toEqual(['10.1.0.0', '10.3.0.0'])
    expect((await readRoutesAtMoment(db.pool, { scope: feed.resourceId, at: null, limit: 100 })).rows).toHaveLength(1)
    // a poll that reads deleted routes again is recorded
    await poll(NOW, '10.1.0.0/16', '10.2.0.0/16')
    expect((await readRoutesAtMoment(db.pool, { scope: feed.resourceId, at: null, limit: 100 })).rows).toHaveLength(2)
  })

  it('stays for a day more where a state of its first moment may rest on it', async () => {
    const feed = await createTestPollSource(db)
    const keptFrom = NOW - retention.historyMs
    for (const [hours, prefix] of [
      [-38, '10.1.0.0/16'],
      [-36, '10.2.0.0/16'],
      [-14, '10.2.0.0/16'],
      [-12, '10.3.0.0/16'],
    ] as const) {
      const startedAt = keptFrom + hours * MS_PER_HOUR
      await feed.record('learned', { startedAt, finishedAt: startedAt + 1_000, rows: [routeRow(prefix)] })
    }
    await applyRetention(db, retention, NOW)
    const { rows } = await db.pool.query(
      `SELECT host(r.prefix) AS prefix FROM route_interval i JOIN route r ON (r.source_id, r.id) = (i.source_id, i.route_id)`,
    )
    expect(rows).toEqual([{ prefix: '10.2.0.0' }])
  })

  it('before and after an event stays as long as the event', async () => {
    const feed = await createTestPollSource(db)
    const scope = computeShortId(feed.resourceId)
    const states = ['established', 'idle', 'connect', 'idle', 'established', 'idle'] as const
    for (const [i, state] of states.entries()) {
      const startedAt = OLD + i * MS_PER_MINUTE
      await feed.record('peers', {
        startedAt,
        finishedAt: startedAt + 1_000,
        rows: [peerRow({ state, azureState: state })],
      })
    }
    await feed.record('peers', { startedAt: NOW - MS_PER_DAY, finishedAt: NOW - MS_PER_DAY + 1_000, rows: [peerRow()] })
    const kept = event(scope, OLD + MS_PER_MINUTE, null)
    const went = event(scope, OLD + 3 * MS_PER_MINUTE, OLD + 4 * MS_PER_MINUTE, 'two')
    await db.transaction((client) =>
      upsertEvents(client, feed.sourceId, [
        { ...kept, started: { earliest: OLD, latest: OLD + MS_PER_MINUTE + 1_000 } },
        went,
        event(scope, NOW - MS_PER_DAY, null, 'three'),
      ]),
    )
    await db.pool.query(
      `INSERT INTO incident (id, key, scope, root, severity, started_earliest, started_latest, opened_at, closed_at, ack_note)
       SELECT key, key, '', '', 'major', $1, $1, $1, closed, 'by ada@example.com'
       FROM (VALUES ('over', $1::timestamptz), ('with an event', $1), ('open', NULL)) AS v (key, closed)`,
      [new Date(OLD)],
    )
    await db.pool.query(`UPDATE event SET incident_id = 'with an event' WHERE key = $1`, [kept.key])
    const { rows } = await applyRetention(db, retention, NOW)
    expect(rows).toMatchObject({ event: 1, incident: 1 })
    const { rows: incidents } = await db.pool.query('SELECT key FROM incident ORDER BY key')
    expect(incidents).toEqual([{ key: 'open' }, { key: 'with an event' }])
    const { rows: left } = await db.pool.query('SELECT state FROM session_interval ORDER BY first_present')
    // 'connect' may have begun within the event's bounds; the last interval ended yesterday
    expect(left.map(({ state }) => state)).toEqual(['established', 'idle', 'connect', 'idle'])
    const { rows: intervals } = await db.pool.query('SELECT from_at FROM coverage WHERE from_at < $1', [
      new Date(NOW - 400 * MS_PER_DAY),
    ])
    expect(intervals).toHaveLength(1)
  })

  it('may be let go of as often as one likes', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('peers', { startedAt: OLD, finishedAt: OLD + 1_000, rows: [peerRow()] })
    await applyRetention(db, retention, NOW)
    const again = await applyRetention(db, retention, NOW)
    expect(again).toMatchObject({ partitions: [], usageBuckets: 0 })
    expect(Object.values(again.rows).every((n) => n === 0)).toBe(true)
  })
})

/** Returns a poll of a circuit's bit rates with 300 bytes in five minutes in each direction. */
const rateAt = (at: number) => ({
  startedAt: at + MS_PER_HOUR,
  finishedAt: at + MS_PER_HOUR + 1_000,
  rows: ['BitsInPerSecond', 'BitsOutPerSecond'].map((metric) => ({
    metric,
    unit: 'BitsPerSecond',
    dimensions: { peeringtype: 'AzurePrivatePeering', devicerole: 'Primary' },
    at,
    grainSeconds: 300,
    average: 8,
    maximum: null,
    minimum: null,
    total: null,
  })),
})

/**
 * Returns the same for both devices, of which the second carries no traffic; one device would be only a lower bound.
 */
const bothAt = (at: number) => {
  const { rows, ...poll } = rateAt(at)
  const second = rows.map((row) => ({ ...row, dimensions: { ...row.dimensions, devicerole: 'Secondary' }, average: 0 }))
  return { ...poll, rows: [...rows, ...second] }
}

it('a month of bit rates keeps its bytes while its first days go', async () => {
  const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
  const short = { rawMs: 14 * MS_PER_DAY, historyMs: 30 * MS_PER_DAY }
  const november = Date.UTC(2026, 10, 1)
  const rate = (at: number) => feed.record('metrics', rateAt(at))
  const october = async () => {
    const { rows } = await db.pool.query(
      'SELECT sum(bytes_out)::int AS bytes FROM usage_bucket WHERE step = 4 AND starts_at = $1',
      [new Date(Date.UTC(2026, 9, 1))],
    )
    return rows[0].bytes
  }
  await rate(Date.UTC(2026, 9, 1, 12))
  await rate(november - 10 * MS_PER_MINUTE)
  await rollUpUsage(db)
  expect(await october()).toBe(600)
  // 31 days: the first one is older than history at the end of the month
  await applyRetention(db, short, november + 41 * MS_PER_MINUTE)
  // the last hour before new samples is read again, so the month that contains it is summed again
  await rate(november + 10 * MS_PER_MINUTE)
  await rollUpUsage(db)
  expect(await october()).toBe(600)
  // ten days without a sample
  await applyRetention(db, short, november + 10 * MS_PER_DAY)
  await rate(november + 10 * MS_PER_DAY)
  await rollUpUsage(db)
  expect(await october()).toBe(600)
  // the month is deleted together with the buckets from which it was summed
  await applyRetention(db, short, november + 31 * MS_PER_DAY)
  expect(await count("usage_bucket WHERE starts_at < '2026-11-01Z'")).toBe(0)
})

it('a month that counters know in part, and bit rates in more, is answered the same while its days are older than history', async () => {
  const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
  const october = Date.UTC(2026, 9, 1)
  // metrics: 300 bytes in 5 minutes of each hour of a day; counters: 5,000 bytes in the first 5 minutes
  for (let hour = 0; hour < 24; hour++) await feed.record('metrics', bothAt(october + hour * MS_PER_HOUR))
  await counted(feed, october, 6)
  await rollUpUsage(db)
  const bytes = async () => {
    const asked = {
      scope: computeShortId(feed.resourceId),
      from: october,
      to: october + 31 * MS_PER_DAY,
      step: 'month' as const,
    }
    return (await readUsage(db.pool, asked)).points[0]?.out.bytes
  }
  expect(await bytes()).toBe(23n * 300n + 5_000n)
  await applyRetention(db, retention, october + 420 * MS_PER_DAY)
  expect(await bytes()).toBe(23n * 300n + 5_000n)
})

it('the running month of bit rates has the days that history no longer has', async () => {
  const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
  const october = Date.UTC(2026, 9, 1)
  for (let day = 0; day < 20; day++) {
    await feed.record('metrics', rateAt(october + day * MS_PER_DAY))
    await applyRetention(db, { rawMs: 2 * MS_PER_DAY, historyMs: 7 * MS_PER_DAY }, october + (day + 1) * MS_PER_DAY)
  }
  const { rows } = await db.pool.query('SELECT sum(bytes_out)::int AS bytes FROM usage_bucket WHERE step = 4')
  expect(rows[0].bytes).toBe(20 * 300)
})
