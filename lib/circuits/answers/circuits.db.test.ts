import { describe, expect, it } from 'vitest'
import type { DetectedEvent, DetectedIncident } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { sumCircuitRates } from '#lib/circuits/api/carried-rates.ts'
import {
  computeEventId,
  listSources,
  rollUpUsage,
  computeShortId,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getCircuit, listCircuits } from './circuits.ts'
import { InvalidRequestError, NotFoundError } from '#lib/questions/index.ts'
import { putDeclarations } from '#lib/declarations/answers/index.ts'

import { getGateway, listGateways } from '#lib/gateways/answers/index.ts'
import { getOverview, getWall } from '#lib/overview/answers/index.ts'
import { listCustomers } from '#lib/customers/answers/index.ts'
import { readPolledSourcePage } from '#lib/setup/answers/index.ts'
import { listServiceKeyRequests, requestServiceKey } from './service-key.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import {
  arpTable,
  azureSide,
  TEST_ESTATE_CIRCUIT_ARM_ID,
  TEST_ESTATE_CONNECTION_ARM_ID,
  createCounterRows,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  testFieldsOfIdleSession,
  createGatewayPeer,
  createInventoryRows,
  TEST_ESTATE_SUBSCRIPTION_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { recordPoll } from '#lib/questions/testing/record-feed.ts'
import { getCircuitUsage } from '#lib/usage/answers/index.ts'

const START = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => START + n * 60_000
const now = minute(1) + 10_000
const HUGE = 9_007_199_254_740_993n

type Feed = ReturnType<typeof createTestEstatePollRecorder>

/** Feeds rounds of polls in which all layers work and 1 Gbit/s flows on each path. */
async function wellFor(feed: Feed, rounds = 2, circuit: Parameters<typeof createInventoryRows>[0] = {}) {
  await feed.inventory(minute(0), createInventoryRows(circuit))
  for (let n = 0; n < rounds; n++) {
    const flown = BigInt(n) * 7_500_000_000n
    await feed.stats(minute(n), [
      createCounterRows('primary', HUGE + flown, HUGE + flown / 2n),
      createCounterRows('secondary', flown, flown),
    ])
    await feed.connection(minute(n), { bytesIn: HUGE, bytesOut: 5n })
    await feed.peers(minute(n), [
      createGatewayPeer('10.0.4.12', '10.0.4.4'),
      createGatewayPeer('10.0.4.12', '10.0.4.5'),
    ])
    for (const path of ['primary', 'secondary'] as const) {
      await feed.summary(minute(n), path, [azureSide(), createCustomerNeighbor(path)])
      await feed.arp(minute(n), path, arpTable(path))
    }
  }
}

const circuitNow = async (db: Parameters<typeof getCircuit>[0], at = now) =>
  allApiEndpoints.circuit.response.parse(await getCircuit(db, TEST_ESTATE_CIRCUIT_ARM_ID, at))

describe('a circuit that is well', () => {
  const db = withTestDatabase()

  it('never shows its service key; each request for it is in the audit, newest first', async () => {
    await createTestEstatePollRecorder(db).inventory(minute(0), createInventoryRows())
    for (const [n, why] of ['a new cross-connect', 'the provider lost it'].entries()) {
      const { data } = await requestServiceKey(db, TEST_ESTATE_CIRCUIT_ARM_ID, why, minute(n))
      expect(allApiEndpoints.serviceKeyRequests.response.shape.data.element.parse(data)).toMatchObject({
        by: 'local',
        why,
      })
    }
    const page = async (cursor: string | null) =>
      allApiEndpoints.serviceKeyRequests.response.parse(await listServiceKeyRequests(db, { cursor, limit: 1 }))
    const [newest, oldest] = [await page(null), await page((await page(null)).nextCursor)]
    expect(newest.data).toMatchObject([
      { circuitName: 'ckt-lon', resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, why: 'the provider lost it' },
    ])
    expect(oldest).toMatchObject({ data: [{ at: new Date(START).toISOString() }], nextCursor: null })
    await expect(requestServiceKey(db, TEST_ESTATE_GATEWAY_ARM_ID, 'no circuit', now)).rejects.toThrow(NotFoundError)
    await expect(page('x')).rejects.toThrow(InvalidRequestError)
  })

  it('reads as configured and as measured, without losing a digit', async () => {
    await wellFor(createTestEstatePollRecorder(db))
    const { data, freshness } = await circuitNow(db)
    expect(data).toMatchObject({
      name: 'ckt-lon',
      resourceId: TEST_ESTATE_CIRCUIT_ARM_ID,
      peeringLocation: 'London',
      peeringLocations: ['London'],
      resiliencyLevel: 'standard',
      resiliencyBasis: 'location',
      provider: 'ProvA',
      bandwidthMbps: 1000,
      sku: { tier: 'Standard', family: 'MeteredData' },
      provisioning: { circuit: 'Enabled', provider: 'Provisioned' },
      connectivity: 'exchange',
      redundancy: 'redundant',
      atLeastPaths: 2,
      atMostPaths: 2,
      connections: [{ name: 'lon-to-hub', gatewayName: 'ergw-hub', routingWeight: 20 }],
    })
    expect(data.paths[0]).toMatchObject({
      path: 'primary',
      state: 'up',
      layers: { provisioned: 'up', arp: 'complete', bgp: 'up', traffic: 'moving' },
      routesReceived: 2,
      bitsInPerSecond: 1_000_000_000,
      bitsOutPerSecond: 500_000_000,
      bytesIn: (HUGE + 7_500_000_000n).toString(),
      customerAddress: '172.16.0.1',
      microsoftAddress: '172.16.0.2',
    })
    expect(data.paths[0]?.arp).toContainEqual({
      age: 3,
      interface: 'On-Prem',
      ipAddress: '172.16.0.1',
      macAddress: '0011.2233.4455',
    })
    expect(freshness.state).toBe('fresh')
  })

  it('is found by its short id, and in the list', async () => {
    const { data } = await listCircuits(db, { limit: 10 }, now)
    expect(data).toHaveLength(1)
    expect((await getCircuit(db, data[0]?.id ?? '', now)).data).toMatchObject(data[0] ?? {})
  })

  it('has room for more prefixes, and gives no date from one day', async () => {
    const headroom = {
      limit: 4_000,
      count: 2,
      share: 0.0005,
      runsOutBetween: null,
      trend: 'too_few_days',
      leastDays: 7,
    }
    const { data } = await circuitNow(db)
    expect(data.paths).toMatchObject([{ headroom }, { headroom }])
    expect(data.paths[0]?.headroom?.days).toEqual([
      { day: `${new Date(now).toISOString().slice(0, 10)}T00:00:00.000Z`, most: 2 },
    ])
  })

  it('hangs on a gateway, and of the connection between them no counter of ARM is shown', async () => {
    const { data } = allApiEndpoints.gateway.response.parse(await getGateway(db, TEST_ESTATE_GATEWAY_ARM_ID, now))
    expect(data).toMatchObject({
      name: 'ergw-hub',
      kind: 'expressRoute',
      sku: { name: 'ErGw1AZ' },
      state: 'healthy',
      reason: null,
      instances: [{ address: '10.0.4.12', reporting: true, sessionsUp: 2, sessionsExpected: 2 }],
      connections: [
        {
          name: 'lon-to-hub',
          circuitName: 'ckt-lon',
          bytesIn: null,
          bytesOut: null,
          traffic: null,
          status: 'Connected',
          routingWeight: 20,
        },
      ],
    })
  })

  it('has on its connection what Azure Monitor measured of it', async () => {
    const rate = (metric: string, average: number) => ({
      metric,
      unit: 'BitsPerSecond',
      dimensions: {},
      at: minute(0),
      grainSeconds: 60,
      average,
      maximum: null,
      minimum: null,
      total: null,
    })
    const rows = [rate('BitsInPerSecond', 800), rate('BitsOutPerSecond', 8_000)]
    await recordPoll(db, { kind: 'metrics', resourceId: TEST_ESTATE_CONNECTION_ARM_ID, at: minute(4), rows })
    await rollUpUsage(db)
    const traffic = { bitsInPerSecond: 800, bitsOutPerSecond: 8_000, bytesIn: '6000', bytesOut: '60000' }
    const later = minute(5)
    expect((await circuitNow(db, later)).data.connections).toMatchObject([
      { traffic: { ...traffic, coveredSeconds: 60 } },
    ])
    const { data } = allApiEndpoints.gateway.response.parse(await getGateway(db, TEST_ESTATE_GATEWAY_ARM_ID, later))
    expect(data.connections).toMatchObject([{ traffic }])
    // the newest minute is too old for a current rate
    const { data: old } = await circuitNow(db, minute(40))
    expect(old.connections).toMatchObject([{ traffic: { bitsInPerSecond: null, bytesOut: '60000' } }])
  })

  it('is no gateway, and a gateway no circuit', async () => {
    await expect(getGateway(db, TEST_ESTATE_CIRCUIT_ARM_ID, now)).rejects.toThrow(/no gateway/)
    await expect(getCircuit(db, TEST_ESTATE_GATEWAY_ARM_ID, now)).rejects.toThrow(/no ExpressRoute circuit/)
  })

  it('gives nothing to worry about', async () => {
    const { data } = allApiEndpoints.overview.response.parse(await getOverview(db, { mayReadCost: true }, now))
    expect(data).toMatchObject({
      counts: { circuits: { redundant: 1 }, gateways: { healthy: 1 }, sessions: { up: 4 } },
      worstFirst: [],
      incidents: { counts: {}, open: [] },
      cost: null,
    })
  })

  it('is unknown when it was not read for three intervals, and claims no numbers', async () => {
    const { data, freshness } = await circuitNow(db, minute(30))
    expect(freshness.state).toBe('stale')
    expect(data).toMatchObject({ redundancy: 'unknown', atLeastPaths: 0, atMostPaths: 2 })
    expect(data.paths[0]).toMatchObject({
      state: 'unknown',
      layers: { arp: 'unknown', bgp: 'unknown', traffic: 'unknown' },
      bitsInPerSecond: null,
      routesReceived: null,
      arp: [],
    })
  })

  it('keeps its last known state while nothing is polled, everywhere, with the time of the last poll', async () => {
    const { data } = await circuitNow(db, minute(30))
    const at = expect.stringMatching(/^2026-/)
    expect(data.lastKnown).toEqual({ state: 'redundant', at })
    expect(data.paths.map(({ lastKnown }) => lastKnown?.state)).toEqual(['up', 'up'])
    const sessions = allApiEndpoints.sessions.response.parse(await listSessions(db, { limit: 50 }, minute(30)))
    for (const { verdict, lastKnown } of sessions.data)
      expect([verdict, lastKnown]).toEqual(['unknown', { state: 'up', at }])
    const gateways = allApiEndpoints.gateways.response.parse(await listGateways(db, { limit: 50 }, minute(30)))
    expect(gateways.data).toMatchObject([{ state: 'unknown', lastKnown: { state: 'healthy', at } }])
    const counts = gateways.data.flatMap(({ instances }) => instances.map(({ lastKnown }) => lastKnown))
    expect(counts.length).toBeGreaterThan(0)
    for (const count of counts) expect(count?.up).toBe(count?.expected ?? 0)
    const wall = allApiEndpoints.wall.response.parse(await getWall(db, {}, minute(30)))
    expect(wall.data.tiles.map(({ type, state, lastKnown }) => [type, state, lastKnown?.called])).toEqual([
      ['collector', 'unknown', undefined],
      ['circuit', 'unknown', 'both paths up'],
      ['gateway', 'unknown', 'healthy'],
    ])
    const { data: overview } = allApiEndpoints.overview.response.parse(
      await getOverview(db, { mayReadCost: false }, minute(30)),
    )
    expect(overview.headline).toMatchObject({ severity: 'unknown', text: '1 of 1 circuit unknown' })
    expect(overview.counts.problems).toEqual({ unknown: 3 })
  })
})

describe('a circuit with both peerings', () => {
  const db = withTestDatabase()
  const FILTER = TEST_ESTATE_CIRCUIT_ARM_ID.replace(/expressRouteCircuits.*/, 'routeFilters/rf')
  const privately = {
    peeringType: 'AzurePrivatePeering',
    state: 'Enabled',
    peerASN: 65001,
    primaryPeerAddressPrefix: '172.16.0.0/30',
    secondaryPeerAddressPrefix: '172.16.0.4/30',
  }
  const publicly = {
    peeringType: 'MicrosoftPeering',
    state: 'Enabled',
    peerASN: 100,
    primaryPeerAddressPrefix: '198.51.100.0/30',
    secondaryPeerAddressPrefix: '198.51.100.4/30',
    primaryAzurePort: 'LON-06GMR-CIS-1-PRI-A',
    microsoftPeeringConfig: {
      advertisedPublicPrefixes: ['203.0.113.0/24'],
      advertisedPublicPrefixesState: 'Configured',
      customerASN: 100,
      routingRegistryName: 'RIPENCC',
    },
    routeFilter: { id: FILTER },
  }
  const filter = {
    subscriptionId: TEST_ESTATE_SUBSCRIPTION_ARM_ID.split('/')[2] ?? '',
    resourceGroup: 'Edge',
    location: 'uksouth',
    resourceId: FILTER,
    type: 'microsoft.network/routefilters',
    name: 'rf',
    config: {
      properties: {
        provisioningState: 'Succeeded',
        rules: [{ properties: { access: 'Allow', communities: ['12076:51024', '12076:5999'] } }],
      },
    },
  }
  const peerings = [
    { name: 'AzurePrivatePeering', properties: privately },
    { name: 'MicrosoftPeering', properties: publicly },
  ]

  it('has paths, sessions, counters and room of each, and the route filter by name', async () => {
    const feed = createTestEstatePollRecorder(db)
    await feed.inventory(minute(0), [...createInventoryRows({ peerings }), filter])
    for (const n of [0, 1]) {
      const flown = BigInt(n) * 7_500_000_000n
      for (const path of ['primary', 'secondary'] as const) {
        await feed.summary(minute(n), path, [createCustomerNeighbor(path)])
        await feed.arp(minute(n), path, arpTable(path))
      }
      const router = { ...createCustomerNeighbor('primary'), neighbor: '198.51.100.1', asn: 100, prefixesReceived: 190 }
      await feed.on('MicrosoftPeering/primary').summary(minute(n), [router])
      // counters of all peerings together, then of the private peering without traffic, then of Microsoft peering
      await feed.stats(minute(n), [
        createCounterRows('primary', flown, flown),
        createCounterRows('secondary', flown, flown),
      ])
      await feed
        .on('AzurePrivatePeering')
        .stats(minute(n), [createCounterRows('primary', 5n, 5n), createCounterRows('secondary', 5n, 5n)])
      await feed.on('MicrosoftPeering').stats(minute(n), [createCounterRows('primary', flown, flown)])
    }
    const { data } = await circuitNow(db)
    expect(data.paths).toMatchObject([{ bitsInPerSecond: 0, layers: { traffic: 'quiet' } }, { bitsInPerSecond: 0 }])
    // the wall, the list, home, the map, the page and the usage of the circuit all use the rates of all peerings
    expect(sumCircuitRates(data)).toEqual({ toAzure: 2_000_000_000, fromAzure: 2_000_000_000, only: null })
    expect((await getWall(db, {}, now)).data.tiles.find(({ id }) => id === `circuit/${data.id}`)).toMatchObject({
      bitsPerSecond: 4_000_000_000,
    })
    expect(data.redundancy).toBe('redundant')
    expect(data.peerings).toMatchObject([
      { type: 'private', redundancy: 'redundant', prefixesReceived: null, routeFilter: null, advertisedPrefixes: [] },
      {
        type: 'microsoft',
        atLeastPaths: 1,
        azurePorts: { primary: 'LON-06GMR-CIS-1-PRI-A', secondary: null },
        customerAsn: 100,
        routingRegistry: 'RIPENCC',
        advertisedPrefixes: [{ prefix: '203.0.113.0/24', validation: 'Configured' }],
        routeFilter: {
          name: 'rf',
          communities: [
            { community: '12076:51024', name: 'UK South' },
            { community: '12076:5999', name: null },
          ],
        },
        paths: [
          { state: 'up', bitsInPerSecond: 1_000_000_000, headroom: { limit: 200, count: 190 } },
          { bitsInPerSecond: null },
        ],
      },
    ])
    const sessions = allApiEndpoints.sessions.response.parse(await listSessions(db, { limit: 10 }, now)).data
    expect(sessions.map(({ peering, path, neighbor }) => [peering, path, neighbor])).toEqual([
      ['private', 'primary', '172.16.0.1'],
      ['private', 'secondary', '172.16.0.5'],
      ['microsoft', 'primary', '198.51.100.1'],
    ])
    const { data: sources } = allApiEndpoints.sources.response.parse(
      await readPolledSourcePage(db, { kind: 'stats', limit: 10 }, now),
    )
    expect(sources.map(({ peering, path }) => [peering, path])).toEqual([
      [null, null],
      ['private', null],
      ['microsoft', null],
    ])
  })

  it('shows what was declared of it, and which paths carry its NAT pools', async () => {
    const feed = createTestEstatePollRecorder(db)
    const route = (prefix: string, asPath: number[]) => {
      const rest = { instance: null, peer: null, origin: null, weight: 0, localPref: 100 }
      return { prefix, asPath, nextHop: '198.51.100.1', ...rest }
    }
    const microsoft = route('203.0.112.0/20', [12076, 8075])
    await feed.on('MicrosoftPeering/primary').tables(minute(1), [route('203.0.113.0/24', [100]), microsoft])
    const classes = [{ name: 'ef' as const, share: 0.1, mbps: null }]
    const declared = {
      circuit: TEST_ESTATE_CIRCUIT_ARM_ID,
      connectivity: 'telco' as const,
      secondStag: 30,
      classes,
      credits: [],
    }
    const pools = ['203.0.113.0/28', '198.51.100.128/28']
    await putDeclarations(db, { circuits: [{ ...declared, natPools: pools }] }, now)
    const poolsNow = async () => (await circuitNow(db)).data.peerings.map(({ natPools }) => natPools)
    expect((await circuitNow(db)).data).toMatchObject({
      connectivity: 'telco',
      connectivityBasis: 'declared',
      connectivityConfidence: 1,
      secondStag: 30,
      classes,
    })
    expect(await poolsNow()).toEqual([
      undefined,
      [
        { prefix: pools[0], configured: '203.0.113.0/24', primary: 'carried', secondary: 'unknown' },
        { prefix: pools[1], configured: null, primary: 'not_announced', secondary: 'unknown' },
      ],
    ])
    await feed.on('MicrosoftPeering/secondary').tables(minute(1), [microsoft])
    expect((await poolsNow())[1]?.map(({ secondary }) => secondary)).toEqual(['not_announced', 'not_announced'])
  })

  it('shows what Azure dropped of the last day, for the whole circuit', async () => {
    expect((await circuitNow(db)).data.qosDrops).toBeNull()
    const drop = (metric: string, at: number, average: number) => {
      const rest = { dimensions: {}, grainSeconds: 300, maximum: null, minimum: null, total: null }
      return { metric, unit: 'BitsPerSecond', at, average, ...rest }
    }
    const five = (n: number) => START - 3_600_000 + n * 300_000
    const rows = [0, 0, 8_000_000, 24_000_000].map((average, n) => drop('QosDropBitsOutPerSecond', five(n), average))
    await recordPoll(db, {
      kind: 'metrics',
      resourceId: TEST_ESTATE_CIRCUIT_ARM_ID,
      at: minute(1),
      rows: [
        ...rows,
        drop('QosDropBitsInPerSecond', five(0), 0),
        drop('QosDropBitsInPerSecond', START - 2 * 86_400_000, 9),
      ],
    })
    expect((await circuitNow(db)).data.qosDrops).toMatchObject({
      in: { reportedSeconds: 300, droppingSeconds: 0, bytes: '0', most: null },
      out: {
        reportedSeconds: 1_200,
        droppingSeconds: 600,
        bytes: '1200000000',
        most: { bitsPerSecond: 24_000_000, at: new Date(five(3)).toISOString() },
      },
    })
  })

  it('has usage of each, and of all together', async () => {
    const bytesOf = async (peering?: 'private' | 'microsoft') => {
      const range = { from: minute(0), to: minute(5), step: '5m' as const }
      const answer = await getCircuitUsage(
        db,
        TEST_ESTATE_CIRCUIT_ARM_ID,
        { ...range, ...(peering && { peering }) },
        now,
      )
      return allApiEndpoints.circuitUsage.response.parse(answer).data.totals.bytesIn
    }
    expect([await bytesOf(), await bytesOf('private'), await bytesOf('microsoft')]).toEqual([
      '15000000000',
      '0',
      '7500000000',
    ])
  })
})

describe('a path whose counters Azure no longer reports', () => {
  const db = withTestDatabase()

  it('keeps its last bytes with their time, and claims no rate', async () => {
    const feed = createTestEstatePollRecorder(db)
    await wellFor(feed)
    const nothing = { path: 'primary', bytesIn: null, bytesOut: null } as const
    await feed.stats(minute(2), [nothing, createCounterRows('secondary', 15_000_000_000n, 15_000_000_000n)])
    const { data } = await circuitNow(db, minute(2) + 10_000)
    expect(data.paths).toMatchObject([
      { bitsInPerSecond: null, bytesIn: (HUGE + 7_500_000_000n).toString(), layers: { traffic: 'unknown' } },
      { bitsInPerSecond: 1_000_000_000, layers: { traffic: 'moving' } },
    ])
  })
})

describe('many prefixes withdrawn while every session stays up', () => {
  const db = withTestDatabase()
  const bounds = (n: number) => ({ earliest: minute(n), latest: minute(n) + 2_000 })
  const event: DetectedEvent = {
    key: 'withdrawn',
    kind: 'mass_withdraw',
    severity: 'major',
    scope: computeShortId(TEST_ESTATE_GATEWAY_ARM_ID),
    subject: '10.0.4.4',
    started: bounds(0),
    ended: null,
    duration: null,
    detectedAt: minute(1),
    evidence: [],
    causes: [],
    flags: [],
    incident: 'i',
  }
  const incident: DetectedIncident = {
    key: 'i',
    root: 'withdrawn',
    scope: event.scope,
    severity: 'major',
    members: ['withdrawn'],
    started: event.started,
    ended: null,
    openedAt: minute(1),
    closedAt: null,
  }
  const keep = async (ended: DetectedIncident['ended']) => {
    const [source] = await listSources(db.pool)
    await upsertEvents(db.pool, source?.sourceId ?? 0, [{ ...event, ended }])
    await upsertIncidents(db.pool, [{ ...incident, ended }])
  }
  const overviewAndWall = async () => {
    const { data: overview } = allApiEndpoints.overview.response.parse(
      await getOverview(db, { mayReadCost: true }, now),
    )
    const { data: wall } = allApiEndpoints.wall.response.parse(await getWall(db, {}, now))
    return { overview, wall }
  }

  it('is the worst of the overview and of the wall', async () => {
    const feed = createTestEstatePollRecorder(db)
    await wellFor(feed)
    await feed.learned(minute(1), [])
    await keep(null)
    const { overview, wall } = await overviewAndWall()
    expect(overview.counts).toMatchObject({
      gateways: { healthy: 1 },
      problems: { degraded: 1 },
      impaired: { circuits: 0, gateways: 1 },
    })
    const incidentId = computeEventId('i')
    expect(overview.worstFirst).toMatchObject([
      { type: 'gateway', severity: 'degraded', kind: 'mass_withdraw', incidentId, href: `/incidents/${incidentId}` },
    ])
    expect(wall.tiles[0]).toMatchObject({
      type: 'gateway',
      state: 'degraded',
      meaning: 'Prefixes withdrawn, no prefix cut off',
      incidentId,
    })
  })

  it('stays a problem when it has ended and came again, in the same incident', async () => {
    await keep(bounds(0))
    const [source] = await listSources(db.pool)
    await upsertEvents(db.pool, source?.sourceId ?? 0, [{ ...event, key: 'again', started: bounds(1) }])
    await upsertIncidents(db.pool, [{ ...incident, members: ['withdrawn', 'again'] }])
    const { overview, wall } = await overviewAndWall()
    expect(overview.worstFirst).toMatchObject([{ kind: 'mass_withdraw', incidentId: computeEventId('i') }])
    expect(wall.counts).toMatchObject({ degraded: 1 })
    expect((await listCustomers(db, { limit: 1 }, now)).data).toMatchObject([{ openIncidents: 1 }])
    await upsertEvents(db.pool, source?.sourceId ?? 0, [
      { ...event, key: 'again', started: bounds(1), ended: bounds(1) },
    ])
  })

  it('is no problem once it has ended, and its incident has recovered', async () => {
    await keep(bounds(1))
    const { overview, wall } = await overviewAndWall()
    expect(overview.worstFirst).toEqual([])
    expect(wall.counts).toMatchObject({ degraded: 0, down: 0 })
    expect((await listCustomers(db, { limit: 1 }, now)).data).toMatchObject([{ openIncidents: 0 }])
    expect(overview.incidents).toMatchObject({ recovered: 1, open: [{ state: 'open', phase: 'recovered' }] })
  })
})

describe('a path whose session is not read, and whose ARP entry is gone', () => {
  const db = withTestDatabase()

  it('is up by its bytes only once these began after the entry was read as gone', async () => {
    const feed = createTestEstatePollRecorder(db)
    await wellFor(feed)
    const state = async (n: number) => {
      const flown = BigInt(n) * 7_500_000_000n
      if (n > 4) await feed.summaryFail(minute(n), 'primary', 'unavailable')
      await feed.arp(minute(n), 'primary', arpTable('primary', n >= 7 ? null : undefined))
      await feed.stats(minute(n), [createCounterRows('primary', HUGE + flown, flown)])
      const { data } = await circuitNow(db, minute(n) + 10_000)
      return data.paths[0]
    }
    for (const n of [5, 6]) await state(n)
    // all traffic between minutes 6 and 7, and after the request of minute 7, may have passed before the loss
    for (const n of [7, 8]) expect(await state(n)).toMatchObject({ state: 'unknown', layers: { traffic: 'moving' } })
    expect(await state(9)).toMatchObject({ state: 'up', layers: { arp: 'incomplete', bgp: 'unknown' } })
  })
})

describe('a path whose session was last read as down, and is not read any more', () => {
  const db = withTestDatabase()

  it('is up by its bytes only once these began after that reading', async () => {
    const feed = createTestEstatePollRecorder(db)
    await wellFor(feed)
    const idle = createCustomerNeighbor('primary', {
      state: 'idle',
      azureState: 'Idle',
      prefixesReceived: null,
      upDown: null,
    })
    await feed.summary(minute(2), 'primary', [azureSide(), idle])
    for (const n of [3, 4, 5, 6]) await feed.summaryFail(minute(n), 'primary', 'throttled')
    const state = async (n: number) => {
      const flown = BigInt(n) * 7_500_000_000n
      await feed.arp(minute(n), 'primary', arpTable('primary'))
      await feed.stats(minute(n), [createCounterRows('primary', HUGE + flown, flown)])
      return (await circuitNow(db, minute(n) + 10_000)).data.paths[0]
    }
    // the previous sample is from minute 1, when the path was up
    expect(await state(6)).toMatchObject({ state: 'down', unconfirmedSince: expect.any(String) })
    expect(await state(7)).toMatchObject({ state: 'up', layers: { bgp: 'unknown', traffic: 'moving' } })
  })
})

describe('a path that is lost', () => {
  const db = withTestDatabase()
  const feed = createTestEstatePollRecorder(db)

  it('is down at layer 2 when ARP and BGP are both gone, and comes first', async () => {
    await wellFor(feed)
    await feed.summary(minute(2), 'primary', [
      azureSide(),
      createCustomerNeighbor('primary', { state: 'idle', azureState: 'Idle', prefixesReceived: null, upDown: null }),
    ])
    await feed.arp(minute(2), 'primary', arpTable('primary', null))
    const { data } = await circuitNow(db, minute(2) + 10_000)
    expect(data).toMatchObject({ redundancy: 'reduced', atLeastPaths: 1, atMostPaths: 1 })
    expect(data.paths[0]).toMatchObject({
      state: 'down',
      layers: { arp: 'incomplete', bgp: 'down' },
      // the poll of the previous minute repeated the same age, so it does not prove a later time
      since: [new Date(minute(0)).toISOString(), new Date(minute(2) + 2_000).toISOString()],
      routesReceived: null,
    })
    expect(data.paths[0]?.reason).toMatch(/^Layer 2/)
    const { data: overview } = await getOverview(db, { mayReadCost: true }, minute(2) + 10_000)
    expect(overview.worstFirst[0]).toMatchObject({
      type: 'circuit',
      name: 'ckt-lon',
      state: 'reduced',
      severity: 'degraded',
    })
    expect(overview.recentEvents[0]).toMatchObject({ kind: 'session_down', scopeName: 'ckt-lon' })
  })

  it('is not called down because Azure fails to answer', async () => {
    for (const n of [3, 4, 5, 6]) await feed.summaryFail(minute(n), 'secondary', 'unavailable')
    const { data } = await circuitNow(db, minute(6) + 10_000)
    expect(data.paths[1]).toMatchObject({ path: 'secondary', state: 'unknown', layers: { bgp: 'unknown' } })
    const { data: overview } = await getOverview(db, { mayReadCost: true }, minute(6) + 10_000)
    const { counts, worstFirst } = overview
    expect(counts.sources).toMatchObject({ stale: expect.any(Number) })
    // the circuit and the gateway are listed by their last state, and the other late polls are summed up as the
    // collector
    expect(worstFirst.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'circuit ckt-lon',
      'gateway ergw-hub',
      'source Collector',
    ])
  })
})

describe('a circuit whose own polls fail', () => {
  const db = withTestDatabase()

  it('has no path when every gateway has lost both its MSEEs', async () => {
    const feed = createTestEstatePollRecorder(db)
    await wellFor(feed)
    for (let n = 2; n < 8; n++) {
      await feed.peers(minute(n), [
        createGatewayPeer('10.0.4.12', '10.0.4.4', testFieldsOfIdleSession),
        createGatewayPeer('10.0.4.12', '10.0.4.5', testFieldsOfIdleSession),
      ])
      for (const path of ['primary', 'secondary'] as const) await feed.summaryFail(minute(n), path, 'unavailable')
    }
    const { data } = await circuitNow(db, minute(7) + 10_000)
    expect(data).toMatchObject({ redundancy: 'no_path', atLeastPaths: 0, atMostPaths: 0 })
    const { data: gateway } = await getGateway(db, TEST_ESTATE_GATEWAY_ARM_ID, minute(7) + 10_000)
    expect(gateway).toMatchObject({ state: 'isolated' })
  })
})

describe('a circuit that may only be read', () => {
  const db = withTestDatabase()

  it('is judged by metrics, marked so, with the remedy named', async () => {
    const feed = createTestEstatePollRecorder(db)
    await feed.inventory(minute(0), createInventoryRows())
    const missingAction = 'Microsoft.Network/expressRouteCircuits/peerings/routeTablesSummary/action'
    for (const path of ['primary', 'secondary'] as const) {
      await feed.summaryFail(minute(0), path, 'forbidden', { missingAction, code: 'AuthorizationFailed' })
      await feed.arpFail(minute(0), path, 'forbidden')
    }
    await feed.circuitMetrics(minute(0), [
      { metric: 'BgpAvailability', peer: 'Primary-IPv4', average: 100 },
      { metric: 'BgpAvailability', peer: 'Secondary-IPv4', average: 0 },
      { metric: 'ArpAvailability', peer: 'Primary-IPv4', average: 100 },
      { metric: 'ArpAvailability', peer: 'Secondary-IPv4', average: 0 },
    ])
    const { data: sessions } = allApiEndpoints.sessions.response.parse(
      await listSessions(db, { limit: 100, scope: TEST_ESTATE_CIRCUIT_ARM_ID }, now),
    )
    expect(sessions.map(({ path, verdict, evidence, neighbor }) => ({ path, verdict, evidence, neighbor }))).toEqual([
      { path: 'primary', verdict: 'up', evidence: 'metric', neighbor: '172.16.0.1' },
      { path: 'secondary', verdict: 'down', evidence: 'metric', neighbor: '172.16.0.5' },
    ])
    const { data, freshness } = await circuitNow(db)
    expect(data).toMatchObject({ redundancy: 'reduced' })
    // the answer is derived from the metrics, which were received
    expect(freshness.state).toBe('fresh')
    expect(data.paths.map(({ state, reason }) => [state, reason])).toEqual([
      ['up', expect.stringMatching(/^BgpAvailability 100 %, .*by metrics: Azure refused .*\(403\)/)],
      ['down', expect.stringMatching(/^Layer 2: BgpAvailability 0 %, ArpAvailability 0 %, by metrics/)],
    ])
    const { data: sources } = await readPolledSourcePage(
      db,
      { limit: 100, scope: TEST_ESTATE_CIRCUIT_ARM_ID, kind: 'summary' },
      now,
    )
    expect(sources[0]).toMatchObject({
      lastOutcome: 'forbidden',
      state: 'never',
      error: { code: 'AuthorizationFailed', missingAction },
    })
    const { remedy, command } = sources[0]?.error ?? {}
    expect(command).toMatch(
      /^az role assignment create --assignee <principal id> .*--scope \/subscriptions\/[-0-9a-f]+$/,
    )
    expect(remedy).toBe(
      `It lacks ${missingAction}. Grant the identity the role Peerwatch of docs/azure-permissions.md: ${command}`,
    )
    expect(sources[1]?.error?.command).toBe(command)
  })
})

describe.each([
  [
    'that its provider has not provisioned',
    { serviceProviderProvisioningState: 'NotProvisioned' },
    /not enabled/,
    null,
  ],
  ['that is being deleted', { provisioningState: 'Deleting' }, /being deleted/, 'Deleting'],
])('a circuit %s', (_, stated, reason, provisioningState) => {
  const db = withTestDatabase()

  it('is disabled, whatever else is known', async () => {
    await wellFor(createTestEstatePollRecorder(db), 2, stated)
    const { data } = await circuitNow(db)
    expect(data).toMatchObject({ redundancy: 'disabled', atMostPaths: 0, provisioningState })
    expect(data.provisioningNote).not.toBeNull()
    expect(data.paths.map(({ state }) => state)).toEqual(['disabled', 'disabled'])
    expect(data.paths[0]?.reason).toMatch(reason)
  })
})

describe('an empty estate', () => {
  const db = withTestDatabase()

  it('answers everything, and claims nothing', async () => {
    const { data, freshness } = allApiEndpoints.overview.response.parse(
      await getOverview(db, { mayReadCost: true }, now),
    )
    expect(data).toMatchObject({
      counts: { circuits: {}, gateways: {}, sessions: {}, sources: {} },
      worstFirst: [],
      recentEvents: [],
    })
    expect(freshness).toEqual({ state: 'never', oldestPollAt: null, latePollAt: null })
    expect((await listCircuits(db, { limit: 1 }, now)).data).toEqual([])
    expect((await listGateways(db, { limit: 1 }, now)).data).toEqual([])
    expect(await listSessions(db, { limit: 1, at: now }, now)).toMatchObject({ data: [], covered: false })
  })
})

describe('a circuit that is down when it is first polled', () => {
  const down = { state: 'idle', azureState: 'Idle', prefixesReceived: null } as const
  const age = { ms: 600_000, unitMs: 1_000 }
  const fell = [new Date(minute(0) - 601_000).toISOString(), new Date(minute(0) + 1_000 - 600_000).toISOString()]

  describe.each<
    [
      string,
      Parameters<typeof createInventoryRows>[0],
      Partial<ReturnType<typeof createCustomerNeighbor>>,
      string,
      string,
    ]
  >([
    ['its age says since when', {}, { upDown: age }, 'down', 'down'],
    ['it has never been up', {}, { upDown: 'never' }, 'not_configured', 'never_established'],
    [
      'its provider is not done',
      { serviceProviderProvisioningState: 'NotProvisioned' },
      { upDown: age },
      'disabled',
      'never_established',
    ],
  ])('%s', (_, circuit, row, state, verdict) => {
    const db = withTestDatabase()

    it(`is ${state}`, async () => {
      const feed = createTestEstatePollRecorder(db)
      await feed.inventory(minute(0), createInventoryRows(circuit))
      await feed.summary(minute(0), 'primary', [createCustomerNeighbor('primary', { ...down, ...row })])
      const [path] = (await circuitNow(db, minute(0) + 10_000)).data.paths
      expect(path?.state).toBe(state)
      const { data } = allApiEndpoints.sessions.response.parse(
        await listSessions(db, { scope: TEST_ESTATE_CIRCUIT_ARM_ID, limit: 10 }, minute(0) + 10_000),
      )
      expect(data[0]).toMatchObject({
        verdict,
        establishedAt: null,
        downSince: verdict === 'down' ? expect.any(Array) : null,
      })
      if (state !== 'down') return
      expect(path?.since?.[0]).toBe(fell[0])
      expect(data[0]?.downSince?.[0]).toBe(fell[0])
      // The result is the same after the peering was observed to be created, because the session is as old as its age.
      await feed.inventory(minute(1), createInventoryRows({ serviceProviderProvisioningState: 'NotProvisioned' }))
      await feed.inventory(minute(2), createInventoryRows())
      await feed.summary(minute(2), 'primary', [
        createCustomerNeighbor('primary', { ...down, upDown: { ms: 720_000, unitMs: 1_000 } }),
      ])
      expect((await circuitNow(db, minute(2) + 10_000)).data.paths[0]?.state).toBe('not_configured')
    })
  })
})
