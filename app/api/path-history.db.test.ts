import { roundTripBodyThroughSchema } from '#lib/questions/testing/written.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replaceDatabaseForTests } from '#lib/questions/index.ts'
import {
  arpTable,
  azureSide,
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCounterRows,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createGatewayPeer,
  route,
} from '#lib/questions/testing/estate-feed.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getHandlersOfPath } from './testing/handlers-of.ts'

const arpRoute = getHandlersOfPath('/circuits/{id}/arp')
const parityRoute = getHandlersOfPath('/circuits/{id}/parity')
const trafficRoute = getHandlersOfPath('/circuits/{id}/traffic')
const prefixesRoute = getHandlersOfPath('/sessions/prefixes')

const db = withTestDatabase()
/** Start of the recorded data. The time is real, because handlers use the real clock. */
const began = Math.floor(Date.now() / MS_PER_MINUTE) * MS_PER_MINUTE - 90 * MS_PER_MINUTE
const at = (minute: number) => began + minute * MS_PER_MINUTE
const iso = (minute: number) => new Date(at(minute)).toISOString()

type Handler = (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>
const ask = async (GET: Handler, query: string, id = TEST_ESTATE_CIRCUIT_ARM_ID) => {
  const response = await GET(new Request(`http://127.0.0.1/api/v1/x?${query}`), { params: Promise.resolve({ id }) })
  return { status: response.status, body: await response.json() }
}
const range = (from: number, to: number) => `from=${iso(from)}&to=${iso(to)}`

/** Bytes that left Azure on the primary path until a minute: 6 MB a minute, 60 MB in the eleventh. */
const sent = (minute: number) => BigInt(minute * 6_000_000 + (minute >= 11 ? 54_000_000 : 0))

beforeAll(async () => {
  replaceDatabaseForTests(db)
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(at(-1))
  // no poll from minute 21 to minute 29; the counters restart at minute 40
  for (let minute = 0; minute <= 45; minute++) {
    if (minute > 20 && minute < 30) continue
    const out = minute < 40 ? sent(minute) : BigInt((minute - 40) * 6_000_000)
    await feed.stats(at(minute), [createCounterRows('primary', 0n, out), createCounterRows('secondary', 0n, 0n)])
  }
  for (const [minute, prefixesReceived] of [
    [0, 10],
    [1, 10],
    [2, 12],
  ] as const) {
    await feed.summary(at(minute), 'primary', [createCustomerNeighbor('primary', { prefixesReceived }), azureSide()])
    await feed.peers(at(minute), [createGatewayPeer('10.0.4.12', '10.0.4.4', { routesReceived: prefixesReceived + 1 })])
    await feed.arp(at(minute), 'primary', arpTable('primary', minute === 2 ? null : undefined))
  }
}, 60_000)
afterAll(() => replaceDatabaseForTests(undefined))

describe('the gaps of an answer', () => {
  const DAY = 1_440
  /** Every second poll of the circuit's counters fails. */
  const flapping = (polls: number) =>
    db.pool.query(
      `INSERT INTO coverage (source_id, kind, from_at, to_at, last_started_at, outcome, polls, interval_seconds)
       SELECT p.source_id, 'stats', at, at + interval '1 s', at, CASE WHEN n % 2 = 0 THEN 'ok' ELSE 'timeout' END, 1, 60
       FROM poll_state p, generate_series(1, $1) n, LATERAL (SELECT $2::timestamptz + n * interval '1 min' AS at) t
       WHERE p.kind = 'stats' ON CONFLICT DO NOTHING`,
      [polls, iso(-20 * DAY)],
    )

  it('are the longest 2,000, and how many more there are is said', async () => {
    await flapping(3 * DAY)
    const { status, body } = await ask(trafficRoute.GET, range(-20 * DAY, -17 * DAY))
    expect(status).toBe(200)
    const { uncovered = [], uncoveredOmitted = 0 } = roundTripBodyThroughSchema(
      allApiEndpoints.circuitTraffic.response,
      body,
    )
    expect(uncovered).toHaveLength(2_000)
    // one gap for every second poll
    expect(uncovered.length + uncoveredOmitted).toBe((3 * DAY) / 2)
    const few = await ask(trafficRoute.GET, range(-20 * DAY, -19 * DAY))
    expect(few.body.uncovered).toHaveLength(DAY / 2)
    expect(few.body).not.toHaveProperty('uncoveredOmitted')
  })
})

describe('GET /circuits/{id}/traffic', () => {
  const points = async (query: string) => {
    const { body } = await ask(trafficRoute.GET, query)
    const { data } = roundTripBodyThroughSchema(allApiEndpoints.circuitTraffic.response, body)
    return data.paths.find(({ path }) => path === 'primary')?.points ?? []
  }

  it('keeps the spike of one poll, however few points are asked for', async () => {
    const [only, ...more] = await points(`${range(0, 20)}&points=1`)
    expect(more.length).toBeLessThanOrEqual(1)
    const highest = Math.max(...[only, ...more].map((point) => point?.outHigh ?? 0))
    expect(highest).toBe(8_000_000)
    expect(only?.outLow).toBe(800_000)
  })

  it('has a point for each pair of samples where there is room for it', async () => {
    const found = await points(`${range(0, 20)}&points=20`)
    expect(found).toHaveLength(20)
    expect(found[10]).toMatchObject({ from: iso(10), to: iso(11), inLow: 0, outLow: 8_000_000, outHigh: 8_000_000 })
  })

  it('has no rate over a gap, nor of a counter that fell', async () => {
    const found = await points(`${range(15, 45)}&points=2000`)
    expect(found.some(({ from }) => from === iso(20))).toBe(false)
    expect(found.find(({ to }) => to === iso(40))?.outHigh).toBeNull()
    expect(found.find(({ to }) => to === iso(41))?.outHigh).toBe(800_000)
  })

  it('says what was not seen, and on what its rates rest', async () => {
    const { body } = await ask(trafficRoute.GET, range(0, 45))
    expect(body).toMatchObject({ covered: false, data: { basis: 'sample' } })
    expect(body.uncovered[0]).toMatchObject({ kind: 'stats' })
    const old = await ask(trafficRoute.GET, range(-30 * 1_440, 45))
    expect(old.body.data.basis).toBe('5m')
  })

  it.each([
    ['a gateway', range(0, 45), TEST_ESTATE_GATEWAY_ARM_ID, 404],
    ['no interval', range(5, 5), TEST_ESTATE_CIRCUIT_ARM_ID, 400],
    ['too many points', 'points=5000', TEST_ESTATE_CIRCUIT_ARM_ID, 400],
    ['the future', `from=${iso(1_000)}`, TEST_ESTATE_CIRCUIT_ARM_ID, 400],
  ])('%s is refused', async (_, query, id, status) => {
    expect((await ask(trafficRoute.GET, query, id)).status).toBe(status)
  })
})

it('GET /circuits/{id}/arp: an entry that lost its MAC is another interval, within the bounds of two polls', async () => {
  const { body } = await ask(arpRoute.GET, range(0, 45))
  const { data } = roundTripBodyThroughSchema(allApiEndpoints.arpHistory.response, body)
  const edge = data.filter(({ interface: side }) => side === 'On-Prem')
  expect(edge).toMatchObject([
    { path: 'primary', ipAddress: '172.16.0.1', macAddress: null, to: null },
    { path: 'primary', ipAddress: '172.16.0.1', macAddress: '0011.2233.4455' },
  ])
  expect(edge[0]?.from).toEqual(edge[1]?.to)
  const page = await ask(arpRoute.GET, `${range(0, 45)}&limit=1`)
  const rest = await ask(arpRoute.GET, `${range(0, 45)}&cursor=${page.body.nextCursor}`)
  expect([...page.body.data, ...rest.body.data]).toEqual(data)
})

it('GET /circuits/{id}/parity: what the two path tables differ in, once both have been read', async () => {
  const parity = async () =>
    roundTripBodyThroughSchema(allApiEndpoints.circuitParity.response, (await ask(parityRoute.GET, '')).body).data
  const announced = (prefix: string, asPath: number[]) => route(prefix, { instance: null, peer: null, asPath })
  const feed = createTestEstatePollRecorder(db)
  await feed.tables(at(3), 'primary', [announced('10.1.0.0/16', [65001]), announced('10.2.0.0/16', [65001])])
  expect(await parity()).toBeNull()
  await feed.tables(at(3), 'secondary', [announced('10.1.0.0/16', [65001, 65001]), announced('10.3.0.0/16', [65001])])
  expect(await parity()).toEqual({
    shared: 1,
    unequal: 1,
    onlyPrimary: 1,
    onlySecondary: 1,
    differences: [
      { prefix: '10.1.0.0/16', primary: [65001], secondary: [65001, 65001] },
      { prefix: '10.2.0.0/16', primary: [65001], secondary: null },
      { prefix: '10.3.0.0/16', primary: null, secondary: [65001] },
    ],
  })
})

it('GET /sessions/prefixes: an interval for each number, of the customer’s router and of gateways', async () => {
  const intervals = async (scope: string) => {
    const { body } = await ask(prefixesRoute.GET, `${range(0, 45)}&scope=${encodeURIComponent(scope)}`)
    return roundTripBodyThroughSchema(allApiEndpoints.prefixCounts.response, body).data
  }
  expect(await intervals(TEST_ESTATE_CIRCUIT_ARM_ID)).toMatchObject([
    { path: 'primary', localAddress: '172.16.0.2', neighbor: '172.16.0.1', prefixesReceived: 12, to: null },
    { path: 'primary', localAddress: '172.16.0.2', neighbor: '172.16.0.1', prefixesReceived: 10 },
  ])
  const [newest] = await intervals(TEST_ESTATE_GATEWAY_ARM_ID)
  expect(newest).toMatchObject({ path: null, localAddress: '10.0.4.12', prefixesReceived: 13 })
})
