import { beforeAll, expect, it } from 'vitest'
import type { TimestampBounds } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, computeShortId, upsertEvents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  azureSide,
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCustomerNeighbor,
  testFieldsOfJustLostSession,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'
import { storedOutage } from '#lib/questions/testing/stored-outage.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { getWall } from './wall.ts'
import { getWallHistory } from './wall-history.ts'

const db = withTestDatabase()
const begin = Date.UTC(2026, 10, 3)
const ipv6 = { primaryPeerAddressPrefix: 'fd00::/126', secondaryPeerAddressPrefix: 'fd00::4/126', state: 'Enabled' }
/** Current time; polling began about two hours earlier. */
const now = begin + 130 * MS_PER_MINUTE
const at = (minutes: number): TimestampBounds => ({
  earliest: begin + minutes * MS_PER_MINUTE - 10_000,
  latest: begin + minutes * MS_PER_MINUTE + 10_000,
})

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(begin, createInventoryRows({}, { ipv6PeeringConfig: ipv6 }))
  for (let minute = 10; minute <= 130; minute += 2)
    for (const path of ['primary', 'secondary'] as const) {
      const isCut = path === 'primary' && minute >= 96
      const neighbor = path === 'primary' ? 'fd00::1' : 'fd00::5'
      const upDown = { ms: (60 + minute) * MS_PER_MINUTE, unitMs: 1_000 }
      const overIpv6 = createCustomerNeighbor(path, { neighbor, upDown, ...(isCut ? testFieldsOfJustLostSession : {}) })
      await feed.summary(begin + minute * MS_PER_MINUTE, path, [
        createCustomerNeighbor(path, { upDown }),
        overIpv6,
        azureSide(),
      ])
    }
  await feed.arpFail(begin + 129 * MS_PER_MINUTE, 'primary', 'forbidden')
  const source = await getOrCreateSourceId(db.pool, { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, subresource: '' })
  const gateway = await getOrCreateSourceId(db.pool, { resourceId: TEST_ESTATE_GATEWAY_ARM_ID, subresource: '' })
  const reached = (to: string) => ({ flags: ['from:reachable', `to:${to}`] })
  await upsertEvents(db.pool, source, [
    storedOutage('both', 'circuit_down', at(40), at(50)),
    storedOutage('one', 'path_down', at(70), at(80)),
    { ...storedOutage('v4', 'site_state_changed', at(40), at(50)), subject: 'DC-A', ...reached('unreachable') },
    { ...storedOutage('v6', 'site_state_changed', at(40), at(100)), subject: 'DC-A (IPv6)', ...reached('on_backup') },
  ])
  await upsertEvents(db.pool, gateway, [
    { ...storedOutage('gw', 'gateway_isolated', at(40), at(50)), scope: computeShortId(TEST_ESTATE_GATEWAY_ARM_ID) },
  ])
  const buckets = [90, 95, 100, 105, 110, 115, 120].map((minute) => begin + minute * MS_PER_MINUTE)
  await feed.gatewayMetrics(
    now,
    buckets.flatMap((bucket) =>
      ['a', 'b'].map((instance) => ({
        metric: 'ExpressRouteGatewayBitsPerSecond',
        instance,
        average: 3_000_000,
        at: bucket,
      })),
    ),
  )
  await recordTestCircuitBitRates(db, { from: begin + 60 * MS_PER_MINUTE, to: now, bitsPerSecond: () => 4_000_000 })
})

it('each half hour has the worst that is certain of it; the last one is not over', async () => {
  const { data } = await getWallHistory(db, now)
  expect([data.from, data.stepSeconds]).toEqual([Date.UTC(2026, 10, 2, 2, 30), 1_800])
  const last = (id: string) => data.tiles.find((tile) => tile.id === id)?.states.slice(-6)
  expect(last(`circuit/${computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)}`)).toEqual([
    'unknown',
    'up',
    'down',
    'degraded',
    'up',
    'up',
  ])
  expect(data.tiles.map(({ states }) => states.length)).toEqual(data.tiles.map(() => 48))
})

it('circuits and gateways have their last 30 days, a site has none', async () => {
  const { tiles } = (await getWallHistory(db, now)).data
  const month = tiles.find(({ id }) => id === `circuit/${computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)}`)?.month
  expect(month?.states).toEqual([...Array(29).fill('unknown'), 'down'])
  // polled for two hours, of which 10 min 20 s were not certainly up
  expect(month?.availability).toBeGreaterThan(0.9)
  expect(month?.availability).toBeLessThan(0.93)
  // the gateway is not polled, but it is known to have lost all sessions for a while; only that time was observed
  expect(tiles.find(({ id }) => id === `gateway/${computeShortId(TEST_ESTATE_GATEWAY_ARM_ID)}`)?.month).toEqual({
    states: [...Array(29).fill('unknown'), 'down'],
    availability: 0,
    layer: 'session',
    peering: null,
  })
  expect(tiles.find(({ id }) => id === 'site/DC-A')?.month).toBeNull()
})

it('a gateway that nobody polls is not known, but for what it is known to have lost', async () => {
  const { data } = await getWallHistory(db, now)
  const { states } = data.tiles.find(({ id }) => id === `gateway/${computeShortId(TEST_ESTATE_GATEWAY_ARM_ID)}`) ?? {}
  expect(states?.slice(-4)).toEqual(['down', 'unknown', 'unknown', 'unknown'])
})

it('a site is one strip, in the worse state of its families', async () => {
  const { data } = await getWallHistory(db, now)
  const sites = data.tiles.filter(({ id }) => id.startsWith('site/'))
  expect(sites.map(({ id, traffic }) => [id, traffic])).toEqual([['site/DC-A', null]])
  expect(sites[0]?.states.slice(-5)).toEqual(['up', 'down', 'degraded', 'degraded', 'up'])
})

it('traffic is of both paths, and null where it is not known', async () => {
  const { data } = await getWallHistory(db, now)
  const { traffic } = data.tiles.find(({ id }) => id === `circuit/${computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)}`) ?? {}
  expect(traffic).toMatchObject({ fromAzureBitsPerSecond: expect.any(Array) })
  const rates = traffic && 'fromAzureBitsPerSecond' in traffic ? traffic.fromAzureBitsPerSecond : []
  expect(rates.slice(-4)).toEqual([null, 8_000_000, 8_000_000, null])
})

it('the traffic of a gateway is of all instances and both directions together, in the pieces of its strip', async () => {
  const { data } = await getWallHistory(db, now)
  const { traffic, states } =
    data.tiles.find(({ id }) => id === `gateway/${computeShortId(TEST_ESTATE_GATEWAY_ARM_ID)}`) ?? {}
  const rates = traffic && 'bitsPerSecond' in traffic ? traffic.bitsPerSecond : []
  expect(rates).toHaveLength(states?.length ?? 0)
  expect(rates.slice(-4)).toEqual([null, null, 6_000_000, null])
})

it('a session that nothing else speaks for, and polls that report nothing, have the strip of their tile', async () => {
  const history = (await getWallHistory(db, now)).data.tiles
  const { tiles } = (await getWall(db, {}, now)).data
  const strips = tiles
    .filter(({ type }) => type === 'session' || type === 'collector')
    .map(({ id, type, name }) => [type, name, history.find((one) => one.id === id)?.states.slice(-6)])
  expect(strips).toEqual([
    ['session', 'ckt-lon primary path to fd00::1', ['unknown', 'up', 'up', 'up', 'down', 'down']],
    ['collector', 'ckt-lon', Array(6).fill('unknown')],
    // the collector has no strip, because a gap of one of its polls would color the whole half hour
    ['collector', 'Collector', undefined],
  ])
})
