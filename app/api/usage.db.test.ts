import { roundTripBodyThroughSchema } from '#lib/questions/testing/written.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replaceDatabaseForTests } from '#lib/questions/index.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCounterRows,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  testEstatePollTargets,
} from '#lib/questions/testing/estate-feed.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { type PollObservation, problemSchema } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { UsageResponse } from '#lib/usage/api/index.ts'
import { recordObservation, rollUpUsage, getOrCreateSourceId, computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getHandlersOfPath } from './testing/handlers-of.ts'

const usageRoute = getHandlersOfPath('/circuits/{id}/usage')

const db = withTestDatabase()
/** The real time, because handlers use the real clock. */
const now = Date.now()
/** The hour before the last full hour, which is the start of the recorded data. */
const hour = Math.floor(now / MS_PER_HOUR) * MS_PER_HOUR - 2 * MS_PER_HOUR
const HUGE = 2n ** 62n

const iso = (at: number) => new Date(at).toISOString()
const ask = async (query: string, id = TEST_ESTATE_CIRCUIT_ARM_ID) => {
  const response = await usageRoute.GET(new Request(`http://127.0.0.1/api/v1/x${query}`), {
    params: Promise.resolve({ id }),
  })
  return { status: response.status, body: await response.json() }
}
const read = async (query: string) => {
  const { status, body } = await ask(query)
  expect(body, JSON.stringify(body)).toMatchObject({ asOf: expect.any(String) })
  expect(status).toBe(200)
  return roundTripBodyThroughSchema(allApiEndpoints.circuitUsage.response, body)
}
const data = async (query: string): Promise<UsageResponse> => (await read(query)).data
const range = (from: number, to: number) => `from=${iso(from)}&to=${iso(to)}`

/**
 * Minutes with samples, from the start of the hour. Each path sends 1,000,000 bytes and receives 10 bytes a minute;
 * minutes 20 to 39 have no samples.
 */
const minutes = Array.from({ length: 91 }, (_, i) => i).filter((i) => i < 20 || i >= 40)

beforeAll(async () => {
  replaceDatabaseForTests(db)
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(hour - MS_PER_MINUTE)
  for (const minute of minutes) {
    const n = BigInt(minute)
    // after 80 minutes the secondary router resets its counters
    const secondary = minute < 80 ? HUGE + n * 1_000_000n : 500_000n + (n - 80n) * 1_000_000n
    await feed.stats(hour + minute * MS_PER_MINUTE - 1_000, [
      createCounterRows('primary', n * 10n, HUGE + n * 1_000_000n),
      createCounterRows('secondary', n * 10n, secondary),
    ])
  }
  // bit rates of this hour and the hour before, 2 % higher than the counters
  const rates = Array.from({ length: 120 }, (_, i) => hour - MS_PER_HOUR + i * MS_PER_MINUTE).flatMap((at) =>
    (['Primary-IPv4', 'Secondary-IPv4'] as const).flatMap((role) => [
      rate('BitsInPerSecond', role, at, (10 * 8) / 60),
      rate('BitsOutPerSecond', role, at, (1_020_000 * 8) / 60),
    ]),
  )
  const sourceId = await getOrCreateSourceId(db.pool, testEstatePollTargets.metrics)
  const observation = {
    target: testEstatePollTargets.metrics,
    kind: 'metrics',
    startedAt: hour + 2 * MS_PER_HOUR - 5_000,
    finishedAt: hour + 2 * MS_PER_HOUR - 4_000,
    outcome: 'ok',
    error: null,
    silentInstances: [],
    budget: null,
    correlationId: 'test',
    rows: rates,
  } satisfies PollObservation
  await db.transaction((client) => recordObservation(client, sourceId, observation, { intervalSeconds: 300 }))
  await rollUpUsage(db)
  await rollUpUsage(db)
}, 60_000)
afterAll(() => replaceDatabaseForTests(undefined))

function rate(metric: string, role: string, at: number, average: number) {
  const dimensions = { peeringtype: 'AzurePrivatePeering', devicerole: role }
  const rest = { unit: 'BitsPerSecond', maximum: null, minimum: null, total: null }
  return { metric, dimensions, at, grainSeconds: 60, average, ...rest }
}

describe('GET /circuits/{id}/usage', () => {
  it('sums both paths, exactly; a gap inside the hour is known for the hour', async () => {
    const { points } = await data(`?${range(hour, hour + MS_PER_HOUR)}&step=hour`)
    expect(points).toMatchObject([
      {
        start: iso(hour),
        bytesIn: '1200',
        bytesOut: '120000000',
        coveredSeconds: 3_600,
        source: 'counter',
        metricSeconds: 0,
        atLeast: false,
      },
    ])
  })

  it('one path alone', async () => {
    const { points, paths } = await data(`?${range(hour, hour + MS_PER_HOUR)}&step=hour&path=secondary`)
    expect(paths).toEqual(['secondary'])
    expect(points[0]).toMatchObject({ bytesIn: '600', bytesOut: '60000000' })
  })

  it('counts the time above one path’s bandwidth in 5-minute points whatever the step, of both paths together', async () => {
    const none = { atLeast: 0, atMost: 0 }
    const expected = { bandwidthMbps: 1_000, in: none, out: none, coveredSeconds: 3_600, seconds: 3_600 }
    for (const step of ['5m', 'hour'])
      expect((await data(`?${range(hour, hour + MS_PER_HOUR)}&step=${step}`)).aboveOnePath).toEqual(expected)
    expect((await data(`?${range(hour, hour + MS_PER_HOUR)}&path=primary`)).aboveOnePath).toBeNull()
    expect((await data(`?${range(hour - 40 * MS_PER_DAY, hour + MS_PER_HOUR)}&step=day`)).aboveOnePath).toBeNull()
  })

  it('metrics stand in for 5-minute points that counters did not see, and say so', async () => {
    const { points } = await data(`?${range(hour, hour + MS_PER_HOUR)}&step=5m`)
    expect(points.map(({ source }) => source)).toEqual(
      points.map(({ start }) => {
        const at = Date.parse(start) - hour
        return at >= 15 * MS_PER_MINUTE && at < 40 * MS_PER_MINUTE ? 'metric' : 'counter'
      }),
    )
    expect(points[5]).toMatchObject({ bytesOut: '10200000', coveredSeconds: 300, metricSeconds: 300 })
    expect(points[0]).toMatchObject({ bytesOut: '10000000', metricSeconds: 0 })
  })

  it('what was before the first poll comes from metrics, and is marked as not covered by polls', async () => {
    const answer = await read(`?${range(hour - MS_PER_HOUR, hour)}&step=hour`)
    expect(answer.data.points[0]).toMatchObject({ bytesOut: '122400000', source: 'metric', metricSeconds: 3_600 })
    expect(answer.covered).toBe(false)
    expect(answer.uncovered?.[0]).toMatchObject({ kind: 'stats' })
  })

  it('a point that nobody saw has no bytes', async () => {
    const { points, totals } = await data(`?${range(hour - 3 * MS_PER_HOUR, hour - MS_PER_HOUR)}&step=hour`)
    expect(points).toHaveLength(2)
    for (const point of points) expect(point).toMatchObject({ bytesIn: null, bytesOut: null, coveredSeconds: 0 })
    expect(totals).toMatchObject({ bytesOut: null, coveredSeconds: 0, seconds: 7_200 })
  })

  it('what passed over a reset is unknown, and its seconds are not covered', async () => {
    const { points } = await data(
      `?${range(hour + 75 * MS_PER_MINUTE, hour + 85 * MS_PER_MINUTE)}&step=5m&path=secondary`,
    )
    expect(points).toMatchObject([
      { bytesOut: '4000000', coveredSeconds: 240, atLeast: true },
      { bytesOut: '5000000', coveredSeconds: 300, atLeast: false },
    ])
  })

  it('counters and metrics are compared where both exist', async () => {
    const { disagreement, points } = await data(`?${range(hour, hour + 20 * MS_PER_MINUTE)}&step=5m`)
    expect(points[0]?.disagreement?.out).toEqual({
      counterBytes: '10000000',
      metricBytes: '10200000',
      bytes: '200000',
      share: 0.02,
    })
    expect(points[3]?.disagreement).toBeNull()
    expect(disagreement).toMatchObject({ comparedSeconds: 900, out: { bytes: '600000', share: 0.02 } })
  })

  it('a point of a day is composed: counters where they exist, metrics where they do not', async () => {
    const day = Math.floor(hour / MS_PER_DAY) * MS_PER_DAY
    const { points } = await data(`?${range(day, day + MS_PER_DAY)}&step=day`)
    const hours = await data(`?${range(day, day + MS_PER_DAY)}&step=hour`)
    const sum = hours.points.reduce((total, { bytesOut }) => total + BigInt(bytesOut ?? 0), 0n)
    expect(BigInt(points[0]?.bytesOut ?? 0)).toBe(sum)
    expect(points[0]?.coveredSeconds).toBe(hours.totals.coveredSeconds)
  })

  it('shows what raw samples contain before they are rolled up', async () => {
    const feed = createTestEstatePollRecorder(db)
    await feed.stats(hour + 91 * MS_PER_MINUTE - 1_000, [
      createCounterRows('primary', 910n, HUGE + 91_000_000n),
      createCounterRows('secondary', 910n, 11_500_000n),
    ])
    const { points } = await data(`?${range(hour + 90 * MS_PER_MINUTE, hour + 95 * MS_PER_MINUTE)}&step=5m`)
    expect(points).toMatchObject([{ bytesOut: '2000000', coveredSeconds: 60 }])
  })

  it('has no points of the future', async () => {
    const { points } = await data(`?${range(hour, now + MS_PER_DAY)}&step=hour`)
    expect(Date.parse(points.at(-1)?.start ?? '')).toBeLessThanOrEqual(Date.now())
  })

  it('takes the short id too, and a month', async () => {
    const { status, body } = await ask('?step=month', computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID))
    expect(status).toBe(200)
    expect(body.data.points.length).toBeGreaterThanOrEqual(12)
  })
})

describe('a question that can not be answered', () => {
  it.each([
    ['?step=week', 400, /step: send one of 5m, hour, day, month/],
    ['?path=both', 400, /path: send one of primary, secondary/],
    [`?from=${iso(now)}&to=${iso(now - MS_PER_DAY)}`, 400, /from lies after to/],
    [`?from=${iso(now)}&to=${iso(now)}`, 400, /same moment/],
    [`?from=${iso(now + MS_PER_DAY)}`, 400, /from: it lies in the future/],
    [`?from=${iso(now - 60 * MS_PER_DAY)}&step=5m`, 400, /too many.*longer step/],
    [`?${range(now - 130 * MS_PER_DAY, now - 120 * MS_PER_DAY)}&step=5m`, 400, /kept for 100 days.*step=hour/],
    [`?${range(now - 500 * MS_PER_DAY, now - 450 * MS_PER_DAY)}&step=day`, 400, /kept for 400 ?d/],
    ['?from=yesterday', 400, /ISO 8601/],
    ['?limit=3', 400, /no such parameter/],
  ])('%s', async (query, status, detail) => {
    const answer = await ask(query)
    expect(answer.status).toBe(status)
    expect(problemSchema.parse(answer.body).detail).toMatch(detail)
  })

  it('of a gateway, or of nothing that is known', async () => {
    await createTestEstatePollRecorder(db).inventory(now - 30_000)
    expect(await ask('', TEST_ESTATE_GATEWAY_ARM_ID)).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('no circuit') },
    })
    expect(await ask('', 'nothing')).toMatchObject({ status: 404 })
  })
})
