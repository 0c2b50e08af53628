import { beforeAll, describe, expect, it } from 'vitest'
import { createAzureClient } from '#lib/azure/index.ts'
import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import { armTypes, type PollKind, type PollTarget } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import {
  getOrCreateSourceId,
  recordObservation,
  rollUpUsage,
  computeShortId,
  syncPollSchedule,
  readUsage,
} from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createAzureHttpResponse,
  createWorld,
  pairWithHub,
  parseSimulatorScenario,
  createSimulatedCredential,
} from '#lab/simulator/index.ts'
import { listCircuits } from '#lib/circuits/answers/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getGateway, listGateways } from './gateways.ts'
import { getHub, listHubs } from './hubs.ts'
import { lookUpRoutesToAddress, listRoutes } from '#lib/routes/answers/index.ts'

import { computeWhatIf } from '#lib/resilience/answers/index.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import { getUptime } from '#lib/reports/answers/index.ts'

const db = withTestDatabase()
const START = Date.UTC(2026, 10, 20, 3)
const SUBSCRIPTION = '/subscriptions/00000000-c0de-4000-8000-0000000000f1'
const HUB = `${SUBSCRIPTION}/resourceGroups/rg-pair/providers/Microsoft.Network/virtualHubs/vhub-pair`

/** A hub that sends all private traffic to a firewall, in a Virtual WAN without branch-to-branch traffic. */
const SAFE = {
  name: 'vhub-safe',
  group: 'rg-pair',
  wan: 'vwan-safe',
  branchToBranch: false,
  addressPrefix: '10.52.0.0/23',
  routers: ['10.52.0.68', '10.52.0.69'],
  vnets: [{ name: 'conn-safe-net', vnet: 'vnet-safe' }],
  firewall: { name: 'azfw-safe', prefixes: ['172.32.0.0/16'] },
  expressRoute: { name: 'ergw-safe', connections: [{ name: 'conn-safe', circuit: 'erc-pair' }] },
}
const idInGroup = (place: string) => `${SUBSCRIPTION}/resourceGroups/rg-pair/providers/Microsoft.Network/${place}`

let at = START
const world = createWorld(
  parseSimulatorScenario({
    ...pairWithHub,
    vnets: [...(pairWithHub.vnets ?? []), { name: 'vnet-safe', group: 'rg-pair', addressSpace: ['10.70.0.0/16'] }],
    hubs: [
      ...(pairWithHub.hubs ?? []).map((hub) => ({
        ...hub,
        ...(hub.expressRoute && {
          expressRoute: {
            ...hub.expressRoute,
            connections: (hub.expressRoute.connections ?? []).map((one) => ({ ...one, share: 0.1 })),
          },
        }),
        ...(hub.vpn && {
          vpn: { ...hub.vpn, connections: (hub.vpn.connections ?? []).map((one) => ({ ...one, mbps: 8 })) },
        }),
        routeTables: [{ name: 'rt-partners', labels: ['partners'], from: ['conn-branch', 'nva'] }],
        routeMaps: [{ name: 'rm-in', inbound: ['conn-branch'], drops: ['10.41.0.0/16'] }],
        staticRoutes: [{ name: 'to-nva', prefix: '10.88.0.0/16', connection: 'conn-spoke' }],
      })),
      SAFE,
    ],
    happenings: [
      { op: 'hub-loss', hub: 'vhub-pair', name: 'conn-branch', at: '+3m' },
      { op: 'hub-loss', hub: 'vhub-pair', name: 'nva', at: '+3m' },
    ],
  }),
  START,
)
const azure = createAzureClient({
  resourceManagerUrl: 'http://127.0.0.1:1',
  subscriptionIds: '*',
  clock: { now: () => at, monotonic: () => at },
  createCredential: createSimulatedCredential,
  transport: ({ method, url, headers, body }) => {
    const { pathname, search, origin } = new URL(url)
    const request = { method, target: `${pathname}${search}`, headers, body: body ?? '', base: origin }
    const given = createAzureHttpResponse(world, at, request, { lro: 'inline' })
    return { ...given, headers: { ...given.headers } }
  },
})

async function poll(target: PollTarget, kind: PollKind) {
  const observation = { ...(await azure.poll(target, kind)), finishedAt: at + 1_000 }
  const sourceId = await getOrCreateSourceId(db.pool, target)
  await db.transaction((client) => recordObservation(client, sourceId, observation, { intervalSeconds: 300 }))
  return observation
}

/** Runs every poll of the hub and its gateways. */
async function pollHub() {
  const found = await poll({ resourceId: SUBSCRIPTION, subresource: '' }, 'inventory')
  if (found.kind !== 'inventory') throw new Error('no inventory')
  const ofHub = found.rows.resources.filter(({ type }) =>
    [
      armTypes.virtualHub,
      armTypes.expressRouteGateway,
      armTypes.vpnGateway,
      armTypes.hubBgpConnection,
      armTypes.hubRouteTable,
    ].some((one) => one === type),
  )
  const planned = ofHub.flatMap((resource) =>
    (['tables', 'learned', 'advertised', 'peers', 'connection'] as const).flatMap((kind) =>
      pollKindDefinitions[kind].types.includes(resource.type)
        ? pollKindDefinitions[kind]
            .subresources(resource, [])
            .map((subresource) => ({ resourceId: resource.resourceId, subresource, kind, everySeconds: 300 }))
        : [],
    ),
  )
  const wanted = planned.map((one) => ({ ...one, resource: null }))
  await db.transaction((client) => syncPollSchedule(client, wanted))
  for (const { kind, ...target } of planned) await poll(target, kind)
}

const hubNow = async (now: number) =>
  allApiEndpoints.hub.response.parse(await getHub(db, computeShortId(HUB), now)).data

beforeAll(pollHub)

describe('a hub of a Virtual WAN', () => {
  it('has its gateways with what each connection brings, its networks and its BGP peers', async () => {
    const { data } = allApiEndpoints.hubs.response.parse(await listHubs(db, { limit: 100 }, START + MS_PER_MINUTE))
    expect(data.filter(({ name }) => name === 'vhub-pair')).toMatchObject([
      {
        name: 'vhub-pair',
        kind: 'hub',
        wan: 'vwan-pair',
        allowsBranchToBranch: true,
        policies: [],
        routeMaps: [{ name: 'rm-in', rules: 1, drops: 1, inbound: ['conn-branch'], outbound: [] }],
        addressPrefixes: ['10.50.0.0/23'],
        state: 'healthy',
        effectivePrefixes: 6,
        router: { units: 2, machines: 2000, inUse: null },
        // two prefixes from each connection, one from the appliance, one from the network
        limits: [
          { name: 'hub_prefixes', limit: 10_000, count: 6, share: 0.0006 },
          { name: 'hub_peer_prefixes', limit: 4_000, count: 1 },
        ],
        gateways: [
          {
            name: 'ergw-vhub',
            kind: 'expressRoute',
            connections: [
              {
                name: 'conn-erc',
                circuitName: 'erc-pair',
                routingWeight: 10,
                table: 'vhub-pair/conn-erc',
                prefixes: 2,
              },
            ],
          },
          {
            name: 'vpngw-vhub',
            kind: 'vpn',
            connections: [
              {
                name: 'conn-branch',
                site: 'site-branch',
                siteDevices: [{ link: 'site-branch-link', asnReservedBy: null }],
                prefixes: 2,
                state: 'up',
                links: [
                  {
                    name: 'conn-branch/site-branch-link',
                    siteLink: 'site-branch-link',
                    state: 'up',
                    azureStatus: 'Connected',
                    bytesIn: expect.stringMatching(/^[1-9]\d+$/),
                    bgp: true,
                  },
                ],
              },
            ],
          },
        ],
        networks: [
          {
            name: 'conn-spoke',
            networkName: 'vnet-spoke',
            routeTable: 'defaultRouteTable',
            internetSecurity: true,
          },
        ],
        bgpConnections: [
          {
            name: 'nva',
            address: '10.60.0.4',
            asn: 65030,
            asnReservedBy: null,
            networkConnection: 'conn-spoke',
            state: 'up',
            azureStatus: 'Connected',
            learned: ['RouteServiceRole_IN_0', 'RouteServiceRole_IN_1'].map((instance) => ({ instance, routes: 1 })),
            advertised: ['RouteServiceRole_IN_0', 'RouteServiceRole_IN_1'].map((instance) => ({ instance, routes: 4 })),
          },
        ],
        routeTables: [
          {
            name: 'defaultRouteTable',
            isDefault: true,
            scope: computeShortId(HUB),
            labels: ['default'],
            prefixes: 6,
            staticRoutes: 1,
          },
          { name: 'rt-partners', isDefault: false, labels: ['partners'], propagating: 1, prefixes: 3 },
        ],
      },
    ])
  })

  it('has further settings, those of what is inside it by name', async () => {
    const { settings = [] } = await hubNow(START + MS_PER_MINUTE)
    expect(settings).toContainEqual({ part: null, name: 'Router capacity, least', value: '2' })
    const tables = { name: 'Propagates to', value: 'defaultRouteTable, rt-partners' }
    expect(settings).toContainEqual({ part: 'vpngw-vhub · Connection conn-branch', ...tables })
  })

  it('answers where an address goes by its own table', async () => {
    const ask = async (ip: string) =>
      (await lookUpRoutesToAddress(db, { ip, at: undefined, scope: computeShortId(HUB) }, START + MS_PER_MINUTE)).data
    expect(await ask('10.10.4.7')).toMatchObject({
      known: 'observed',
      match: '10.10.0.0/16',
      candidates: [
        {
          scopeName: 'vhub-pair',
          table: 'tables',
          rank: 1,
          transport: 'er',
          nextHop: 'expressRouteGateways/ergw-vhub',
        },
      ],
    })
    expect(await ask('10.61.0.1')).toMatchObject({ candidates: [{ transport: 'nva', circuitId: null }] })
    expect(await ask('192.0.2.1')).toMatchObject({ match: null, candidates: [] })
  })

  it('ranks its own table in a look-up of the whole estate, but not what one connection brings it', async () => {
    const ask = async (ip: string) =>
      allApiEndpoints.routeLookup.response.parse(
        await lookUpRoutesToAddress(db, { ip, at: undefined, scope: undefined }, START + MS_PER_MINUTE),
      ).data
    const hub = { scopeName: 'vhub-pair', table: 'tables', rank: 1 }
    const found = await ask('10.10.4.7')
    expect(found).toMatchObject({ match: '10.10.0.0/16', system: null })
    expect(found.candidates).toContainEqual(expect.objectContaining({ ...hub, prefix: '10.10.0.0/16' }))
    const ranks = Map.groupBy(found.candidates, ({ scopeName }) => scopeName)
    for (const own of ranks.values()) expect(own[0]?.rank).toBe(1)
    const estate = await ask('10.40.1.1')
    expect(estate.candidates.every(({ table }) => table === 'tables')).toBe(true)
    expect(await ask('8.8.8.8')).toMatchObject({
      system: null,
      candidates: [{ scopeName: 'vhub-safe', nextHop: 'azureFirewalls/azfw-safe', prefix: '0.0.0.0/0' }],
      firewalls: [{ scopeName: 'vhub-safe', firewall: 'azfw-safe', traffic: 'internet' }],
    })
  })

  it('sends private traffic to its firewall by routing intent, and says what is behind that', async () => {
    const { data } = await listHubs(db, { limit: 100 }, START + MS_PER_MINUTE)
    const safe = data.find(({ name }) => name === 'vhub-safe')
    const firewall = { firewall: 'azfw-safe', firewallId: idInGroup('azureFirewalls/azfw-safe') }
    expect(safe).toMatchObject({
      wan: 'vwan-safe',
      allowsBranchToBranch: false,
      // the table contains only the aggregates
      effectivePrefixes: 5,
      routeMaps: [],
      policies: [
        {
          traffic: 'private',
          prefixes: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '172.32.0.0/16'],
          ...firewall,
        },
        { traffic: 'internet', prefixes: ['0.0.0.0/0'], ...firewall },
      ],
    })
    const ask = async (ip: string, scope: string) =>
      (await lookUpRoutesToAddress(db, { ip, at: undefined, scope }, START + MS_PER_MINUTE)).data
    const own = { scope: safe?.id, scopeName: 'vhub-safe', firewall: 'azfw-safe' }
    const behindOf = { kind: 'connection', name: 'conn-safe', prefix: '10.10.0.0/16' }
    expect(await ask('10.10.4.7', safe?.id ?? '')).toMatchObject({
      match: '10.0.0.0/8',
      candidates: [{ transport: 'nva', nextHop: 'azureFirewalls/azfw-safe' }, { prefix: '0.0.0.0/0' }],
      firewalls: [{ ...own, traffic: 'private', prefix: '10.0.0.0/8', behind: [behindOf] }],
    })
    const inNetwork = { kind: 'network', name: 'vnet-safe', prefix: '10.70.0.0/16' }
    expect((await ask('10.70.0.9', safe?.id ?? '')).firewalls).toMatchObject([{ behind: [inNetwork] }])
    expect((await ask('10.99.0.9', safe?.id ?? '')).firewalls).toMatchObject([{ behind: [] }])
    expect((await ask('8.8.8.8', safe?.id ?? '')).firewalls).toMatchObject([{ traffic: 'internet', behind: null }])
    // A gateway in the hub also reaches its learned routes through the firewall. A hub without a firewall lists no
    // firewall on the path.
    const gateway = computeShortId(idInGroup('expressRouteGateways/ergw-safe'))
    expect(await ask('10.10.4.7', gateway)).toMatchObject({ candidates: [{ transport: 'er' }], firewalls: [own] })
    expect((await ask('10.10.4.7', computeShortId(HUB))).firewalls).toEqual([])
  })

  it('is asked what breaks by what its connections bring, and names the firewall before them', async () => {
    const id = computeShortId(idInGroup('expressRouteCircuits/erc-pair'))
    const asked = {
      lose: [{ kind: 'resource' as const, id, text: id }],
      change: [],
      at: undefined,
      rows: 'all' as const,
    }
    const { data } = await computeWhatIf(db, asked, { costOfMonth: null }, START + MS_PER_MINUTE)
    const outcomes = (name: string) =>
      data.prefixes.filter(({ scopeName }) => scopeName === name).map(({ prefix, outcome }) => `${prefix} ${outcome}`)
    // the networks belong to the hub's own address space, although its table has only the aggregates
    expect(outcomes('vhub-safe')).toEqual(['10.10.0.0/16 stranded', '10.11.0.0/16 stranded'])
    // a static route to a network leads to an appliance in it, so its prefix is neither address space of the network
    // nor a policy
    expect(outcomes('vhub-pair')).toContain('10.88.0.0/16 stays')
    expect(data.prefixes.find(({ prefix }) => prefix === '10.88.0.0/16')?.before).toMatchObject([
      { circuitId: null, peer: 'hubVirtualNetworkConnections/conn-spoke' },
    ])
    const said = new Map(data.notModelled.map(({ id, text }) => [id, text]))
    expect(said.get('hub_firewall')).toContain('The firewall of vhub-safe:')
    expect(said.get('route_maps')).toContain('Route maps of vhub-pair:')
    expect(said.has('hub_policies')).toBe(false)
  })

  it('answers for another route table by what was sent to that', async () => {
    const scope = computeShortId(`${HUB}/hubRouteTables/rt-partners`)
    const ask = async (ip: string) =>
      (await lookUpRoutesToAddress(db, { ip, at: undefined, scope }, START + MS_PER_MINUTE)).data
    expect(await ask('10.40.1.1')).toMatchObject({
      match: '10.40.0.0/16',
      candidates: [{ scopeName: 'rt-partners', table: 'tables', transport: 'vpn' }],
    })
    expect(await ask('10.61.0.1')).toMatchObject({ candidates: [{ transport: 'nva' }] })
    // routes from the circuit stay in the default table
    expect(await ask('10.11.0.1')).toMatchObject({ match: null, candidates: [] })
  })

  it('has its BGP peers as sessions, and their tables by instance', async () => {
    const sessions = allApiEndpoints.sessions.response.parse(
      await listSessions(db, { scope: computeShortId(HUB), limit: 100 }, START + MS_PER_MINUTE),
    ).data
    expect(sessions).toMatchObject([
      { scopeName: 'vhub-pair', neighbor: '10.60.0.4', localAddress: '', verdict: 'up', azureState: 'Connected' },
    ])
    const scope = computeShortId(`${HUB}/bgpConnections/nva`)
    const routes = (await listRoutes(db, { scope, table: 'learned', limit: 100 }, START + MS_PER_MINUTE)).data
    expect(routes.map(({ prefix, instance, asPath }) => [prefix, instance, asPath])).toEqual([
      ['10.61.0.0/16', 'RouteServiceRole_IN_0', [65030]],
      ['10.61.0.0/16', 'RouteServiceRole_IN_1', [65030]],
    ])
  })

  it('is what its circuit is connected to, beside gateways of networks', async () => {
    const [circuit] = (await listCircuits(db, { limit: 100 }, START + MS_PER_MINUTE)).data
    expect(
      circuit?.connections.map(({ name, gatewayName, routingWeight }) => [name, gatewayName, routingWeight]),
    ).toEqual([
      ['cxn-pair', 'gw-pair', 0],
      ['conn-safe', 'ergw-safe', 0],
      ['conn-erc', 'ergw-vhub', 10],
    ])
  })

  it('has gateways whose sessions are not reported while their tables are read, and that are unknown otherwise', async () => {
    const states = async (now: number) =>
      Object.fromEntries(
        (await listGateways(db, { limit: 100 }, now)).data
          .filter(({ kind }) => kind === 'vwan')
          .map(({ name, state }) => [name, state]),
      )
    expect(await states(START + MS_PER_MINUTE)).toEqual({
      'ergw-safe': 'not_reported',
      'ergw-vhub': 'not_reported',
      // the sessions of the hub's VPN gateway with branches are polled like the sessions of any VPN gateway
      'vpngw-vhub': 'healthy',
    })
    expect(new Set(Object.values(await states(START + 60 * MS_PER_MINUTE)))).toEqual(new Set(['unknown']))
  })

  it('is named by each gateway in it, whose answer is as old as its tables', async () => {
    const now = START + MS_PER_MINUTE
    const { data: all } = await listGateways(db, { limit: 100 }, now)
    const listed = all.find(({ name }) => name === 'vpngw-vhub')
    const inHub = listed?.id ?? ''
    expect(listed?.hub?.connections).toBe(1)
    const { data, freshness } = allApiEndpoints.gateway.response.parse(await getGateway(db, inHub, now))
    expect(data.hub).toEqual({ id: computeShortId(HUB), name: 'vhub-pair', connections: 1 })
    expect(freshness.state).toBe('fresh')
    const alone = all.find(({ kind }) => kind === 'expressRoute')?.id ?? ''
    expect((await getGateway(db, alone, now)).data.hub).toBeNull()
  })

  it('has what its connections carry by Azure Monitor, rates and a day’s bytes', async () => {
    at = START + 2 * MS_PER_MINUTE
    for (const gateway of ['expressRouteGateways/ergw-vhub', 'vpnGateways/vpngw-vhub', 'virtualHubs/vhub-pair']) {
      const target = { resourceId: HUB.replace('virtualHubs/vhub-pair', gateway), subresource: '' }
      // Azure Monitor's newest intervals are still incomplete
      const params = { from: START - 30 * MS_PER_MINUTE, to: START - 15 * MS_PER_MINUTE }
      const observation = { ...(await azure.poll(target, 'metrics', { params })), finishedAt: at + 1_000 }
      expect(observation.outcome).toBe('ok')
      const sourceId = await getOrCreateSourceId(db.pool, target)
      await db.transaction((client) => recordObservation(client, sourceId, observation, { intervalSeconds: 300 }))
    }
    await rollUpUsage(db)
    const { id, gateways, router } = await hubNow(at)
    expect(router).toMatchObject({ units: 2, inUse: 2 })
    // 8 Mbit/s for 15 minutes, without a direction
    const { points } = await readUsage(db.pool, {
      scope: id,
      from: START - 30 * MS_PER_MINUTE,
      to: START,
      step: 'hour',
    })
    expect(points.reduce((sum, { out }) => sum + out.bytes, 0n)).toBe(900_000_000n)
    expect((await hubNow(at + 60 * MS_PER_MINUTE)).router).toMatchObject({ inUse: null })
    const [circuit, branch] = gateways.flatMap(({ connections }) => connections)
    // half of 8 Mbit/s over each of two tunnels
    expect(branch?.traffic).toEqual({
      bitsInPerSecond: null,
      bitsOutPerSecond: null,
      bytesIn: '900000000',
      bytesOut: '900000000',
      coveredSeconds: 900,
    })
    expect(circuit?.traffic?.bitsOutPerSecond).toBeGreaterThan(0)
    const { data } = await listHubs(db, { limit: 100 }, at)
    expect(data[0]?.gateways[0]?.connections[0]).not.toHaveProperty('traffic')
  })

  it('has no size of a table that was not read lately', async () => {
    const old = await hubNow(START + 60 * MS_PER_MINUTE)
    expect(old).toMatchObject({ state: 'unknown', effectivePrefixes: null, limits: [] })
    expect(old.gateways[0]?.connections[0]).toMatchObject({ prefixes: null })
    const [branch] = old.gateways.find(({ kind }) => kind === 'vpn')?.connections ?? []
    expect(branch).toMatchObject({ state: 'unknown', links: [{ state: 'unknown', azureStatus: 'Connected' }] })
  })

  it('shows what a lost connection takes away, and keeps what was', async () => {
    at = START + 5 * MS_PER_MINUTE
    await pollHub()
    const now = await hubNow(at + MS_PER_MINUTE)
    expect(now.effectivePrefixes).toBe(4)
    expect(now.bgpConnections).toMatchObject([{ state: 'down', azureStatus: 'NotConnected', learned: [] }])
    expect(now.routeTables).toMatchObject([{ prefixes: 4 }, { prefixes: 0 }])
    expect(now.gateways.find(({ kind }) => kind === 'vpn')?.connections[0]).toMatchObject({
      prefixes: 0,
      state: 'down',
      links: [{ state: 'down', azureStatus: 'NotConnected', bytesIn: '0' }],
    })
    const lookUp = (then?: number) =>
      lookUpRoutesToAddress(db, { ip: '10.40.1.1', at: then, scope: computeShortId(HUB) }, at + MS_PER_MINUTE)
    expect((await lookUp()).data.match).toBeNull()
    expect((await lookUp(START + 2_000)).data).toMatchObject({ match: '10.40.0.0/16' })
  })

  it('has days: failed while Azure reported it so, and not known while its table was not read', async () => {
    const target = { resourceId: SUBSCRIPTION, subresource: '' }
    const listed = await azure.poll(target, 'inventory')
    if (listed.kind !== 'inventory') throw new Error('no inventory')
    const sourceId = await getOrCreateSourceId(db.pool, target)
    const list = (routingState: string, minutes: number) => {
      const resources = listed.rows.resources.map((one) =>
        one.resourceId === HUB
          ? { ...one, config: { ...one.config, properties: { ...(one.config.properties as object), routingState } } }
          : one,
      )
      const startedAt = START + minutes * MS_PER_MINUTE
      const observation = { ...listed, startedAt, finishedAt: startedAt + 1_000, rows: { ...listed.rows, resources } }
      return db.transaction((client) => recordObservation(client, sourceId, observation, { intervalSeconds: 300 }))
    }
    for (const minutes of [7, 8]) await list('Failed', minutes)
    await list('Provisioned', 9)
    const { data } = allApiEndpoints.uptime.response.parse(
      await getUptime(db, { days: 2, scope: HUB }, START + 60 * MS_PER_MINUTE),
    )
    expect(data.map(({ id, type }) => [id, type])).toEqual([[computeShortId(HUB), 'hub']])
    expect(data[0]?.days).toMatchObject([
      { unknownSeconds: 86_400 },
      // listed as provisioned at minutes 5 and 9 and as failed at 7 and 8; the table was read at minutes 0 and 5
      { downSeconds: { atLeast: 59, atMost: 241 }, partDownSeconds: { atLeast: 0, atMost: 0 }, plannedSeconds: 0 },
    ])
    const today = data[0]?.days[1]
    expect(today?.unknownSeconds).toBeGreaterThan(3 * 3_600 + 45 * 60)
    expect(today?.upSeconds.atLeast).toBeLessThanOrEqual(5 * 60 + 1)
  })

  describe('with a part that is configured and not provisioned', () => {
    let minutes = 20
    /**
     * Polls the inventory again with the given provisioning state for all resources of the type; undefined = Azure
     * states none.
     */
    const listWith = async (type: string, state: string | undefined) => {
      const target = { resourceId: SUBSCRIPTION, subresource: '' }
      const listed = await azure.poll(target, 'inventory')
      if (listed.kind !== 'inventory') throw new Error('no inventory')
      const sourceId = await getOrCreateSourceId(db.pool, target)
      const resources = listed.rows.resources.map((one) => {
        if (one.type !== type) return one
        const { provisioningState: _, ...properties } = one.config.properties as Record<string, unknown>
        const given = state === undefined ? {} : { provisioningState: state }
        return { ...one, config: { ...one.config, properties: { ...properties, ...given } } }
      })
      minutes += 1
      const startedAt = START + minutes * MS_PER_MINUTE
      const observation = { ...listed, startedAt, finishedAt: startedAt + 1_000, rows: { ...listed.rows, resources } }
      await db.transaction((client) => recordObservation(client, sourceId, observation, { intervalSeconds: 300 }))
      return startedAt + 2_000
    }
    const hubNamed = async (name: string, now: number) => {
      const { data } = allApiEndpoints.hubs.response.parse(await listHubs(db, { limit: 100 }, now))
      return data.find((one) => one.name === name)
    }
    const FAILED = / failed, so it is not known to have effect\.$/
    const UNSTATED = /^Azure states no provisioning state of /
    it.each<[string, string | undefined, RegExp | null]>([
      [armTypes.hubRoutingIntent, 'Failed', FAILED],
      [armTypes.hubRoutingIntent, 'FAILED', FAILED],
      [armTypes.hubRoutingIntent, 'Canceled', / was canceled, so /],
      [armTypes.hubRoutingIntent, 'Creating', / as Creating, so /],
      [armTypes.hubRoutingIntent, 'Deleting', / as Deleting, so /],
      [armTypes.hubRoutingIntent, undefined, UNSTATED],
      // the configuration from before the update stays in effect during the update
      [armTypes.hubRoutingIntent, 'Updating', null],
      [armTypes.hubRoutingIntent, 'Succeeded', null],
    ])('%s %s', async (type, state, expected) => {
      const now = await listWith(type, state)
      const policies = (await hubNamed('vhub-safe', now))?.policies
      const reasons = policies?.map(({ unapplied }) => unapplied)
      expect(reasons).toEqual(
        expected === null ? [null, null] : [expect.stringMatching(expected), expect.stringMatching(expected)],
      )
      // the route lookup and the what-if report the reason instead of a path
      const scope = computeShortId(idInGroup('expressRouteGateways/ergw-safe'))
      const { data } = await lookUpRoutesToAddress(db, { ip: '10.10.4.7', at: undefined, scope }, now)
      expect(data.firewalls).toMatchObject(
        expected === null
          ? [{ traffic: 'private', unapplied: null }]
          : [{ traffic: null, behind: null, unapplied: expect.stringMatching(expected) }],
      )
      const id = computeShortId(idInGroup('expressRouteCircuits/erc-pair'))
      const lose = [{ kind: 'resource' as const, id, text: id }]
      const asked = { lose, change: [], at: undefined, rows: 'all' as const }
      const { notModelled } = (await computeWhatIf(db, asked, { costOfMonth: null }, now)).data
      const said = notModelled.map(({ id: note }) => note)
      expect([said.includes('hub_firewall'), said.includes('hub_unapplied')]).toEqual(
        expected === null ? [true, false] : [false, true],
      )
    })

    it.each<[string, string | undefined, RegExp | null]>([
      [armTypes.hubRouteMap, 'Failed', FAILED],
      [armTypes.hubRouteMap, 'Updating', null],
      [armTypes.hubNetworkConnection, 'Failed', FAILED],
      [armTypes.hubNetworkConnection, undefined, UNSTATED],
      [armTypes.hubRouteTable, 'Failed', FAILED],
      [armTypes.hubRouteTable, 'Creating', / as Creating, so /],
    ])('%s %s', async (type, state, expected) => {
      const now = await listWith(type, state)
      const hub = await hubNamed('vhub-pair', now)
      const parts = {
        [armTypes.hubRouteMap]: hub?.routeMaps,
        [armTypes.hubNetworkConnection]: hub?.networks,
        [armTypes.hubRouteTable]: hub?.routeTables,
      }[type]
      const reasons = new Set(parts?.map(({ unapplied }) => unapplied))
      expect(reasons.size).toBeGreaterThan(0)
      for (const reason of reasons) expect(reason).toEqual(expected === null ? null : expect.stringMatching(expected))
    })
  })

  it('is no other resource', async () => {
    const gateway = HUB.replace('virtualHubs/vhub-pair', 'expressRouteGateways/ergw-vhub')
    await expect(getHub(db, computeShortId(gateway), at)).rejects.toThrow('is no hub that exists now')
  })
})
