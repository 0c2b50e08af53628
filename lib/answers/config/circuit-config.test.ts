import { describe, expect, it } from 'vitest'
import { armObject } from './arm-object.ts'
import { mainLink, readCircuit } from './circuit-config.ts'
import { readGateway } from './gateway-config.ts'

const peering = (fields: object) => ({
  name: 'AzurePrivatePeering',
  properties: {
    peeringType: 'AzurePrivatePeering',
    state: 'Enabled',
    azureASN: 12076,
    peerASN: 65001,
    primaryPeerAddressPrefix: '192.0.2.96/30',
    secondaryPeerAddressPrefix: '192.0.2.100/30',
    vlanId: 28,
    ...fields,
  },
})
const circuit = (properties: object) => ({
  sku: { name: 'Standard_MeteredData', tier: 'Standard', family: 'MeteredData' },
  properties: { circuitProvisioningState: 'Enabled', serviceProviderProvisioningState: 'Provisioned', ...properties },
})

describe('a circuit as ARM lists it', () => {
  it('reads through the properties envelope, nested ones too', () => {
    const read = readCircuit(
      circuit({
        serviceProviderProperties: { bandwidthInMbps: 1000, peeringLocation: 'London', serviceProviderName: 'ProvA' },
        peerings: [peering({})],
      }),
    )
    expect(read).toMatchObject({
      bandwidthMbps: 1000,
      peeringLocation: 'London',
      provider: 'ProvA',
      sku: { tier: 'Standard', family: 'MeteredData' },
      provisioning: { circuit: 'Enabled', provider: 'Provisioned' },
      peerings: [{ name: 'AzurePrivatePeering', azureAsn: 12076, peerAsn: 65001, peerAsnReserved: null, vlanId: 28 }],
      watched: {
        name: 'AzurePrivatePeering',
        state: 'Enabled',
        links: {
          primary: [{ family: 4, customer: '192.0.2.97', microsoft: '192.0.2.98', state: 'Enabled' }],
          secondary: [{ family: 4, customer: '192.0.2.101', microsoft: '192.0.2.102', state: 'Enabled' }],
        },
      },
    })
  })

  it('reads the same without the envelope, and with the case of names that other clients print', () => {
    const { properties, ...outer } = circuit({
      peerings: [{ name: 'AzurePrivatePeering', peeringType: 'AzurePrivatePeering', peerAsn: 65001 }],
    })
    expect(readCircuit({ ...outer, ...properties }).peerings[0]?.peerAsn).toBe(65001)
  })

  it.each([
    {
      name: 'a port: direct',
      properties: { expressRoutePort: { id: '/p' }, bandwidthInGbps: 2, peerings: [peering({})] },
      connectivity: 'direct',
      bandwidth: 2000,
    },
    {
      name: 'written by the customer: exchange',
      properties: { peerings: [peering({ lastModifiedBy: 'Customer' })] },
      connectivity: 'exchange',
      bandwidth: null,
    },
    {
      name: 'written by a provider: telco',
      properties: { peerings: [peering({ lastModifiedBy: 'ProvA' })] },
      connectivity: 'telco',
      bandwidth: null,
    },
    {
      name: 'an empty writer: untold',
      properties: { peerings: [peering({ lastModifiedBy: '' })] },
      connectivity: null,
      bandwidth: null,
    },
    { name: 'no peering: untold', properties: { peerings: [] }, connectivity: null, bandwidth: null },
  ])('has a connectivity model: $name', ({ properties, connectivity, bandwidth }) => {
    expect(readCircuit(circuit(properties))).toMatchObject({ connectivity, bandwidthMbps: bandwidth })
  })

  it('watches the private peering before the Microsoft one', () => {
    const microsoft = { ...peering({ peeringType: 'MicrosoftPeering' }), name: 'MicrosoftPeering' }
    expect(readCircuit(circuit({ peerings: [microsoft, peering({})] })).watched?.name).toBe('AzurePrivatePeering')
    expect(readCircuit(circuit({ peerings: [microsoft] })).watched?.name).toBe('MicrosoftPeering')
    expect(readCircuit(circuit({})).watched).toBeNull()
  })

  it('has no link where a path has no subnet', () => {
    expect(
      readCircuit(circuit({ peerings: [peering({ secondaryPeerAddressPrefix: '' })] })).watched?.links.secondary,
    ).toEqual([])
  })

  it('has a link for each family, IPv4’s first', () => {
    const ipv6PeeringConfig = { primaryPeerAddressPrefix: 'fd00::/126', state: 'Disabled' }
    const read = readCircuit(circuit({ peerings: [peering({ ipv6PeeringConfig })] }))
    expect(read.watched?.links.primary).toEqual([
      { family: 4, customer: '192.0.2.97', microsoft: '192.0.2.98', state: 'Enabled' },
      { family: 6, customer: 'fd00::1', microsoft: 'fd00::2', state: 'Disabled' },
    ])
    expect(mainLink(read, 'primary')?.family).toBe(4)
    const without = peering({ ipv6PeeringConfig, primaryPeerAddressPrefix: null })
    expect(mainLink(readCircuit(circuit({ peerings: [without] })), 'primary')?.family).toBe(6)
  })

  it('flags a peer ASN that Azure or IANA reserves', () => {
    expect(readCircuit(circuit({ peerings: [peering({ peerASN: 65515 })] })).peerings[0]?.peerAsnReserved).toBe('Azure')
  })

  it.each([
    { key: 'a1410692-ed3b-4ceb-b94a-b90b95d398d1', shown: '****98d1' },
    { key: '****98d1', shown: '****98d1' },
    { key: 'short', shown: '****' },
    { key: null, shown: null },
  ])('shows a service key as $shown', ({ key, shown }) => {
    expect(readCircuit(circuit({ serviceKey: key })).serviceKey).toBe(shown)
  })

  it.each([null, 'text', 7, [], { properties: null }, { properties: { peerings: 'none', sku: 1 } }])(
    'survives %j',
    (config) => {
      expect(readCircuit(config)).toMatchObject({ peerings: [], watched: null, bandwidthMbps: null })
    },
  )
})

describe('a gateway as ARM lists it', () => {
  const type = 'microsoft.network/virtualnetworkgateways'
  it.each([
    { name: 'ExpressRoute', type, config: { properties: { gatewayType: 'ExpressRoute' } }, kind: 'expressRoute' },
    { name: 'VPN', type, config: { properties: { gatewayType: 'Vpn' } }, kind: 'vpn' },
    { name: 'in a Virtual WAN', type: 'microsoft.network/expressroutegateways', config: {}, kind: 'vwan' },
    {
      name: 'a hub without a WAN',
      type: 'microsoft.network/virtualhubs',
      config: { properties: {} },
      kind: 'routeServer',
    },
  ])('has a kind: $name', ({ type: resourceType, config, kind }) => {
    expect(readGateway(resourceType, config)?.kind).toBe(kind)
  })

  it('is not the hub of a Virtual WAN', () => {
    expect(readGateway('microsoft.network/virtualhubs', { properties: { virtualWan: { id: '/w' } } })).toBeNull()
  })

  it('names its network and the addresses of its instances', () => {
    const read = readGateway(type, {
      properties: {
        activeActive: true,
        bgpSettings: { asn: 65515, bgpPeeringAddress: '10.0.5.4,10.0.5.5' },
        ipConfigurations: [
          { properties: { subnet: { id: '/subscriptions/s/virtualNetworks/hub-vnet/subnets/GatewaySubnet' } } },
        ],
        sku: { name: 'ErGw1AZ', tier: 'ErGw1AZ', capacity: 2 },
      },
    })
    expect(read).toMatchObject({
      vnet: 'hub-vnet',
      addresses: ['10.0.5.4', '10.0.5.5'],
      asn: 65515,
      activeActive: true,
      sku: { capacity: 2 },
    })
  })
})

describe('a field of ARM', () => {
  it.each([
    { value: 7, number: 7 },
    { value: '65001', number: 65001 },
    { value: '', number: null },
    { value: 'seven', number: null },
    { value: null, number: null },
    { value: true, number: null },
  ])('$value as a number is $number', ({ value, number }) => {
    expect(armObject({ field: value }).number('field')).toBe(number)
  })
})
