import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { builtInEstateScenario } from '../scenarios/estate.ts'
import { parseSimulatorScenario } from '../scenario.ts'
import {
  requestSimulator,
  CIRCUITS_GROUP_ARM_ID,
  createBuiltInEstateWorld,
  HUB_GROUP_ARM_ID,
  type UntypedJsonObject,
  TEST_TIMELINE_ORIGIN,
  ONE_CIRCUIT_GROUP_ARM_ID,
  createOneCircuitWorld,
  getResponseValueRows,
} from '../testing.ts'
import { createWorld } from '../world.ts'
import { parseRetailPriceFilter } from './prices.ts'
import { createAzureHttpResponse } from '../answer.ts'

const METRICS = `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair/providers/Microsoft.Insights/metrics`
const span = (from: number, to: number): string =>
  `&timespan=${new Date(from).toISOString()}/${new Date(to).toISOString()}&interval=PT1M`
const series = (given: { json: UntypedJsonObject }, n = 0) =>
  ((given.json.value as readonly UntypedJsonObject[])[n]?.timeseries ?? []) as unknown as {
    metadatavalues: { name: { value: string }; value: string }[]
    data: { timeStamp: string; average?: number }[]
  }[]

describe('metrics', () => {
  it('are the counters’ differences, split by device role, with lower-cased names', () => {
    const world = createOneCircuitWorld()
    const from = TEST_TIMELINE_ORIGIN - 60 * MS_PER_MINUTE
    const given = requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', METRICS, {
      query: `${span(from, TEST_TIMELINE_ORIGIN)}&metricnames=BitsOutPerSecond&$filter=DeviceRole eq '*'`,
    })
    const split = series(given)
    expect(split.map((s) => s.metadatavalues.map((m) => [m.name.value, m.value]))).toEqual([
      [['devicerole', 'Primary']],
      [['devicerole', 'Secondary']],
    ])
    const stats = (at: number) =>
      Number(
        requestSimulator(world, at, 'GET', `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair/stats`).json
          .primaryBytesOut,
      )
    const bytes = (split[0]?.data ?? []).slice(0, 30).reduce((sum, p) => sum + ((p.average ?? 0) / 8) * 60, 0)
    expect(Math.abs(bytes - (stats(from + 30 * MS_PER_MINUTE) - stats(from)))).toBeLessThan(2)
  })
  it('the newest minutes have no value yet, which is not zero', () => {
    const data =
      series(
        requestSimulator(createOneCircuitWorld(), TEST_TIMELINE_ORIGIN, 'GET', METRICS, {
          query: `${span(TEST_TIMELINE_ORIGIN - 5 * MS_PER_MINUTE, TEST_TIMELINE_ORIGIN)}&metricnames=BitsInPerSecond`,
        }),
      )[0]?.data ?? []
    expect(data.map((p) => p.average !== undefined)).toEqual([true, true, true, false, false])
  })
  it('availability falls for the part of the minute that was down', () => {
    const world = createOneCircuitWorld([
      { op: 'session-loss', circuit: 'erc-pair', path: 'primary', at: '-10m', for: '15s' },
    ])
    const given = requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', METRICS, {
      query: `${span(TEST_TIMELINE_ORIGIN - 11 * MS_PER_MINUTE, TEST_TIMELINE_ORIGIN - 8 * MS_PER_MINUTE)}&metricnames=BgpAvailability&$filter=Peer eq 'Primary-IPv4'`,
    })
    expect(series(given)[0]?.data.map((p) => p.average)).toEqual([100, 75, 100])
  })
  it('availability is nothing while the core behind the MSEE is gone, though the CE session stays', () => {
    const world = createOneCircuitWorld([
      { op: 'session-loss', gateway: 'gw-pair', neighbor: '10.0.4.4', at: '-10m', for: '2m' },
    ])
    const given = requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', METRICS, {
      query: `${span(TEST_TIMELINE_ORIGIN - 10 * MS_PER_MINUTE, TEST_TIMELINE_ORIGIN - 8 * MS_PER_MINUTE)}&metricnames=BgpAvailability&$filter=Peer eq 'Primary-IPv4'`,
    })
    expect(series(given)[0]?.data.map((p) => p.average)).toEqual([0, 0])
  })
  it.each([
    ['an unknown metric', '&metricnames=Nope'],
    ['an unknown dimension', "&metricnames=BitsInPerSecond&$filter=Nope eq '*'"],
    ['a grain too fine', '&metricnames=QosDropBitsInPerSecond'],
    ['a wrong aggregation', '&metricnames=BitsInPerSecond&aggregation=Median'],
  ])('%s is a 400', (_, query) => {
    expect(
      requestSimulator(createOneCircuitWorld(), TEST_TIMELINE_ORIGIN, 'GET', METRICS, {
        query: span(TEST_TIMELINE_ORIGIN - MS_PER_MINUTE, TEST_TIMELINE_ORIGIN) + query,
      }).status,
    ).toBe(400)
  })
  it('come in a batch as they come alone', () => {
    const world = createOneCircuitWorld()
    const id = `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair`
    const alone = requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', METRICS, {
      query: `${span(TEST_TIMELINE_ORIGIN - 9 * MS_PER_MINUTE, TEST_TIMELINE_ORIGIN)}&metricnames=BitsInPerSecond`,
    })
    const batch = requestSimulator(
      world,
      TEST_TIMELINE_ORIGIN,
      'POST',
      `${ONE_CIRCUIT_GROUP_ARM_ID.slice(0, ONE_CIRCUIT_GROUP_ARM_ID.indexOf('/resourceGroups'))}/metrics:getBatch`,
      {
        body: JSON.stringify({ resourceids: [id] }),
        query: `&starttime=${new Date(TEST_TIMELINE_ORIGIN - 9 * MS_PER_MINUTE).toISOString()}&endtime=${new Date(TEST_TIMELINE_ORIGIN).toISOString()}&interval=PT1M&metricnames=BitsInPerSecond`,
      },
    )
    const [one] = (batch.json.values ?? []) as readonly UntypedJsonObject[]
    expect(one?.resourceid).toBe(id)
    expect(((one?.value ?? []) as readonly UntypedJsonObject[])[0]?.timeseries).toEqual(
      (alone.json.value as readonly UntypedJsonObject[])[0]?.timeseries,
    )
  })
})

describe('activity log', () => {
  const path = `${ONE_CIRCUIT_GROUP_ARM_ID.slice(0, ONE_CIRCUIT_GROUP_ARM_ID.indexOf('/resourceGroups'))}/providers/Microsoft.Insights/eventtypes/management/values`
  const query = (more = '') =>
    `&$filter=eventTimestamp ge '${new Date(TEST_TIMELINE_ORIGIN).toISOString()}' and eventTimestamp le '${new Date(TEST_TIMELINE_ORIGIN + 3_600_000).toISOString()}'${more}`
  const world = createOneCircuitWorld([
    { op: 'configuration', kind: 'connection', name: 'cxn-pair', set: { weight: 5 }, at: '+10m', logDelay: '4m' },
  ])
  const written = (at: number) =>
    getResponseValueRows(requestSimulator(world, at, 'GET', path, { query: query() })).filter((e) =>
      String((e.operationName as UntypedJsonObject).value).endsWith('/write'),
    )

  it('reports a change minutes after it was made, as three events of one correlation', () => {
    expect(
      requestSimulator(
        world,
        TEST_TIMELINE_ORIGIN + 11 * MS_PER_MINUTE,
        'GET',
        `${ONE_CIRCUIT_GROUP_ARM_ID}/connections/cxn-pair`,
      ).json.properties,
    ).toMatchObject({
      routingWeight: 5,
    })
    expect(written(TEST_TIMELINE_ORIGIN + 13 * MS_PER_MINUTE)).toEqual([])
    const events = written(TEST_TIMELINE_ORIGIN + 15 * MS_PER_MINUTE)
    expect(events.map((e) => (e.status as UntypedJsonObject).value)).toEqual(['Succeeded', 'Accepted', 'Started'])
    expect(new Set(events.map((e) => e.correlationId)).size).toBe(1)
  })
  it('holds the noise of the poller’s own calls', () => {
    const all = getResponseValueRows(
      requestSimulator(world, TEST_TIMELINE_ORIGIN + 30 * MS_PER_MINUTE, 'GET', path, { query: query() }),
    )
    expect(
      all.filter((e) => String((e.operationName as UntypedJsonObject).value).includes('getbgppeerstatus')).length,
    ).toBeGreaterThan(3)
  })
  it.each([
    ['no filter', ''],
    ['two narrowings', query(" and resourceProvider eq 'a' and correlationId eq 'b'")],
    ['another field', query(" and caller eq 'a'")],
  ])('%s is a 400', (_, text) => {
    expect(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', path, { query: text }).status).toBe(400)
  })
})

it('planned maintenance is announced, named in free text only, and resolved', () => {
  const world = createBuiltInEstateWorld([
    { op: 'maintenance', circuit: 'erc-london', path: 'primary', at: '+0s', trackingId: 'T1-2' },
  ])
  const path = `${HUB_GROUP_ARM_ID.slice(0, HUB_GROUP_ARM_ID.indexOf('/resourceGroups'))}/providers/Microsoft.ResourceHealth/events`
  const at = (t: number) =>
    getResponseValueRows(requestSimulator(world, t, 'GET', path, { query: '&queryStartTime=1/1/2026' }))
  expect(at(TEST_TIMELINE_ORIGIN - 8 * 86_400_000)).toEqual([])
  expect(at(TEST_TIMELINE_ORIGIN - MS_PER_MINUTE)[0]).toMatchObject({
    name: 'T1-2',
    properties: { status: 'Active', eventType: 'PlannedMaintenance' },
  })
  expect(JSON.stringify(at(TEST_TIMELINE_ORIGIN)[0]?.properties)).toMatch(/"impact":.*London/)
  expect(at(TEST_TIMELINE_ORIGIN + 60 * MS_PER_MINUTE)[0]).toMatchObject({ properties: { status: 'Resolved' } })
  const peers = getResponseValueRows(
    requestSimulator(
      world,
      TEST_TIMELINE_ORIGIN + 12 * MS_PER_MINUTE,
      'POST',
      `${HUB_GROUP_ARM_ID}/virtualNetworkGateways/ergw-hub/getBgpPeerStatus`,
    ),
  )
  expect(peers.filter((r) => r.neighbor === '10.0.4.4').map((r) => r.state)).toEqual(['Connecting', 'Connecting'])
  const learned = getResponseValueRows(
    requestSimulator(
      world,
      TEST_TIMELINE_ORIGIN + 5 * MS_PER_MINUTE,
      'POST',
      `${HUB_GROUP_ARM_ID}/virtualNetworkGateways/ergw-hub/getLearnedRoutes`,
    ),
  )
  expect(learned.find((r) => r.network === '10.10.0.0/16' && r.sourcePeer === '10.0.4.4')?.asPath).toBe(
    `${'12076-'.repeat(9)}65001`,
  )
})

describe('the built-in estate', () => {
  it('carries its metered circuit over break-even in the month of the start, whenever that is', () => {
    const breakEven = 35_071e9
    for (const start of ['2026-11-01T00:00:00Z', '2026-11-30T23:00:00Z', '2027-02-14T08:00:00Z']) {
      const origin = Date.parse(start)
      const world = createWorld(parseSimulatorScenario(builtInEstateScenario), origin)
      const path =
        '/subscriptions/00000000-c0de-4000-8000-000000000004/resourceGroups/rg-tailspin-network/providers/Microsoft.Network/expressRouteCircuits/erc-johannesburg/stats'
      const out = (at: number) => {
        const { primaryBytesOut, secondaryBytesOut } = requestSimulator(world, at, 'GET', path).json
        return Number(primaryBytesOut) + Number(secondaryBytesOut)
      }
      const month = (back: number) =>
        Date.UTC(new Date(origin).getUTCFullYear(), new Date(origin).getUTCMonth() - back, 1)
      expect(out(month(-1)) - out(month(0))).toBeGreaterThan(breakEven)
      expect(out(month(0)) - out(month(1))).toBeLessThan(breakEven)
    }
  })
  it('shows the sibling that never connects, and a path cut half a minute after the start', () => {
    const world = createWorld(parseSimulatorScenario(builtInEstateScenario), TEST_TIMELINE_ORIGIN)
    const peers = getResponseValueRows(
      requestSimulator(
        world,
        TEST_TIMELINE_ORIGIN,
        'POST',
        `${HUB_GROUP_ARM_ID}/virtualNetworkGateways/ergw-hub/getBgpPeerStatus`,
      ),
    )
    expect(peers.find((r) => r.neighbor === '10.0.4.15')).toMatchObject({
      asn: 65515,
      state: 'Connecting',
      connectedDuration: null,
    })
    const summary = (at: number) =>
      getResponseValueRows(
        requestSimulator(
          world,
          at,
          'POST',
          `${CIRCUITS_GROUP_ARM_ID}/expressRouteCircuits/erc-london/peerings/AzurePrivatePeering/routeTablesSummary/primary`,
        ),
      )[0]
    expect(summary(TEST_TIMELINE_ORIGIN + 37 * MS_PER_SECOND)?.statePfxRcd).toBe('8')
    expect(summary(TEST_TIMELINE_ORIGIN + 38 * MS_PER_SECOND)?.statePfxRcd).toBe('Idle')
    expect(summary(TEST_TIMELINE_ORIGIN + 5 * MS_PER_MINUTE)?.statePfxRcd).toBe('8')
    expect(summary(TEST_TIMELINE_ORIGIN + 25 * MS_PER_MINUTE)?.statePfxRcd).toBe('Idle')
  })
})

describe('prices', () => {
  const world = createOneCircuitWorld()
  const page = (target: string) => {
    const given = createAzureHttpResponse(world, TEST_TIMELINE_ORIGIN, { method: 'GET', target })
    return JSON.parse(given.body) as {
      Items: { armRegionName: string; retailPrice: number; meterName: string }[]
      NextPageLink: string | null
    }
  }
  it('need no token, and are filtered', () => {
    const { Items } = page(
      "/api/retail/prices?$filter=serviceName eq 'ExpressRoute' and armRegionName eq 'Zone 3' and (meterName eq 'Standard Metered Data 500 Mbps Circuit' or meterName eq 'Standard Unlimited Data 500 Mbps Circuit')",
    )
    expect(Items.map((i) => i.retailPrice).sort((a, b) => a - b)).toEqual([290, 5200])
  })
  it('come a hundred a page', () => {
    let target: string | null = '/api/retail/prices'
    const sizes: number[] = []
    while (target) {
      const { Items, NextPageLink } = page(target)
      sizes.push(Items.length)
      target = NextPageLink?.replace('http://127.0.0.1', '') ?? null
    }
    expect(sizes).toEqual([100, 100, 43])
  })
  it('values mind case, names do not', () => {
    const item = { serviceName: 'ExpressRoute', type: 'Consumption' }
    expect(parseRetailPriceFilter("SERVICENAME eq 'ExpressRoute' and priceType eq 'Consumption'")(item)).toBe(true)
    expect(parseRetailPriceFilter("serviceName eq 'expressroute'")(item)).toBe(false)
    expect(parseRetailPriceFilter("serviceName ne 'x' or type eq 'y'")(item)).toBe(true)
    expect(parseRetailPriceFilter("contains(serviceName, 'Route')")(item)).toBe(true)
  })
})
