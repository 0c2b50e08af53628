import { beforeEach, describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readUsage } from '../read/traffic/usage.ts'
import { getOrCreateSourceId } from '../store/sources.ts'
import { readLatestMetrics } from '../read/traffic/latest-metrics.ts'
import { readMeasuredBytes } from '#lib/usage/store/index.ts'
import { GLOBAL_REACH_PATH } from './metric-flow.ts'
import { readUsageStarts } from '#lib/cost/store/index.ts'
import { computeShortId } from '../store/short-id.ts'
import { type TestPollSource, createTestPollSource } from '../testing/feed.ts'
import { rollUpMetrics } from './roll-up-metrics.ts'
import type { UsageBucketLength } from './rollup-steps.ts'

const db = withTestDatabase()
const NINE = Date.UTC(2026, 10, 20, 9)

beforeEach(() => db.pool.query('TRUNCATE resource, source, usage_bucket CASCADE'))

let polls = 0
/** Records bit rates of minutes after nine; 8 bit/s are 60 bytes in a minute. */
function record(feed: TestPollSource, rates: Record<number, number>, role = 'Primary', metric = 'BitsOutPerSecond') {
  const startedAt = NINE + 3_600_000 + ++polls * MS_PER_MINUTE
  const rows = Object.entries(rates).map(([minute, average]) => ({
    metric,
    unit: 'BitsPerSecond',
    dimensions: { peeringtype: 'AzurePrivatePeering', devicerole: role },
    at: NINE + Number(minute) * MS_PER_MINUTE,
    grainSeconds: 60,
    average,
    maximum: null,
    minimum: null,
    total: null,
  }))
  return feed.record('metrics', { startedAt, finishedAt: startedAt + 1_000, rows })
}

const out = async (feed: TestPollSource, step: UsageBucketLength, from = NINE, to = NINE + 3_600_000) => {
  const { points } = await readUsage(db.pool, {
    scope: computeShortId(feed.resourceId),
    from,
    to,
    step,
    path: 'primary',
  })
  return points.map((point) => [Number(point.out.bytes), point.out.coveredMs / 1_000])
}

describe('bit rates', () => {
  it('are put into 5 minutes and summed from there, and changed values take the place of earlier ones', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await record(feed, { 0: 8, 1: 8, 2: 8, 6: 16 })
    expect(await rollUpMetrics(db)).toBe(1)
    expect((await out(feed, '5m')).slice(0, 3)).toEqual([
      [180, 180],
      [120, 60],
      [0, 0],
    ])
    // minute 2 is corrected, 3 and 4 arrive late, and later minutes are added
    await record(feed, { 2: 16, 3: 8, 4: 8, 12: 8 })
    await rollUpMetrics(db)
    expect((await out(feed, '5m')).slice(0, 3)).toEqual([
      [360, 300],
      [120, 60],
      [60, 60],
    ])
    for (const step of ['hour', 'day', 'month'] as const) expect(await out(feed, step)).toEqual([[540, 420]])
  })

  describe('of a circuit that are asked for by peering and path', () => {
    const PRIVATE = 'AzurePrivatePeering'
    const both = [
      { peeringtype: PRIVATE, devicerole: 'Primary' },
      { peeringtype: PRIVATE, devicerole: 'Secondary' },
    ]
    /** Records an hour with 8 bit/s per series in each direction: 3,600 bytes. */
    const hour = (feed: TestPollSource, series: readonly Record<string, string>[], from = NINE) => {
      const startedAt = NINE + 12 * 3_600_000 + ++polls * MS_PER_MINUTE
      const rows = series.flatMap((dimensions) =>
        ['BitsInPerSecond', 'BitsOutPerSecond'].map((metric) => ({
          metric,
          unit: 'BitsPerSecond',
          dimensions,
          at: from,
          grainSeconds: 3_600,
          average: 8,
          maximum: null,
          minimum: null,
          total: null,
        })),
      )
      return feed.record('metrics', { startedAt, finishedAt: startedAt + 1_000, rows })
    }
    const whole = async (feed: TestPollSource, step: UsageBucketLength = 'hour', from = NINE) => {
      const query = { scope: computeShortId(feed.resourceId), from, to: from + 3_600_000, step }
      const [point] = (await readUsage(db.pool, query)).points
      return point && [Number(point.out.bytes), point.coveredMs / 1_000, point.out.atLeast]
    }

    it.each<[string, Record<string, string>[], [number, number, boolean]]>([
      ['come so', both, [7_200, 3_600, false]],
      // the average of both paths, which together carried twice as much
      ['come without dimensions', [{}], [3_600, 0, true]],
      ['come of one path alone', both.slice(0, 1), [3_600, 0, true]],
      ['come by peering alone', [{ peeringtype: PRIVATE }], [3_600, 0, true]],
      ['come by path alone', [{ devicerole: 'Primary' }, { devicerole: 'Secondary' }], [7_200, 0, true]],
      ['name neither path', [{ peeringtype: PRIVATE, devicerole: 'Both' }], [3_600, 0, true]],
      ['come by path, and as a whole beside it', [...both, {}], [7_200, 3_600, false]],
    ])('%s', async (_, series, expected) => {
      const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
      await hour(feed, series)
      await rollUpMetrics(db)
      expect(await whole(feed)).toEqual(expected)
    })

    it('came without their path once: the time after that is whole again', async () => {
      const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
      await hour(feed, [{}])
      await hour(feed, both, NINE + 3_600_000)
      await rollUpMetrics(db)
      expect(await whole(feed)).toEqual([3_600, 0, true])
      expect(await whole(feed, 'hour', NINE + 3_600_000)).toEqual([7_200, 3_600, false])
      // a day with both cases counts only the covered time
      expect((await whole(feed, 'day'))?.[1]).toBe(3_600)
    })
  })

  it('of a hub’s gateway are kept by connection, rates and bytes alike; what names no connection is nobody’s', async () => {
    const feed = await createTestPollSource(db, { type: 'vpnGateways' })
    const row = (
      metric: string,
      dimensions: Record<string, string>,
      value: Partial<Record<'average' | 'total', number>>,
    ) => ({
      metric,
      unit: '',
      dimensions,
      at: NINE,
      grainSeconds: 300,
      average: null,
      maximum: null,
      minimum: null,
      total: null,
      ...value,
    })
    const tunnel = (instance: string, total: number) =>
      row('TunnelEgressBytes', { connectionname: 'Conn-Branch', remoteip: '192.0.2.1', instance }, { total })
    await feed.record('metrics', {
      startedAt: NINE + 3_600_000,
      finishedAt: NINE + 3_601_000,
      rows: [
        tunnel('IN_0', 700),
        tunnel('IN_1', 500),
        row('TunnelIngressBytes', {}, { total: 9_000 }),
        row('ErGatewayConnectionBitsOutPerSecond', { connectionname: 'conn-lon' }, { average: 8 }),
      ],
    })
    await rollUpMetrics(db)
    const of = async (path: string) => {
      const query = {
        scope: computeShortId(feed.resourceId),
        from: NINE,
        to: NINE + 300_000,
        step: '5m' as const,
        path,
      }
      const { points } = await readUsage(db.pool, query)
      return points.map((point) => [Number(point.in.bytes), Number(point.out.bytes), point.out.coveredMs / 1_000])
    }
    expect(await of('connection/conn-branch')).toEqual([[0, 1_200, 300]])
    expect(await of('connection/conn-lon')).toEqual([[0, 300, 300]])
    expect(await of('')).toEqual([[0, 0, 0]])
  })

  it('are those of the whole circuit, and of each peering that has counters of its own, from the first sample on', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    const poll = (at: number) => {
      const rows = Object.entries({ AzurePrivatePeering: 8, MicrosoftPeering: 80 }).map(([peeringtype, average]) => ({
        metric: 'BitsOutPerSecond',
        unit: 'BitsPerSecond',
        dimensions: { peeringtype, devicerole: 'Primary' },
        at,
        grainSeconds: 60,
        average,
        maximum: null,
        minimum: null,
        total: null,
      }))
      return feed.record('metrics', { startedAt: at + 7_200_000, finishedAt: at + 7_201_000, rows })
    }
    await poll(NINE)
    await rollUpMetrics(db)
    const bytes = async (peering?: string) => {
      const { points } = await readUsage(db.pool, {
        scope: computeShortId(feed.resourceId),
        ...(peering && { peering }),
        from: NINE,
        to: NINE + 300_000,
        step: '5m',
      })
      return Number(points[0]?.out.bytes)
    }
    expect([await bytes(), await bytes('MicrosoftPeering')]).toEqual([660, 0])
    // the counters of the circuit are polled from now on; the stored rates are the past of the circuit
    await getOrCreateSourceId(db.pool, { resourceId: feed.resourceId, subresource: 'MicrosoftPeering' })
    await getOrCreateSourceId(db.pool, { resourceId: feed.resourceId, subresource: 'AzurePrivatePeering' })
    await poll(NINE + 3_600_000)
    await rollUpMetrics(db)
    expect([await bytes(), await bytes('MicrosoftPeering'), await bytes('AzurePrivatePeering')]).toEqual([660, 600, 60])
  })

  it('that were rolled up already change nothing', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await record(feed, { 0: 8, 5: 8 })
    await rollUpMetrics(db)
    const before = await out(feed, 'hour')
    expect(await rollUpMetrics(db)).toBe(0)
    await db.pool.query(`UPDATE usage_series SET rolled_up_to = NULL`)
    expect(await rollUpMetrics(db)).toBe(1)
    expect(await out(feed, 'hour')).toEqual(before)
  })

  it('whose raw samples are gone stay as they were', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await record(feed, { 0: 8, 1: 8, 2: 8, 3: 8, 4: 8 })
    await rollUpMetrics(db)
    await db.pool.query('DELETE FROM metric_sample')
    await record(feed, { 4: 80, 30: 8 })
    await rollUpMetrics(db)
    // the only remaining sample of the first bucket covers less of it than the stored bucket
    expect((await out(feed, '5m'))[0]).toEqual([300, 300])
    expect(await out(feed, 'hour')).toEqual([[360, 360]])
  })

  it.each([
    [['MSEE-07'], { out: { bytes: 60n, atLeast: true }, coveredMs: 0, metricMs: 0 }],
    [['MSEE-07', 'MSEE-08'], { out: { bytes: 120n, atLeast: false }, coveredMs: 60_000, metricMs: 60_000 }],
  ])('of %j, which name no path, count for the circuit, not for a path; one alone is not all', async (roles, whole) => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    for (const role of roles) {
      await record(feed, { 0: 8 }, role)
      await record(feed, { 0: 8 }, role, 'BitsInPerSecond')
    }
    await rollUpMetrics(db)
    const query = { scope: computeShortId(feed.resourceId), from: NINE, to: NINE + 1, step: 'hour' as const }
    expect((await readUsage(db.pool, query)).points[0]).toMatchObject(whole)
    expect((await out(feed, 'hour'))[0]).toEqual([0, 0])
  })

  it('of a connection have no dimension, and give what it carried since an hour', async () => {
    const feed = await createTestPollSource(db, { type: 'connections' })
    const other = await createTestPollSource(db, { type: 'connections' })
    const rows = (average: number) =>
      ['BitsInPerSecond', 'BitsOutPerSecond'].flatMap((metric) =>
        [0, 1, 60, 61, 62].map((minute) => ({
          metric,
          unit: 'BitsPerSecond',
          dimensions: {},
          at: NINE + minute * MS_PER_MINUTE,
          grainSeconds: 60,
          average: metric === 'BitsInPerSecond' ? average : 2 * average,
          maximum: null,
          minimum: null,
          total: null,
        })),
      )
    const startedAt = NINE + 7_200_000
    await feed.record('metrics', { startedAt, finishedAt: startedAt + 1_000, rows: rows(8) })
    await other.record('metrics', { startedAt, finishedAt: startedAt + 1_000, rows: rows(80) })
    await rollUpMetrics(db)
    const scope = computeShortId(feed.resourceId)
    expect(await readMeasuredBytes(db.pool, { scopes: [scope], from: NINE })).toEqual([
      { scope, bytesIn: 300n, bytesOut: 600n, coveredMs: 5 * MS_PER_MINUTE },
    ])
    expect(await readMeasuredBytes(db.pool, { scopes: [scope], from: NINE + 90 * MS_PER_MINUTE })).toEqual([
      { scope, bytesIn: 180n, bytesOut: 360n, coveredMs: 3 * MS_PER_MINUTE },
    ])
    expect(await readLatestMetrics(db.pool, { scope: [scope] })).toMatchObject([
      { scope, metric: 'BitsInPerSecond', average: 8 },
      { scope, metric: 'BitsOutPerSecond', average: 16 },
    ])
  })

  it('of Global Reach are a part of what the paths carry, over all circuits at the other end', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    const row = (metric: string, dimensions: Record<string, string>, average: number) => ({
      metric,
      unit: 'BitsPerSecond',
      dimensions,
      at: NINE,
      grainSeconds: 60,
      average,
      maximum: null,
      minimum: null,
      total: null,
    })
    const path = { peeringtype: 'AzurePrivatePeering', devicerole: 'Primary' }
    const startedAt = NINE + 7_200_000
    await feed.record('metrics', {
      startedAt,
      finishedAt: startedAt + 1_000,
      rows: [
        row('BitsInPerSecond', path, 80),
        row('BitsOutPerSecond', path, 800),
        row('GlobalReachBitsInPerSecond', { peeredcircuitskey: 'a' }, 8),
        row('GlobalReachBitsOutPerSecond', { peeredcircuitskey: 'a' }, 16),
        row('GlobalReachBitsOutPerSecond', { peeredcircuitskey: 'b' }, 32),
      ],
    })
    await rollUpMetrics(db)
    const scope = computeShortId(feed.resourceId)
    const hour = { scope, from: NINE, to: NINE + 1, step: 'hour' as const }
    expect((await readUsage(db.pool, hour)).points[0]?.out.bytes).toBe(6_000n)
    expect((await readUsage(db.pool, { ...hour, path: GLOBAL_REACH_PATH })).points[0]).toMatchObject({
      in: { bytes: 60n },
      out: { bytes: 360n },
      coveredMs: MS_PER_MINUTE,
    })
    expect(await readMeasuredBytes(db.pool, { scopes: [scope], from: NINE, path: GLOBAL_REACH_PATH })).toMatchObject([
      { bytesIn: 60n, bytesOut: 360n },
    ])
    expect(await readUsageStarts(db.pool, GLOBAL_REACH_PATH)).toEqual(new Map([[scope, NINE]]))
  })
})
