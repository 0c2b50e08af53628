import { describe, expect, it } from 'vitest'
import { refusedByAzure } from '../acceptance.ts'
import type { HappeningInput } from '../happening.ts'
import { parseSimulatorScenario } from '../scenario.ts'
import { pairWithHub } from '../scenarios/pair-with-hub.ts'
import { requestSimulator, TEST_TIMELINE_ORIGIN, getResponseValueRows } from '../testing.ts'
import { createWorld } from '../world.ts'

const PLACE = '/subscriptions/00000000-c0de-4000-8000-0000000000f1/resourceGroups/rg-pair/providers/Microsoft.Network'
const HUB = `${PLACE}/virtualHubs/vhub-pair`

interface HubVpnBody {
  properties: { connections: { properties: { vpnLinkConnections: { properties: object }[] } }[] }
}

const worldWith = (happenings: HappeningInput[] = []) =>
  createWorld(parseSimulatorScenario({ ...pairWithHub, happenings }), TEST_TIMELINE_ORIGIN)

const effective = (world: ReturnType<typeof worldWith>, at = TEST_TIMELINE_ORIGIN) =>
  getResponseValueRows(
    requestSimulator(world, at, 'POST', `${HUB}/effectiveRoutes`, {
      lro: 'inline',
      body: JSON.stringify({
        resourceId: `${HUB}/hubRouteTables/defaultRouteTable`,
        virtualWanResourceType: 'RouteTable',
      }),
    }),
  )
const inbound = (world: ReturnType<typeof worldWith>, connection: string, at = TEST_TIMELINE_ORIGIN) =>
  getResponseValueRows(
    requestSimulator(world, at, 'POST', `${HUB}/inboundRoutes`, {
      lro: 'inline',
      body: JSON.stringify({ resourceUri: `${PLACE}/${connection}`, connectionType: 'ExpressRouteConnection' }),
    }),
  )

describe('the hub of a Virtual WAN', () => {
  it('names its Virtual WAN, gateways and BGP peers, in the shapes of ARM’s examples', () => {
    const world = worldWith()
    const [hub] = getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${PLACE}/virtualHubs`))
    expect(hub).toMatchObject({
      id: HUB,
      properties: {
        virtualWan: { id: `${PLACE}/virtualWans/vwan-pair` },
        addressPrefix: '10.50.0.0/23',
        expressRouteGateway: { id: `${PLACE}/expressRouteGateways/ergw-vhub` },
      },
    })
    const [gateway] = getResponseValueRows(
      requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${PLACE}/expressRouteGateways`),
    )
    expect(gateway?.properties).toMatchObject({
      virtualHub: { id: HUB },
      expressRouteConnections: [
        {
          name: 'conn-erc',
          properties: {
            expressRouteCircuitPeering: { id: `${PLACE}/expressRouteCircuits/erc-pair/peerings/AzurePrivatePeering` },
          },
        },
      ],
    })
    const [peer] = getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${HUB}/bgpConnections`))
    expect(peer?.properties).toMatchObject({ peerIp: '10.60.0.4', peerAsn: 65030, connectionState: 'Connected' })
  })

  it('has the links of its VPN connections with status and bytes, in the list and by name', () => {
    const world = worldWith([{ op: 'hub-loss', hub: 'vhub-pair', name: 'conn-branch', at: '+1m', for: '5m' }])
    const link = (at: number) => {
      const { properties } = JSON.parse(
        requestSimulator(world, at, 'GET', `${PLACE}/vpnGateways/vpngw-vhub`).body,
      ) as HubVpnBody
      return properties.connections[0]?.properties.vpnLinkConnections[0]?.properties
    }
    expect(
      getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${PLACE}/vpnGateways`)),
    ).toHaveLength(1)
    expect(link(TEST_TIMELINE_ORIGIN)).toMatchObject({ connectionStatus: 'Connected', enableBgp: true })
    expect(link(TEST_TIMELINE_ORIGIN + 120_000)).toMatchObject({
      connectionStatus: 'NotConnected',
      ingressBytesTransferred: 0,
    })
  })

  it('has the sessions of its VPN gateway with the branches, by instance, and metrics that follow them', () => {
    const world = worldWith([{ op: 'hub-loss', hub: 'vhub-pair', name: 'conn-branch', at: '+2m30s', for: '5m' }])
    const gateway = `${PLACE}/vpnGateways/vpngw-vhub`
    const peers = (at: number) =>
      getResponseValueRows(requestSimulator(world, at, 'POST', `${gateway}/getBgpPeerStatus`, { lro: 'inline' }))
    expect(peers(TEST_TIMELINE_ORIGIN)).toEqual([
      expect.objectContaining({ localAddress: '10.50.0.12', neighbor: '192.0.2.220', asn: 65020, state: 'Connected' }),
      expect.objectContaining({ localAddress: '10.50.0.13', neighbor: '192.0.2.220', routesReceived: 2 }),
    ])
    expect(peers(TEST_TIMELINE_ORIGIN + 180_000)).toEqual([
      expect.objectContaining({ state: 'Connecting', connectedDuration: null, routesReceived: 0 }),
      expect.objectContaining({ state: 'Connecting' }),
    ])
    const span = `${new Date(TEST_TIMELINE_ORIGIN).toISOString()}/${new Date(TEST_TIMELINE_ORIGIN + 600_000).toISOString()}`
    const query = `&timespan=${span}&interval=PT5M&metricnames=BgpPeerStatus,BgpRoutesLearned&aggregation=Average,Total&$filter=BgpPeerAddress eq '*' and Instance eq '*'`
    const { body } = requestSimulator(
      world,
      TEST_TIMELINE_ORIGIN + 1_200_000,
      'GET',
      `${gateway}/providers/Microsoft.Insights/metrics`,
      { query },
    )
    const { value } = JSON.parse(body) as { value: { timeseries: { data: object[] }[] }[] }
    expect(value.map(({ timeseries }) => timeseries.map(({ data }) => data))).toMatchObject([
      Array(2).fill([{ average: 0.5 }, { average: 0.5 }]),
      Array(2).fill([{ total: 2 }, { total: 2 }]),
    ])
  })

  it('hosts gateways of the scenario, with their sessions and routes by connection', () => {
    const [hub] = pairWithHub.hubs ?? []
    if (!hub) throw new Error('no hub')
    const { vpn: _, expressRoute: __, ...bare } = hub
    const gateways = (pairWithHub.gateways ?? []).map((one) => ({ ...one, hub: bare.name }))
    const world = createWorld(parseSimulatorScenario({ ...pairWithHub, hubs: [bare], gateways }), TEST_TIMELINE_ORIGIN)
    expect(
      getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${PLACE}/virtualNetworkGateways`)),
    ).toEqual([])
    expect(getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${PLACE}/connections`))).toEqual(
      [],
    )
    const [gateway] = getResponseValueRows(
      requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${PLACE}/expressRouteGateways`),
    )
    expect(gateway).toMatchObject({ name: 'gw-pair', properties: { virtualHub: { id: HUB } } })
    const [connection] = pairWithHub.connections ?? []
    const table = inbound(world, `expressRouteGateways/gw-pair/expressRouteConnections/${connection?.name}`)
    expect(table.map(({ prefix }) => prefix)).toContain('10.10.0.0/16')
  })

  it('is what a connected network has a peering with, under the name that Azure gives it', () => {
    const [peering] = getResponseValueRows(
      requestSimulator(
        worldWith(),
        TEST_TIMELINE_ORIGIN,
        'GET',
        `${PLACE}/virtualNetworks/vnet-spoke/virtualNetworkPeerings`,
      ),
    )
    expect(peering?.properties).toMatchObject({
      peeringState: 'Connected',
      useRemoteGateways: true,
      remoteVirtualNetwork: { id: expect.stringMatching(/\/HV_vhub-pair_[0-9a-f-]{36}$/) },
    })
  })

  it('has the best route of each prefix: ExpressRoute before VPN unless it is set otherwise', () => {
    const hops = (table: ReturnType<typeof effective>) =>
      Object.fromEntries(table.map((row) => [String(row.addressPrefixes), row.nextHopType]))
    expect(hops(effective(worldWith()))).toEqual({
      '10.60.0.0/16': 'Virtual Network Connection',
      '10.10.0.0/16': 'ExpressRouteGateway',
      '10.11.0.0/16': 'ExpressRouteGateway',
      '10.40.0.0/16': 'VPN_S2S_Gateway',
      '10.61.0.0/16': 'HubBgpConnection',
    })
    const [hub] = pairWithHub.hubs ?? []
    if (!hub) throw new Error('no hub')
    const byVpn = parseSimulatorScenario({ ...pairWithHub, hubs: [{ ...hub, preference: 'VpnGateway' }] })
    expect(hops(effective(createWorld(byVpn, TEST_TIMELINE_ORIGIN)))).toMatchObject({
      '10.10.0.0/16': 'VPN_S2S_Gateway',
    })
  })

  it('loses what a connection brings while that is lost, and its peer is not connected', () => {
    const world = worldWith([
      { op: 'hub-loss', hub: 'vhub-pair', name: 'conn-erc', at: '+1m', for: '5m' },
      { op: 'hub-loss', hub: 'vhub-pair', name: 'nva', at: '+1m', for: '5m' },
    ])
    const during = TEST_TIMELINE_ORIGIN + 120_000
    const erc = 'expressRouteGateways/ergw-vhub/expressRouteConnections/conn-erc'
    expect(inbound(world, erc).map(({ prefix, asPath }) => [prefix, asPath])).toEqual([
      ['10.10.0.0/16', '12076-65001'],
      ['10.11.0.0/16', '12076-65001'],
    ])
    expect(inbound(world, erc, during)).toEqual([])
    expect(effective(world, during).map(({ addressPrefixes }) => addressPrefixes)).toEqual([
      ['10.60.0.0/16'],
      ['10.40.0.0/16'],
      ['10.10.0.0/16'],
    ])
    const [peer] = getResponseValueRows(requestSimulator(world, during, 'GET', `${HUB}/bgpConnections`))
    expect(peer?.properties).toMatchObject({ connectionState: 'NotConnected' })
  })

  it('has the route tables that were made beside the default one, each with what is sent to it', () => {
    const [hub] = pairWithHub.hubs ?? []
    if (!hub) throw new Error('no hub')
    const routeTables = [{ name: 'rt-apart', labels: ['apart'], from: ['conn-branch'], associated: ['conn-spoke'] }]
    const world = createWorld(
      parseSimulatorScenario({ ...pairWithHub, hubs: [{ ...hub, routeTables }] }),
      TEST_TIMELINE_ORIGIN,
    )
    const first = requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${HUB}/hubRouteTables`)
    const { pathname, search } = new URL((JSON.parse(first.body) as { nextLink: string }).nextLink)
    const tables = [
      ...getResponseValueRows(first),
      ...getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${pathname}${search}`)),
    ]
    const spoke = `${HUB}/hubVirtualNetworkConnections/conn-spoke`
    expect(tables.map(({ name }) => name)).toEqual(['defaultRouteTable', 'noneRouteTable', 'rt-apart'])
    expect(tables.at(-1)?.properties).toMatchObject({ labels: ['apart'], associatedConnections: [spoke] })
    const body = JSON.stringify({
      resourceId: `${HUB}/hubRouteTables/rt-apart`,
      virtualWanResourceType: 'RouteTable',
    })
    const apart = getResponseValueRows(
      requestSimulator(world, TEST_TIMELINE_ORIGIN, 'POST', `${HUB}/effectiveRoutes`, { lro: 'inline', body }),
    )
    expect(apart.map(({ addressPrefixes }) => addressPrefixes)).toEqual([['10.40.0.0/16'], ['10.10.0.0/16']])
  })

  it('has what a BGP peer announces, and what is announced to it, by instance', () => {
    const table = (operation: string, at = TEST_TIMELINE_ORIGIN) => {
      const answer = requestSimulator(world, at, 'POST', `${HUB}/bgpConnections/nva/${operation}`, { lro: 'inline' })
      return JSON.parse(answer.body) as Record<string, { network: string; asPath: string }[]>
    }
    const world = worldWith([{ op: 'hub-loss', hub: 'vhub-pair', name: 'nva', at: '+1m', for: '5m' }])
    const instances = ['RouteServiceRole_IN_0', 'RouteServiceRole_IN_1']
    expect(Object.keys(table('learnedRoutes'))).toEqual(instances)
    expect(table('learnedRoutes').RouteServiceRole_IN_1).toMatchObject([{ network: '10.61.0.0/16', asPath: '65030' }])
    expect(table('advertisedRoutes').RouteServiceRole_IN_0?.map(({ network }) => network)).toEqual([
      '10.60.0.0/16',
      '10.10.0.0/16',
      '10.11.0.0/16',
      '10.40.0.0/16',
    ])
    const during = TEST_TIMELINE_ORIGIN + 120_000
    expect(table('learnedRoutes', during)).toEqual(Object.fromEntries(instances.map((name) => [name, []])))
  })

  it('knows no other table, and refuses a question without one', () => {
    const world = worldWith()
    const other = JSON.stringify({ resourceId: `${HUB}/hubRouteTables/none`, virtualWanResourceType: 'RouteTable' })
    expect(
      requestSimulator(world, TEST_TIMELINE_ORIGIN, 'POST', `${HUB}/effectiveRoutes`, { lro: 'inline', body: other })
        .status,
    ).toBe(404)
    expect(
      requestSimulator(world, TEST_TIMELINE_ORIGIN, 'POST', `${HUB}/effectiveRoutes`, { lro: 'inline' }).status,
    ).toBe(400)
  })
})

describe('Azure would refuse a hub', () => {
  const [hub] = pairWithHub.hubs ?? []
  if (!hub) throw new Error('no hub')
  const faultsOf = (changes: object) =>
    refusedByAzure(parseSimulatorScenario({ ...pairWithHub, hubs: [{ ...hub, ...changes }] }))

  it.each<[string, object, RegExp]>([
    ['of /25', { addressPrefix: '10.50.0.0/25' }, /too small for a hub: take an IPv4 prefix of \/24 or larger/],
    ['over a network that it connects', { addressPrefix: '10.60.0.0/23' }, /overlaps 10\.60\.0\.0\/16 of "vnet-spoke"/],
    ['with a router elsewhere', { routers: ['10.51.0.4', '10.50.0.5'] }, /10\.51\.0\.4 lies outside 10\.50\.0\.0\/23/],
    ['that connects a network with a gateway', { vnets: [...(hub.vnets ?? []), { name: 'c', vnet: 'vnet-pair' }] }, /"vnet-pair" has a gateway of its own/],
    ['whose peer has an ASN of Azure’s', { bgp: [{ name: 'nva', address: '10.60.0.4', asn: 65515, connection: 'conn-spoke' }] }, /AS 65515, which Azure reserves/],
    ['whose peer is elsewhere', { bgp: [{ name: 'nva', address: '10.99.0.4', asn: 65030, connection: 'conn-spoke' }] }, /10\.99\.0\.4 of "nva" lies outside "vnet-spoke"/],
  ])('%s', (_, changes, fault) => {
    expect(faultsOf(changes).join('\n')).toMatch(fault)
  }) // biome-ignore format: a table

  it('of the test estate: no', () => expect(refusedByAzure(parseSimulatorScenario(pairWithHub))).toEqual([]))
})

it('a user VPN gateway of a hub has its devices, their addresses and bytes, and is named by the hub', () => {
  const userVpn = { name: 'users-west', pool: '172.30.0.0/23', clients: 40, mbps: 8 }
  const hubs = (pairWithHub.hubs ?? []).map((hub) => ({ ...hub, userVpn }))
  const world = createWorld(parseSimulatorScenario({ ...pairWithHub, hubs }), TEST_TIMELINE_ORIGIN)
  const id = `${PLACE}/p2sVpnGateways/users-west`
  const [hub] = getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${PLACE}/virtualHubs`))
  expect(hub?.properties).toMatchObject({ p2SVpnGateway: { id } })
  const at = TEST_TIMELINE_ORIGIN + 60_000
  const [gateway] = getResponseValueRows(requestSimulator(world, at, 'GET', `${PLACE}/p2sVpnGateways`))
  expect(gateway).toMatchObject({ id, properties: { virtualHub: { id: HUB }, vpnGatewayScaleUnit: 1 } })
  const properties = gateway?.properties as unknown as
    | { vpnClientConnectionHealth: { vpnClientConnectionsCount: number; allocatedIpAddresses: string[] } }
    | undefined
  const health = properties?.vpnClientConnectionHealth
  expect(health).toMatchObject({ totalIngressBytesTransferred: 60_000_000, totalEgressBytesTransferred: 240_000_000 })
  expect(health?.vpnClientConnectionsCount).toBeGreaterThanOrEqual(36)
  expect(health?.allocatedIpAddresses).toHaveLength(health?.vpnClientConnectionsCount ?? -1)
  const span = `${new Date(TEST_TIMELINE_ORIGIN).toISOString()}/${new Date(TEST_TIMELINE_ORIGIN + 300_000).toISOString()}`
  const readings = (name: string, aggregation: string, dimension: string, interval: string) => {
    const query = `&timespan=${span}&interval=${interval}&metricnames=${name}&aggregation=${aggregation}&$filter=${dimension} eq '*' and Instance eq '*'`
    const later = TEST_TIMELINE_ORIGIN + 1_200_000
    const { body } = requestSimulator(world, later, 'GET', `${id}/providers/Microsoft.Insights/metrics`, { query })
    const { value } = JSON.parse(body) as {
      value: { unit: string; timeseries: { data: { average?: number; total?: number }[] }[] }[]
    }
    return value.flatMap(({ unit, timeseries }) => [unit, ...timeseries.map(({ data }) => data[0])])
  }
  const [unit, ...counts] = readings('P2SConnectionCount', 'Total', 'Protocol', 'PT1M')
  const connections = counts.map((one) => (typeof one === 'object' ? (one.total ?? 0) : 0))
  expect([unit, connections.length]).toEqual(['Count', 2])
  expect(connections.reduce((sum, count) => sum + count, 0)).toBe(health?.vpnClientConnectionsCount)
  expect(readings('UserVpnRouteCount', 'Total', 'RouteType', 'PT5M')).toEqual([
    'Count',
    ...Array(2).fill(expect.objectContaining({ total: health?.vpnClientConnectionsCount })),
  ])
})
