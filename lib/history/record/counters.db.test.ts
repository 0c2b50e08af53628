import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ConnectionRow, MetricRow } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readConnectionsAtMoment } from '../read/sessions/connections-at.ts'
import { ensurePartitions } from './partitions.ts'
import { readLatestCounters } from '../read/traffic/latest-counters.ts'
import { readLatestMetrics } from '../read/traffic/latest-metrics.ts'
import { readMetricSeries } from '../read/traffic/metric-series.ts'
import { recordObservation } from './record-observation.ts'
import { createTestPollSource } from '../testing/feed.ts'

const db = withTestDatabase()

const T = Date.UTC(2026, 10, 20, 3)
const poll = <Rows>(n: number, rows: Rows) => ({ startedAt: T + n * 60_000, finishedAt: T + n * 60_000 + 2_000, rows })
const stats = (path: 'primary' | 'secondary', bytesIn: bigint | null, bytesOut: bigint | null) => ({
  path,
  bytesIn,
  bytesOut,
})

let days = 0
/** Returns a day that has no partition yet. */
const newDay = () => Date.UTC(2035, 5, 1) + days++ * 100 * MS_PER_DAY
const partitionOf = (at: number) => `counter_sample_${new Date(at).toISOString().slice(0, 10).replaceAll('-', '')}`

describe('byte counters', () => {
  it('keep every digit, and the sample before', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await feed.record('stats', poll(0, [stats('primary', 9007199254740991n, 18446744073709551615n)]))
    await feed.record('stats', poll(1, [stats('primary', 9007199254740993n, 18446744073709551616n)]))
    expect(await readLatestCounters(db.pool, { scope: feed.resourceId })).toMatchObject([
      {
        counter: 'primary',
        latest: { startedAt: T + 60_000, bytesIn: '9007199254740993', bytesOut: '18446744073709551616' },
        previous: {
          startedAt: T,
          finishedAt: T + 2_000,
          bytesIn: '9007199254740991',
          bytesOut: '18446744073709551615',
        },
      },
    ])
  })

  it('that fall are a change, each on its own', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await feed.record('stats', poll(0, [stats('secondary', 10n, 10n), stats('primary', 100n, 100n)]))
    const { changes } = await feed.record('stats', poll(1, [stats('secondary', 11n, 11n), stats('primary', 100n, 7n)]))
    expect(changes).toEqual([
      {
        type: 'counterReset',
        path: 'primary',
        counter: 'bytesOut',
        before: '100',
        after: '7',
        between: { earliest: T, latest: T + 62_000 },
      },
    ])
  })

  it('that ARM does not report are no samples', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await feed.record('stats', poll(0, [stats('primary', null, null), stats('secondary', 1n, null)]))
    const rows = await readLatestCounters(db.pool, { scope: feed.resourceId })
    expect(rows.map(({ counter, latest }) => [counter, latest.bytesIn, latest.bytesOut])).toEqual([
      ['secondary', '1', null],
    ])
  })

  it('lie in the partition of their day, whichever day that is', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    const days = ['2031-02-28T23:59:59Z', '2031-03-01T00:00:00Z', '2031-03-09T12:00:00Z'].map((text) =>
      Date.parse(text),
    )
    for (const at of days) {
      await feed.record('stats', { startedAt: at, finishedAt: at + 1, rows: [stats('primary', 1n, 1n)] })
    }
    const { rows } = await db.pool.query(
      'SELECT tableoid::regclass::text AS partition FROM counter_sample WHERE source_id = $1 ORDER BY started_at',
      [feed.sourceId],
    )
    expect(rows.map(({ partition }) => partition)).toEqual([
      'counter_sample_20310228',
      'counter_sample_20310301',
      'counter_sample_20310309',
    ])
  })

  it('find their partition made ahead', async () => {
    const at = newDay() + 5 * MS_PER_HOUR
    await ensurePartitions(db, at)
    await ensurePartitions(db, at)
    const around = [-2, -1, 0, 1, 2, 3].map((n) => partitionOf(at + n * MS_PER_DAY))
    const { rows } = await db.pool.query(
      'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL',
      [around],
    )
    expect(rows.map(({ name }) => name)).toEqual(around.slice(2, 5))
  })

  it('of many sources may need a new partition at once', async () => {
    const at = newDay()
    const feeds = await Promise.all(Array.from({ length: 6 }, () => createTestPollSource(db)))
    await Promise.all(
      feeds.map((feed) =>
        feed.record('stats', { startedAt: at, finishedAt: at + 1, rows: [stats('primary', 1n, 1n)] }),
      ),
    )
    const { rows } = await db.pool.query('SELECT count(*)::int AS n FROM counter_sample WHERE started_at = $1', [
      new Date(at),
    ])
    expect(rows).toEqual([{ n: 6 }])
  })

  /** Waits until another connection waits for the default partition. */
  const untilWaited = async () => {
    const asked = `SELECT FROM pg_locks WHERE relation = 'counter_sample_default'::regclass AND NOT granted`
    while ((await db.pool.query(asked)).rowCount === 0) await setTimeout(20)
  }
  const partitionsOf = async (sourceId: number) => {
    const { rows } = await db.pool.query<{ partition: string }>(
      'SELECT tableoid::regclass::text AS partition FROM counter_sample WHERE source_id = $1 ORDER BY started_at',
      [sourceId],
    )
    return rows.map(({ partition }) => partition)
  }
  const oneSample = (at: number) => ({ startedAt: at, finishedAt: at + 1, rows: [stats('primary', 1n, 1n)] })

  it.each([
    ['commits', partitionOf],
    ['fails', () => 'counter_sample_default'],
  ])('are recorded while another recorder makes their partition, which then %s', async (ends, partition) => {
    const at = newDay()
    const [first, second] = [await createTestPollSource(db), await createTestPollSource(db)]
    let made = () => {}
    const hasMade = new Promise<void>((resolve) => {
      made = resolve
    })
    const slow = db.transaction(async (client) => {
      await recordObservation(client, first.sourceId, first.observe('stats', oneSample(at)), { intervalSeconds: 60 })
      made()
      await untilWaited()
      if (ends === 'fails') throw new Error('no')
    })
    await hasMade
    const [one, other] = await Promise.allSettled([slow, second.record('stats', oneSample(at))])
    expect([one.status, other.status]).toEqual([ends === 'fails' ? 'rejected' : 'fulfilled', 'fulfilled'])
    expect(await partitionsOf(second.sourceId)).toEqual([partition(at)])
  })

  it('leave the default partition when their day gets its own, though that day never comes again', async () => {
    const at = newDay() + 12 * MS_PER_HOUR
    const feed = await createTestPollSource(db)
    await db.transaction(async (reader) => {
      await reader.query('SELECT FROM counter_sample LIMIT 1')
      await feed.record('stats', oneSample(at))
      expect(await partitionsOf(feed.sourceId)).toEqual(['counter_sample_default'])
      // the partition is in use: the call neither waits for the reader nor fails
      await ensurePartitions(db, at + 30 * MS_PER_DAY)
      expect(await partitionsOf(feed.sourceId)).toEqual(['counter_sample_default'])
    })
    await ensurePartitions(db, at + 30 * MS_PER_DAY)
    expect(await partitionsOf(feed.sourceId)).toEqual([partitionOf(at)])
  })
})

describe('a connection', () => {
  const row = (fields: Partial<ConnectionRow> = {}): ConnectionRow => ({
    connectionStatus: 'Connected',
    routingWeight: 0,
    fastPath: false,
    counters: { path: null, bytesIn: 5n, bytesOut: 6n },
    tunnels: [],
    ...fields,
  })

  it('reports what differs, with the bounds of the change', async () => {
    const feed = await createTestPollSource(db, { type: 'connections' })
    const first = await feed.record('connection', poll(0, [row()]))
    expect(first.changes.filter(({ type }) => type === 'config')).toEqual([])
    await feed.record('connection', poll(1, [row({ counters: { path: null, bytesIn: 9n, bytesOut: 9n } })]))
    const { changes } = await feed.record(
      'connection',
      poll(2, [row({ connectionStatus: 'NotConnected', routingWeight: 10 })]),
    )
    expect(changes).toMatchObject([
      {
        type: 'config',
        op: 'changed',
        resourceId: feed.resourceId,
        fields: [
          { path: '/connectionStatus', before: 'Connected', after: 'NotConnected' },
          { path: '/routingWeight', before: 0, after: 10 },
        ],
        between: { earliest: T + 60_000, latest: T + 122_000 },
      },
      { type: 'counterReset', path: null, counter: 'bytesIn' },
      { type: 'counterReset', path: null, counter: 'bytesOut' },
    ])
    const [now] = await readConnectionsAtMoment(db.pool, { scope: feed.resourceId })
    const [then] = await readConnectionsAtMoment(db.pool, { scope: feed.resourceId, at: T + 60_000 })
    expect([now?.live.connectionStatus, then?.live.connectionStatus, then?.known]).toEqual([
      'NotConnected',
      'Connected',
      'observed',
    ])
  })

  it('has counters of its own and of each tunnel', async () => {
    const feed = await createTestPollSource(db, { type: 'connections' })
    await feed.record(
      'connection',
      poll(0, [row({ tunnels: [{ name: 'a', status: 'Connected', bytesIn: 1n, bytesOut: 2n }] })]),
    )
    const rows = await readLatestCounters(db.pool, { scope: feed.resourceId })
    expect(rows.map(({ counter, latest }) => [counter, latest.bytesIn])).toEqual([
      ['', '5'],
      ['tunnel/a', '1'],
    ])
  })
})

describe('metrics', () => {
  const bucket = (
    n: number,
    average: number,
    dimensions: Record<string, string> = { peer: '192.0.2.97' },
  ): MetricRow => ({
    metric: 'BgpAvailability',
    unit: 'Percent',
    dimensions,
    at: T + n * 60_000,
    grainSeconds: 60,
    average,
    maximum: null,
    minimum: null,
    total: null,
  })

  it('replace a bucket that comes again, and give the newest of each series', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await feed.record('metrics', poll(5, [bucket(0, 100), bucket(1, 100), bucket(1, 100, { peer: '192.0.2.101' })]))
    await feed.record('metrics', poll(6, [bucket(1, 40), bucket(0, 100)]))
    const rows = await readLatestMetrics(db.pool, { scope: feed.resourceId, metrics: ['BgpAvailability'] })
    expect(rows.map(({ dimensions, at, average }) => [dimensions.peer, at, average])).toEqual([
      ['192.0.2.101', T + 60_000, 100],
      ['192.0.2.97', T + 60_000, 40],
    ])
    const { rows: stored } = await db.pool.query('SELECT count(*)::int AS n FROM metric_sample WHERE source_id = $1', [
      feed.sourceId,
    ])
    expect(stored).toEqual([{ n: 3 }])
  })

  it('are evaluated once they are as old as their metric has needed, also by a worker that has just started', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    const minutes = Array.from({ length: 20 }, (_, n) => n + 1)
    const read = (at: number) =>
      feed.record(
        'metrics',
        poll(
          at,
          minutes.map((age) => bucket(at - age, age <= 6 ? 0 : 100)),
        ),
      )
    const newest = async () => {
      const [row] = await readLatestMetrics(db.pool, { scope: feed.resourceId })
      const [series] = (await readMetricSeries(db.pool, [feed.sourceId])).get(feed.sourceId) ?? []
      return [row?.at, row?.average, series?.neededMs]
    }
    await read(30)
    expect(await newest()).toEqual([T + 26 * 60_000, 0, 0])
    await read(35)
    // the newest evaluated minute is corrected
    expect(await newest()).toEqual([T + 28 * 60_000, 100, 6 * 60_000])
    await read(40)
    expect(await newest()).toEqual([T + 33 * 60_000, 100, 6 * 60_000])
  })
})
