import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import type { JsonObject } from '../decode/json.ts'
import { exampleBody } from '../testdata/wire-form.ts'
import { scrubConfig } from '../scrub-config.ts'
import { decodeResourceConfig } from './decode-config.ts'

const vnetId = '/subscriptions/S/resourceGroups/Edge/providers/Microsoft.Network/virtualNetworks/Hub'

describe('a network as ARM lists it', () => {
  it('names its space and each peering with this side’s flags', () => {
    const config = {
      properties: {
        addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
        subnets: [
          {
            name: 'gatewaysubnet',
            properties: { addressPrefix: '10.0.4.0/27', routeTable: { id: `${vnetId}/../routeTables/RT` } },
          },
          { name: 'RouteServerSubnet', properties: { addressPrefixes: ['10.0.5.0/27', 'fd00::/64'] } },
          { name: 'web', properties: { addressPrefix: '10.0.8.0/24' } },
          { name: 'GatewaySubnet' },
        ],
        virtualNetworkPeerings: [
          {
            name: 'erp-to-hub',
            properties: {
              peeringState: 'Connected',
              peeringSyncLevel: 'LocalNotInSync',
              useRemoteGateways: true,
              allowForwardedTraffic: false,
              remoteVirtualNetwork: { id: vnetId },
              remoteAddressSpace: { addressPrefixes: ['10.1.0.0/16'] },
              remoteVirtualNetworkAddressSpace: { addressPrefixes: ['10.1.0.0/16', '10.2.0.0/16'] },
            },
          },
          { name: 'lost', properties: {} },
        ],
      },
    }
    expect(decodeResourceConfig(armTypes.virtualNetwork, config)).toEqual({
      resource: 'network',
      routingPreference: 'expressRoute',
      hub: null,
      addressPrefixes: ['10.0.0.0/16'],
      advertisedPrefixes: [],
      encryption: null,
      gatewayPrefixes: ['10.0.4.0/27', '10.0.5.0/27', 'fd00::/64'],
      gatewayRouteTableKey: `${vnetId}/../routeTables/RT`.toLowerCase(),
      gatewaySubnet: { prefixes: ['10.0.4.0/27'], hasNsg: false },
      privateEndpoints: [],
      peerings: [
        {
          name: 'erp-to-hub',
          state: 'Connected',
          syncLevel: 'LocalNotInSync',
          allowGatewayTransit: null,
          useRemoteGateways: true,
          allowForwardedTraffic: false,
          allowVirtualNetworkAccess: null,
          remotePrefixes: ['10.1.0.0/16'],
          subnets: null,
          remoteKey: vnetId.toLowerCase(),
          remoteName: 'Hub',
          hubName: null,
        },
        {
          name: 'lost',
          state: null,
          syncLevel: null,
          allowGatewayTransit: null,
          useRemoteGateways: null,
          allowForwardedTraffic: null,
          allowVirtualNetworkAccess: null,
          remotePrefixes: [],
          subnets: null,
          remoteKey: null,
          remoteName: 'a network that ARM does not name',
          hubName: null,
        },
      ],
    })
  })

  it('has the subnets alone that are peered, what its gateways announce in its place, and its encryption', () => {
    const subnetPeering = {
      peerCompleteVnets: false,
      localSubnetNames: ['web'],
      remoteSubnetNames: ['app', 'data'],
      remoteAddressSpace: { addressPrefixes: [] },
      // only peered subnets have a route, so this address space of the whole remote network is ignored
      remoteVirtualNetworkAddressSpace: { addressPrefixes: ['10.1.0.0/16'] },
    }
    const properties = {
      summarizedGatewayPrefixes: { addressPrefixes: ['10.0.0.0/14'] },
      encryption: { enabled: true, enforcement: 'AllowUnencrypted' },
      virtualNetworkPeerings: [
        { name: 'part', properties: subnetPeering },
        { name: 'whole', properties: { ...subnetPeering, peerCompleteVnets: true } },
      ],
    }
    expect(decodeResourceConfig(armTypes.virtualNetwork, { properties })).toMatchObject({
      advertisedPrefixes: ['10.0.0.0/14'],
      encryption: 'AllowUnencrypted',
      peerings: [
        { remotePrefixes: [], subnets: { local: ['web'], remote: ['app', 'data'] } },
        { remotePrefixes: ['10.1.0.0/16'], subnets: null },
      ],
    })
    const off = { properties: { encryption: { enabled: false, enforcement: 'AllowUnencrypted' } } }
    expect(decodeResourceConfig(armTypes.virtualNetwork, off)).toMatchObject({ encryption: null })
  })

  it.each([
    ['HV_hub_uks_33e8a688-6e34-4fce-8af6-5db929a73890', 'hub_uks', 'hub_uks'],
    ['HV_hub_uks', 'HV_hub_uks', null],
  ])('the network %s is called %s', (remote, remoteName, hubName) => {
    const remoteVirtualNetwork = { id: vnetId.replace('Hub', remote) }
    const config = { properties: { virtualNetworkPeerings: [{ name: 'p', properties: { remoteVirtualNetwork } }] } }
    expect(decodeResourceConfig(armTypes.virtualNetwork, config)).toMatchObject({ peerings: [{ remoteName, hubName }] })
  })

  it.each([
    {
      name: 'the hub of a Virtual WAN',
      type: 'microsoft.network/virtualhubs',
      properties: { virtualWan: { id: '/w' }, addressPrefix: '10.1.0.0/24' },
      expected: {
        addressPrefixes: ['10.1.0.0/24'],
        gatewayPrefixes: ['10.1.0.0/24'],
        peerings: [],
        hub: { asn: null, routerAddresses: [] },
      },
    },
    {
      name: 'nothing but a name',
      type: 'microsoft.network/virtualnetworks',
      properties: null,
      expected: { addressPrefixes: [], peerings: [] },
    },
  ])('$name', ({ type, properties, expected }) => {
    expect(decodeResourceConfig(type, { properties })).toMatchObject({ resource: 'network', ...expected })
  })
})

it('the stored configuration of a network tells which subnets have private endpoints', () => {
  const subnet = (name: string, privateEndpoints: { id: string }[]) => ({
    name,
    properties: { addressPrefix: '10.0.1.0/24', privateEndpointNetworkPolicies: 'Enabled', privateEndpoints },
  })
  const subnets = [subnet('none', []), subnet('links', [{ id: '/b' }, { id: '/a' }])]
  expect(decodeResourceConfig(armTypes.virtualNetwork, scrubConfig({ properties: { subnets } }))).toMatchObject({
    privateEndpoints: [{ subnet: 'links', prefixes: ['10.0.1.0/24'], appliesRoutes: true }],
  })
})

it('connected groups are a mesh, and the directly connected spokes of a group that the network is in', () => {
  const groupId = (name: string) =>
    `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkManagers/nm/networkGroups/${name}`
  const configurationId = (name: string) => groupId('').replace('networkGroups/', `connectivityConfigurations/${name}`)
  const group = (name: string, groupConnectivity: string) => ({
    networkGroupId: groupId(name),
    groupConnectivity,
    isGlobal: 'False',
  })
  const value = [
    {
      id: configurationId('mesh'),
      connectivityTopology: 'Mesh',
      isGlobal: 'True',
      appliesToGroups: [group('a', 'None')],
    },
    {
      id: configurationId('hub'),
      connectivityTopology: 'HubAndSpoke',
      isGlobal: 'False',
      appliesToGroups: [
        group('direct', 'DirectlyConnected'),
        group('others', 'DirectlyConnected'),
        group('apart', 'None'),
      ],
      configurationGroups: [{ id: groupId('direct') }, { id: groupId('apart') }],
    },
  ]
  const named = (config: unknown) =>
    decodeResourceConfig(armTypes.networkConnectivity, config).groups.map(({ name, isGlobal }) => [name, isGlobal])
  expect(named({ properties: { value } })).toEqual([
    ['mesh', true],
    ['direct', false],
  ])
  expect(named({ properties: { value: [] } })).toEqual([])
  expect(named({})).toEqual([])
})

it.each([
  ['ExpressRouteCircuitListBySubscription', armTypes.circuit],
  ['VirtualNetworkGatewayList', armTypes.virtualNetworkGateway],
  ['ExpressRouteGatewayListBySubscription', armTypes.expressRouteGateway],
  ['ExpressRoutePortList', armTypes.port],
  ['RouteFilterList', armTypes.routeFilter],
  ['VirtualHubBgpConnectionList', armTypes.hubBgpConnection],
])('the stored configuration of %s tells all that ARM’s tells', (name, type) => {
  const { value } = exampleBody(name) as { value: JsonObject[] }
  expect(value.length).toBeGreaterThan(0)
  for (const one of value) expect(decodeResourceConfig(type, scrubConfig(one))).toEqual(decodeResourceConfig(type, one))
})
