import { describe, expect, it } from 'vitest'
import type { PlannedResource } from '#lib/azure/kinds/index.ts'
import { type PollInventory, type PlannedPoll, planPolls } from './plan-polls.ts'

const SUB = '11111111-1111-1111-1111-111111111111'
const id = (type: string, name: string, sub = SUB) =>
  `/subscriptions/${sub}/resourceGroups/rg/providers/Microsoft.Network/${type}/${name}`
const intervals = {
  sessionsMs: 500,
  circuitsMs: 60_000,
  routesMs: 300_000,
  inventoryMs: 600_000,
  metricsMs: 301_000,
  activityMs: 302_000,
}
const resource = (type: string, name: string, properties: object = {}, sub = SUB): PlannedResource => ({
  resourceId: id(type, name, sub),
  type: `microsoft.network/${type.toLowerCase()}`,
  subscriptionId: sub,
  config: { properties },
})
const plan = (resources: PlannedResource[], more: Partial<PollInventory> = {}) =>
  planPolls({ subscriptionIds: [SUB], resources, neighbors: new Map(), ...more }, intervals)
const planned = (polls: PlannedPoll[]) =>
  polls
    .filter(({ resourceId }) => resourceId.includes('/providers/'))
    .map(({ subresource, kind, everySeconds }) => `${kind}${subresource && ` ${subresource}`} ${everySeconds}`)
    .sort()
const EVERY: Record<string, number> = { arp: 60, summary: 0.5, tables: 300 }
const peering = (name: string, state: string) => ({ name, properties: { state } })
const built = { circuitProvisioningState: 'Enabled', serviceProviderProvisioningState: 'Provisioned' }

describe('the plan', () => {
  it('asks each subscription for inventory and activity', () => {
    expect(plan([], { subscriptionIds: [SUB, SUB.toUpperCase()] })).toEqual([
      {
        resourceId: `/subscriptions/${SUB}`,
        subresource: '',
        kind: 'inventory',
        everySeconds: 600,
        resource: `/subscriptions/${SUB}`,
      },
      { resourceId: `/subscriptions/${SUB}`, subresource: '', kind: 'activity', everySeconds: 302, resource: null },
    ])
  })

  it.each<[string, PlannedResource, string[]]>([
    [
      'a gateway',
      resource('virtualNetworkGateways', 'gw', { gatewayType: 'ExpressRoute' }),
      ['learned 300', 'metrics 301', 'peers 0.5'],
    ],
    ['a VPN connection', resource('connections', 'c', { connectionType: 'IPsec' }), ['connection 60']],
    [
      'an ExpressRoute connection, whose bytes ARM does not count',
      resource('connections', 'c', { connectionType: 'ExpressRoute' }),
      ['connection 60', 'metrics 301'],
    ],
    ['a connection monitor', resource('networkWatchers/connectionMonitors', 'w/connectionMonitors/m'), ['probe 301']],
    ['a network', resource('virtualNetworks', 'v'), []],
    [
      'a circuit that the provider has not built',
      resource('expressRouteCircuits', 'c', { ...built, serviceProviderProvisioningState: 'NotProvisioned' }),
      ['metrics 301', 'stats 60'],
    ],
    [
      'a circuit with one enabled and one disabled peering',
      resource('expressRouteCircuits', 'c', {
        ...built,
        peerings: [peering('AzurePrivatePeering', 'Enabled'), peering('MicrosoftPeering', 'Disabled')],
      }),
      [
        'arp AzurePrivatePeering/primary 60',
        'arp AzurePrivatePeering/secondary 60',
        'metrics 301',
        'stats 60',
        'stats AzurePrivatePeering 60',
        'summary AzurePrivatePeering/primary 0.5',
        'summary AzurePrivatePeering/secondary 0.5',
        'tables AzurePrivatePeering/primary 300',
        'tables AzurePrivatePeering/secondary 300',
      ],
    ],
    [
      'a circuit with Global Reach, made on it and on another one',
      resource('expressRouteCircuits', 'c', {
        ...built,
        peerings: [
          {
            name: 'AzurePrivatePeering',
            properties: { state: 'Disabled', connections: [{ name: 'a' }], peeredConnections: [{ name: 'b' }] },
          },
        ],
      }),
      [
        'connection AzurePrivatePeering/connections 60',
        'connection AzurePrivatePeering/peerConnections 60',
        'metrics 301',
        'stats 60',
      ],
    ],
    [
      'a circuit with both peerings, each with counters of its own',
      resource('expressRouteCircuits', 'c', {
        ...built,
        peerings: [peering('AzurePrivatePeering', 'Enabled'), peering('MicrosoftPeering', 'Enabled')],
      }),
      [
        ...['arp', 'summary', 'tables'].flatMap((kind) =>
          ['AzurePrivatePeering', 'MicrosoftPeering'].flatMap((name) =>
            ['primary', 'secondary'].map((path) => `${kind} ${name}/${path} ${EVERY[kind]}`),
          ),
        ),
        'metrics 301',
        'stats 60',
        'stats AzurePrivatePeering 60',
        'stats MicrosoftPeering 60',
      ].toSorted(),
    ],
  ])('of %s', (_, one, expected) => expect(planned(plan([one]))).toEqual(expected))

  it('asks for the routes advertised to each neighbor once, whatever the spelling of the id', () => {
    const gateway = resource('virtualNetworkGateways', 'gw')
    const neighbors = new Map([[gateway.resourceId.toLowerCase(), ['10.0.4.4', '10.0.4.5', '10.0.4.4']]])
    expect(planned(plan([gateway], { neighbors }))).toEqual([
      'advertised 10.0.4.4 3600',
      'advertised 10.0.4.5 3600',
      'learned 300',
      'metrics 301',
      'peers 0.5',
    ])
  })

  it('follows the connections of a VPN gateway on which BGP is not enabled', () => {
    const vpn = { gatewayType: 'Vpn', vpnType: 'RouteBased', enableBgp: false }
    const gateway = resource('virtualNetworkGateways', 'vpngw', vpn)
    const connection = (enableBgp: boolean, more: object = {}) =>
      resource('connections', 'c', {
        connectionType: 'IPsec',
        enableBgp,
        virtualNetworkGateway1: { id: gateway.resourceId.toUpperCase() },
        ...more,
      })
    const own = (...resources: PlannedResource[]) =>
      planned(plan(resources, { neighbors: new Map([[gateway.resourceId.toLowerCase(), ['10.0.0.9']]]) }))
    const asked = ['advertised 10.0.0.9 3600', 'connection 60', 'learned 300', 'metrics 301', 'peers 0.5']
    expect(own(gateway, connection(false))).toEqual(['connection 60', 'metrics 301'])
    expect(own(gateway, connection(true))).toEqual(asked)
    const other = { id: id('virtualNetworkGateways', 'other') }
    const second = { virtualNetworkGateway1: other, virtualNetworkGateway2: { id: gateway.resourceId } }
    expect(own(gateway, connection(true, second))).toEqual(asked)
    expect(own(gateway, connection(true, { virtualNetworkGateway1: other }))).toEqual(['connection 60', 'metrics 301'])
    for (const never of [{ vpnType: 'PolicyBased' }, { sku: { name: 'Basic' } }])
      expect(own(resource('virtualNetworkGateways', 'vpngw', { ...vpn, ...never }), connection(true))).toEqual([
        'connection 60',
        'metrics 301',
      ])
  })

  it('leaves out what operators exclude, by resource, group or tag', () => {
    const a = { ...resource('connections', 'a'), config: { tags: { env: 'test' }, properties: {} } }
    const b = resource('connections', 'b')
    const exclusions = [{ match: 'tag:env', why: 'a lab' }]
    expect(planned(plan([a, b], { exclusions }))).toEqual(['connection 60'])
    expect(planned(plan([a], { exclusions }))).toEqual([])
  })

  it('leaves out what belongs to another subscription', () => {
    const other = '22222222-2222-2222-2222-222222222222'
    expect(planned(plan([resource('connections', 'c', {}, other)]))).toEqual([])
  })
})
