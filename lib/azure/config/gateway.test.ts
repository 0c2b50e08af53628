import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { pollKindDefinitions } from '../kinds/index.ts'
import { decodeResourceConfig } from './decode-config.ts'

const read = (properties: object) => decodeResourceConfig(armTypes.virtualNetworkGateway, { properties })

it.each([
  {
    name: 'ExpressRoute',
    type: armTypes.virtualNetworkGateway,
    properties: { gatewayType: 'ExpressRoute' },
    kind: 'expressRoute',
  },
  { name: 'VPN', type: armTypes.virtualNetworkGateway, properties: { gatewayType: 'Vpn' }, kind: 'vpn' },
  { name: 'ExpressRoute in a Virtual WAN', type: armTypes.expressRouteGateway, properties: {}, kind: 'vwan' },
  { name: 'VPN in a Virtual WAN', type: armTypes.vpnGateway, properties: {}, kind: 'vwan' },
  { name: 'a hub outside any Virtual WAN', type: armTypes.virtualHub, properties: {}, kind: 'routeServer' },
])('a gateway has a kind: $name', ({ type, properties, kind }) => {
  expect(decodeResourceConfig(type, { properties })).toMatchObject({ resource: 'gateway', kind })
})

it('a Route Server has its router’s state and says whether branches reach each other, and no other gateway has', () => {
  const stated = { routingState: 'Provisioned', allowBranchToBranchTraffic: true }
  const own = { routingState: 'Provisioned', branchToBranch: true }
  expect(decodeResourceConfig(armTypes.virtualHub, { properties: stated })).toMatchObject(own)
  expect(read(stated)).toMatchObject({ routingState: null, branchToBranch: null })
})

it.each([
  ['a list', ['1', '2'], ['1', '2']],
  ['the text Regional', 'Regional', ['Regional']],
  ['an empty text', ' ', null],
  ['an empty list', [], null],
  ['nothing', undefined, null],
])('a gateway and its address have zones from %s', (_, zones, expected) => {
  expect(decodeResourceConfig(armTypes.virtualNetworkGateway, { zones, properties: {} })).toMatchObject({
    zones: expected,
  })
  expect(decodeResourceConfig(armTypes.publicAddress, { zones, properties: {} })).toMatchObject({ zones: expected })
})

it('a gateway whose numbers are texts has the same values', () => {
  const numbers = { autoScaleConfiguration: { bounds: { min: 2, max: 12 } }, bgpSettings: { asn: 65_515 } }
  const texts = { autoScaleConfiguration: { bounds: { min: '2', max: ' 12 ' } }, bgpSettings: { asn: '65515' } }
  expect(read(texts)).toEqual(read(numbers))
  expect(read(texts)).toMatchObject({ scaleUnits: 2, scaleUnitsMost: 12, asn: 65_515 })
})

const VPN = { gatewayType: 'Vpn', vpnType: 'RouteBased', enableBgp: true, sku: { name: 'VpnGw1AZ' } }
// values of ARM in the case of its specification, and in another case
it.each([
  ['route-based, with BGP', {}, null],
  ['active-standby, with BGP', { activeActive: false }, null],
  ['of which ARM states nothing', { vpnType: undefined, enableBgp: undefined, sku: undefined }, null],
  ['policy-based', { vpnType: 'PolicyBased', enableBgp: false }, 'policy_based'],
  ['policy-based, printed otherwise', { vpnType: 'policybased' }, 'policy_based'],
  ['Basic', { sku: { name: 'Basic', tier: 'Basic' } }, 'basic'],
  ['without BGP', { enableBgp: false }, 'not_enabled'],
  ['ExpressRoute, which has BGP whatever the flag says', { gatewayType: 'ExpressRoute', enableBgp: false }, null],
])('is asked for peers and routes only if it has BGP: %s', (_, more, withoutBgp) => {
  const properties = { ...VPN, ...more }
  expect(read(properties)).toMatchObject({ withoutBgp })
  const resource = {
    resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw',
    type: armTypes.virtualNetworkGateway,
    subscriptionId: 's',
    config: { properties },
  }
  const asked = [pollKindDefinitions.peers, pollKindDefinitions.learned, pollKindDefinitions.advertised].flatMap(
    (kind) => kind.subresources(resource, ['192.0.2.1']),
  )
  expect(asked).toEqual(withoutBgp === null ? ['', '', '192.0.2.1'] : [])
})

it.each<[string, object, string[] | undefined]>([
  ['a pool', { vpnClientAddressPool: { addressPrefixes: ['172.31.0.0/24'] } }, ['172.31.0.0/24']],
  [
    'pools by group of users',
    {
      vpnClientAddressPool: null,
      vngClientConnectionConfigurations: [
        { name: 'staff', properties: { vpnClientAddressPool: { addressPrefixes: ['172.31.1.0/24'] } } },
      ],
    },
    ['172.31.1.0/24'],
  ],
  // ARM reports this for gateways without point-to-site
  ['empty lists', { vpnClientProtocols: [], vpnClientRootCertificates: [] }, undefined],
])('a VPN gateway has user VPN if it gives addresses: %s', (_, vpnClientConfiguration, pools) => {
  expect(read({ ...VPN, vpnClientConfiguration }).userVpnPools).toEqual(pools)
  expect(read({ ...VPN, gatewayType: 'ExpressRoute', vpnClientConfiguration }).userVpnPools).toBeUndefined()
})

it('a gateway names its network and its size', () => {
  const vnet = '/subscriptions/S/resourceGroups/Edge/providers/Microsoft.Network/virtualNetworks/Hub'
  expect(
    read({
      activeActive: true,
      bgpSettings: { asn: 65515, bgpPeeringAddress: '10.0.5.4,10.0.5.5' },
      ipConfigurations: [{ properties: { subnet: { id: `${vnet}/subnets/GatewaySubnet` } } }],
      sku: { name: 'ErGw1AZ', tier: 'ErGw1AZ', capacity: 2 },
    }),
  ).toMatchObject({
    vnet: 'Hub',
    networkKey: vnet.toLowerCase(),
    instances: [['10.0.5.4'], ['10.0.5.5']],
    asn: 65515,
    activeActive: true,
    sku: { name: 'ErGw1AZ', capacity: null },
    instanceCount: 2,
    scaleUnits: null,
  })
  expect(read({ virtualHub: { id: '/H' } }).networkKey).toBe('/h')
  expect(read({}).networkKey).toBeNull()
})

describe('a gateway’s configured instances', () => {
  it.each<[string, object, string[][]]>([
    ['one address', { bgpSettings: { asn: 65515, bgpPeeringAddress: '10.0.0.14' } }, [['10.0.0.14']]],
    [
      'several in one text',
      { bgpSettings: { bgpPeeringAddress: '10.0.4.12, 10.0.4.13' } },
      [['10.0.4.12'], ['10.0.4.13']],
    ],
    [
      'IP configurations with addresses of the customer’s choice',
      {
        bgpSettings: {
          bgpPeeringAddress: '10.0.0.4,10.0.0.5',
          bgpPeeringAddresses: [
            { defaultBgpIpAddresses: ['10.0.0.4'], customBgpIpAddresses: ['169.254.21.2'] },
            { defaultBgpIpAddresses: ['10.0.0.5'] },
          ],
        },
      },
      [['10.0.0.4', '169.254.21.2'], ['10.0.0.5']],
    ],
    ['a Route Server’s', { virtualRouterIps: ['10.0.6.4', '10.0.6.5'] }, [['10.0.6.4'], ['10.0.6.5']]],
    ['no BGP settings', { bgpSettings: null, gatewayType: 'ExpressRoute' }, []],
    ['fields of another type', { bgpSettings: { bgpPeeringAddress: 7, bgpPeeringAddresses: 'x' } }, []],
  ])('%s', (_, properties, expected) => expect(read(properties).instances).toEqual(expected))

  it('are counted by the SKU, without the standby of a VPN gateway', () => {
    expect(read({ sku: { name: 'Standard', capacity: 2 } }).instanceCount).toBe(2)
    expect(read({ sku: { capacity: 'two' } }).instanceCount).toBeNull()
    // the instances of ErGwScale change with its scale units
    expect(read({ sku: { name: 'ErGwScale', capacity: 2 } }).instanceCount).toBeNull()
    const vpn = { gatewayType: 'Vpn', sku: { capacity: 2 } }
    expect(read({ ...vpn, activeActive: false }).instanceCount).toBe(1)
    expect(read({ ...vpn, activeActive: true }).instanceCount).toBe(2)
    expect(read({ ...vpn, gatewayType: 'ExpressRoute', activeActive: false }).instanceCount).toBe(2)
  })
})

it.each([
  ['a hub’s autoscale', armTypes.expressRouteGateway, { autoScaleConfiguration: { bounds: { min: 3 } } }, 3],
  ['a hub’s VPN gateway', armTypes.vpnGateway, { vpnGatewayScaleUnit: 2 }, 2],
  [
    'ErGwScale, whose capacity says nothing',
    armTypes.virtualNetworkGateway,
    { sku: { name: 'ErGwScale', capacity: 2 }, autoScaleConfiguration: { bounds: { min: 10, max: 40 } } },
    10,
  ],
  ['ErGwScale without bounds', armTypes.virtualNetworkGateway, { sku: { name: 'ErGwScale', capacity: 2 } }, null],
  ['none', armTypes.virtualNetworkGateway, {}, null],
])('scale units: %s', (_, type, properties, scaleUnits) => {
  expect(decodeResourceConfig(type, { properties })).toMatchObject({ scaleUnits })
})

it.each([
  ['VpnGateway', 'vpn'],
  ['ASPath', 'asPath'],
  ['ExpressRoute', 'expressRoute'],
  [undefined, 'expressRoute'],
])('routing preference %s is %s', (hubRoutingPreference, expected) => {
  expect(decodeResourceConfig(armTypes.virtualHub, { properties: { hubRoutingPreference } })).toMatchObject({
    routingPreference: expected,
  })
})
