import { describe, expect, it } from 'vitest'
import type { PollObservation } from '#lib/contract/index.ts'
import { exampleBody, readTestdataJson, wireForm } from './testdata/wire-form.ts'
import {
  circuitId,
  connectionId,
  createTestArmInventory,
  gatewayId,
  SUBSCRIPTION_ID,
  subscriptionId,
  withAzure,
} from './testing/fixture.ts'
import type { ObservableKind } from './types.ts'

const context = withAzure()
const primary = 'AzurePrivatePeering/primary'
const peering = `${circuitId}/peerings/AzurePrivatePeering`

function serve(path: string, body: unknown) {
  context.server.reset(createTestArmInventory({ bodies: { [path]: body }, rounds: 0 }))
}
const poll = (resourceId: string, kind: ObservableKind, subresource = ''): Promise<PollObservation> =>
  context.azure.poll({ resourceId, subresource }, kind)

describe('the official examples', () => {
  it.each<[string, string, string, ObservableKind, string]>([
    ['VirtualNetworkGatewayGetBGPPeerStatus', `${gatewayId}/getBgpPeerStatus`, gatewayId, 'peers', ''],
    ['VirtualNetworkGatewayLearnedRoutes', `${gatewayId}/getLearnedRoutes`, gatewayId, 'learned', ''],
    [
      'VirtualNetworkGatewayGetAdvertisedRoutes',
      `${gatewayId}/getAdvertisedRoutes`,
      gatewayId,
      'advertised',
      '10.0.4.4',
    ],
  ])('%s is {}, which is malformed', async (name, path, resourceId, kind, subresource) => {
    const body = exampleBody(name)
    expect(body).toEqual({})
    serve(path, body)
    expect(await poll(resourceId, kind, subresource)).toMatchObject({
      outcome: 'malformed',
      error: { detail: 'value: expected array, got nothing' },
      rows: [],
    })
  })

  it('ExpressRouteCircuitARPTableList', async () => {
    serve(`${peering}/arpTables/primary`, exampleBody('ExpressRouteCircuitARPTableList'))
    expect(await poll(circuitId, 'arp', primary)).toMatchObject({
      outcome: 'ok',
      rows: [{ ageMinutes: 0, interface: 'Microsoft', ipAddress: 'IPAddress', macAddress: 'macAddress' }],
    })
  })

  it('ExpressRouteCircuitRouteTableSummaryList', async () => {
    serve(`${peering}/routeTablesSummary/primary`, exampleBody('ExpressRouteCircuitRouteTableSummaryList'))
    expect(await poll(circuitId, 'summary', primary)).toMatchObject({
      outcome: 'ok',
      rows: [
        {
          neighbor: '100.65.171.1',
          asn: 9583,
          state: 'idle',
          azureState: 'Idle',
          prefixesReceived: null,
          upDown: 'never',
        },
      ],
    })
  })

  it('ExpressRouteCircuitRouteTableList holds a route to nowhere, which no table may', async () => {
    serve(`${peering}/routeTables/primary`, exampleBody('ExpressRouteCircuitRouteTableList'))
    expect(await poll(circuitId, 'tables', primary)).toMatchObject({
      outcome: 'malformed',
      error: { code: 'MALFORMED_FIELD', detail: 'value[0].network: expected a prefix, got ""' },
    })
  })

  it.each([
    ['ExpressRouteCircuitStats', `${circuitId}/stats`, ''],
    ['ExpressRouteCircuitPeeringStats', `${peering}/stats`, 'AzurePrivatePeering'],
    ['ExpressRouteCircuitPeeringStats', `${peering}/stats`, ''],
  ])('%s under %s for subresource "%s"', async (name, path, subresource) => {
    serve(path, exampleBody(name))
    expect(await poll(circuitId, 'stats', subresource)).toMatchObject({
      outcome: 'ok',
      rows: [
        { path: 'primary', bytesIn: 537408n, bytesOut: 44032550n },
        { path: 'secondary', bytesIn: 0n, bytesOut: 39002500n },
      ],
    })
  })

  it.each([
    [
      'ExpressRouteCircuitConnectionList',
      'connections',
      ['circuitConnectionUSAUS', 'circuitConnectionUSAUS (IPv6)', 'circuitConnectionUSEUR'],
    ],
    [
      'PeerExpressRouteCircuitConnectionList',
      'peerConnections',
      ['circuitConnectionWestusEastus', 'circuitConnectionCentralusEastus'],
    ],
  ])('%s', async (name, list, names) => {
    serve(`${circuitId}/peerings/AzurePrivatePeering/${list}`, exampleBody(name))
    expect(await poll(circuitId, 'connection', `AzurePrivatePeering/${list}`)).toMatchObject({
      outcome: 'ok',
      rows: [
        {
          connectionStatus: null,
          counters: { bytesIn: null, bytesOut: null },
          tunnels: names.map((one) => ({ name: one, status: 'Connected' })),
        },
      ],
    })
  })

  it('VirtualNetworkGatewayConnectionGet', async () => {
    serve(connectionId, exampleBody('VirtualNetworkGatewayConnectionGet'))
    expect(await poll(connectionId, 'connection')).toMatchObject({
      outcome: 'ok',
      rows: [
        { connectionStatus: 'Connecting', routingWeight: 0, counters: { bytesIn: 0n, bytesOut: 0n }, tunnels: [] },
      ],
    })
  })

  it.each([
    ['ExpressRouteCircuitListBySubscription', 'expressRouteCircuits', 2],
    ['ExpressRouteGatewayListBySubscription', 'expressRouteGateways', 1],
    ['ExpressRoutePortList', 'ExpressRoutePorts', 1],
    ['RouteFilterList', 'routeFilters', 1],
    ['VirtualNetworkGatewayList', 'virtualNetworkGateways', 2],
  ])('%s', async (name, list, count) => {
    const grouped = list === 'virtualNetworkGateways'
    const path = `${subscriptionId}${grouped ? '/resourceGroups/rg1' : ''}/providers/Microsoft.Network/${list}`
    const bodies = {
      [path]: exampleBody(name),
      [`${subscriptionId}/resourcegroups`]: { value: grouped ? [{ name: 'rg1' }] : [] },
    }
    context.server.reset(createTestArmInventory({ bodies }))
    const { outcome, error, rows } = await poll(subscriptionId, 'inventory')
    expect(error).toBeNull()
    expect(outcome).toBe('ok')
    const resources = 'resources' in rows ? rows.resources : []
    expect(resources.map(({ type }) => type)).toEqual(Array(count).fill(`microsoft.network/${list.toLowerCase()}`))
    const text = JSON.stringify(resources)
    for (const secret of ['"authkey"', 'b94a-b90b95d398d1', 'f28e9c99-78d8']) expect(text).not.toContain(secret)
  })

  it('VirtualNetworkPeeringList and ExpressRouteCircuitPeeringGet, where resources hold them', async () => {
    const { value: virtualNetworkPeerings } = exampleBody('VirtualNetworkPeeringList') as { value: unknown[] }
    const group = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg1/providers/Microsoft.Network`
    const resources = [
      { id: `${group}/virtualNetworks/vnet1`, properties: { virtualNetworkPeerings } },
      {
        id: `${group}/expressRouteCircuits/c`,
        properties: { peerings: [exampleBody('ExpressRouteCircuitPeeringGet')] },
      },
    ]
    context.server.reset(createTestArmInventory({ resources }))
    const { outcome, rows } = await poll(subscriptionId, 'inventory')
    expect(outcome).toBe('ok')
    expect('resources' in rows ? rows.resources.map(({ config }) => config) : []).toMatchObject([
      { properties: { peerings: [{ name: 'MicrosoftPeering', properties: { azureASN: 12076, vlanId: 300 } }] } },
      { properties: { virtualNetworkPeerings: [{ properties: { peeringState: 'Initiated' } }, {}] } },
    ])
  })
})

describe('what a real deployment answered', () => {
  it('peers: one of them never connected', async () => {
    serve(`${gatewayId}/getBgpPeerStatus`, readTestdataJson('observed/bgp-peer-status.json'))
    const { outcome, rows } = await poll(gatewayId, 'peers')
    expect(outcome).toBe('ok')
    expect(rows).toMatchObject([
      { neighbor: '10.0.4.4', asn: 12076, state: 'established', connectedDurationMs: 270853179, messagesSent: 5157n },
      { neighbor: '10.0.4.5', asn: 12076, state: 'established', connectedDurationMs: 270853148 },
      { neighbor: '10.0.4.14', asn: 65515, state: 'established', routesReceived: 0 },
      { neighbor: '10.0.4.15', asn: 65515, state: 'connect', azureState: 'Connecting', connectedDurationMs: null },
    ])
  })

  it('learned routes: a doubled dash, and numbers beyond any AS', async () => {
    serve(`${gatewayId}/getLearnedRoutes`, readTestdataJson('observed/learned-routes.json'))
    expect((await poll(gatewayId, 'learned')).rows).toMatchObject([
      { instance: '10.0.4.13', prefix: '10.0.4.0/27', nextHop: null, asPath: [], origin: 'Network', weight: 32768 },
      {
        prefix: '192.0.2.1/32',
        peer: '10.0.4.5',
        asPath: [12076, 65001, 4514841457, 4514841457, 3254848411, 4854741111, 1111111111, 64999, 1111111111, 64301],
      },
    ])
  })

  it('a path table', async () => {
    serve(`${peering}/routeTables/primary`, { value: readTestdataJson('observed/route-table-primary.json') })
    const { outcome, rows } = await poll(circuitId, 'tables', primary)
    expect(outcome).toBe('ok')
    expect(rows).toMatchObject([
      { prefix: '10.0.0.0/20', nextHop: '192.0.2.97', localPref: null, weight: 0, peer: null },
      { prefix: '198.51.100.0/25' },
      { prefix: '203.0.113.0/24', asPath: [65001, 4514841457, 64807] },
    ])
  })

  it.each([
    ['primary', '192.0.2.97', '0600.0000.ceb0'],
    ['secondary', '192.0.2.101', '0600.0000.3c27'],
  ])('the ARP table of the %s path', async (path, ipAddress, macAddress) => {
    serve(`${peering}/arpTables/${path}`, readTestdataJson(`observed/arp-${path}.json`))
    const { rows } = await poll(circuitId, 'arp', `AzurePrivatePeering/${path}`)
    expect(rows).toMatchObject([
      { interface: 'On-Prem', ageMinutes: 1, ipAddress, macAddress },
      { interface: 'Microsoft' },
    ])
  })

  it('a connection', async () => {
    serve(connectionId, wireForm(readTestdataJson('observed/connection.json')))
    expect(await poll(connectionId, 'connection')).toMatchObject({
      outcome: 'ok',
      rows: [
        {
          connectionStatus: null,
          routingWeight: 0,
          fastPath: false,
          // ARM returns 0 for every ExpressRoute connection, whatever its traffic
          counters: { bytesIn: null, bytesOut: null },
          tunnels: [],
        },
      ],
    })
  })

  it('its resources, in ARM’s form again', async () => {
    const printed = ['circuit', 'gateway', 'connection'].map((name) => readTestdataJson(`observed/${name}.json`))
    const peerings = readTestdataJson('observed/peerings.json')
    const own = (id: string) => id.replace('<subscription_id>', SUBSCRIPTION_ID)
    const resources = printed.map((resource) => {
      const wire = wireForm(resource) as { id: string; properties: object }
      return { ...wire, id: own(wire.id) }
    })
    const vnet = {
      id: `${subscriptionId}/resourceGroups/useastercust1rg/providers/Microsoft.Network/virtualNetworks/erspvnetcust1`,
      properties: { virtualNetworkPeerings: wireForm(readTestdataJson('observed/vnet-peerings.json')) },
    }
    context.server.reset(createTestArmInventory({ resources: [...resources, vnet] }))
    const { outcome, error, rows } = await poll(subscriptionId, 'inventory')
    expect({ outcome, error }).toEqual({ outcome: 'ok', error: null })
    const configs = 'resources' in rows ? rows.resources.map(({ config }) => config) : []
    expect(configs).toMatchObject([
      {
        properties: { connectionType: 'ExpressRoute', peer: { id: expect.stringContaining('/expressRouteCircuits/') } },
      },
      {
        sku: { family: 'UnlimitedData', tier: 'Standard' },
        properties: {
          stag: 29,
          serviceKey: '****ere>',
          peerings: [{ properties: { azureASN: 12076, peerASN: 65001, vlanId: 28 } }],
        },
      },
      { properties: { gatewayType: 'ExpressRoute', activeActive: false, sku: { capacity: 2 } } },
      {
        properties: {
          virtualNetworkPeerings: [{ properties: { peeringState: 'Connected', allowGatewayTransit: true } }],
        },
      },
    ])
    expect(wireForm(peerings)).toMatchObject([{ properties: { peerAsn: 65001 } }])
  })
})
