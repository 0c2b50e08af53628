import { describe, expect, it } from 'vitest'
import {
  armTypes,
  getPeeringConfiguredState,
  listSeparatelyCountedPeerings,
  isPeeringEnabled,
  isCircuitProvisioned,
  listCircuitPathLinks,
  findMainPeering,
  findMseePathAddresses,
  listPublicPrefixes,
} from '#lib/contract/index.ts'
import { createArmObject } from './arm-object.ts'
import { decodeResourceConfig } from './decode-config.ts'

const readCircuit = (config: unknown) => decodeResourceConfig(armTypes.circuit, config)
const main = (config: unknown) => findMainPeering(readCircuit(config).peerings)
const linksOn = (config: unknown, path: 'primary' | 'secondary') => {
  const peering = main(config)
  return peering ? listCircuitPathLinks(peering, path) : []
}

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
        resiliencyLevel: 'Standard',
        peerings: [peering({})],
      }),
    )
    expect(read).toMatchObject({
      bandwidthMbps: 1000,
      peeringLocation: 'London',
      provider: 'ProvA',
      resiliencyLevel: 'Standard',
      sku: { tier: 'Standard', family: 'MeteredData' },
      provisioning: { circuit: 'Enabled', provider: 'Provisioned' },
      peerings: [
        {
          name: 'AzurePrivatePeering',
          type: 'AzurePrivatePeering',
          state: 'Enabled',
          azureAsn: 12076,
          peerAsn: 65001,
          vlanId: 28,
          subnets: {
            primary: { ipv4: '192.0.2.96/30', ipv6: null },
            secondary: { ipv4: '192.0.2.100/30', ipv6: null },
          },
          publicPrefixes: null,
        },
      ],
    })
  })

  it('reads the same without the envelope, and with the case of names that other clients print', () => {
    const { properties, ...outer } = circuit({
      peerings: [{ name: 'AzurePrivatePeering', peeringType: 'AzurePrivatePeering', peerAsn: 65001 }],
    })
    expect(readCircuit({ ...outer, ...properties }).peerings[0]?.peerAsn).toBe(65001)
    const shouted = { PROPERTIES: { Peerings: [{ NAME: 'AzurePrivatePeering', Properties: { STATE: 'Enabled' } }] } }
    expect(readCircuit(shouted).peerings.map(isPeeringEnabled)).toEqual([true])
  })

  it.each([
    {
      name: 'a port: direct',
      properties: { expressRoutePort: { id: '/p' }, bandwidthInGbps: 2, peerings: [peering({})] },
      connectivity: 'direct',
      basis: 'port',
      bandwidth: 2000,
    },
    {
      name: 'written by the customer: exchange',
      properties: { peerings: [peering({ lastModifiedBy: 'Customer' })] },
      connectivity: 'exchange',
      basis: 'last_writer',
      bandwidth: null,
    },
    {
      name: 'written by a provider: telco',
      properties: { peerings: [peering({ lastModifiedBy: 'ProvA' })] },
      connectivity: 'telco',
      basis: 'last_writer',
      bandwidth: null,
    },
    {
      name: 'an empty writer: not stated',
      properties: { peerings: [peering({ lastModifiedBy: '' })] },
      connectivity: null,
      basis: null,
      bandwidth: null,
    },
    { name: 'no peering: not stated', properties: { peerings: [] }, connectivity: null, basis: null, bandwidth: null },
  ])('has a connectivity model: $name', ({ properties, connectivity, basis, bandwidth }) => {
    const expected = { connectivity, connectivityBasis: basis, bandwidthMbps: bandwidth }
    expect(readCircuit(circuit(properties))).toMatchObject(expected)
  })

  it('reads the state of the last change, and of a circuit that is being deleted none of its peerings as enabled', () => {
    const deleting = peering({ provisioningState: 'Deleting' })
    const failed = readCircuit(circuit({ provisioningState: 'Failed', peerings: [peering({}), deleting] }))
    expect(failed.provisioningState).toBe('Failed')
    expect(failed.peerings.map(isPeeringEnabled)).toEqual([true, false])
    expect(failed.peerings.map(getPeeringConfiguredState)).toEqual(['Enabled', 'Deleting'])
    const gone = readCircuit(circuit({ provisioningState: 'Deleting', peerings: [peering({})] }))
    expect(gone.peerings.map(isPeeringEnabled)).toEqual([false])
  })

  it('reads public prefixes of both IP versions, each with its validation', () => {
    const stated = (prefix: string, advertisedPublicPrefixesState: string) => ({
      microsoftPeeringConfig: { advertisedPublicPrefixes: [prefix], advertisedPublicPrefixesState },
    })
    const ipv6PeeringConfig = stated('2001:db8:51::/48', 'ValidationNeeded')
    const read = readCircuit(
      circuit({ peerings: [peering({ ...stated('198.51.100.0/24', 'Configured'), ipv6PeeringConfig }), peering({})] }),
    )
    expect(read.peerings.map(listPublicPrefixes)).toEqual([
      [
        { state: 'Configured', prefixes: ['198.51.100.0/24'] },
        { state: 'ValidationNeeded', prefixes: ['2001:db8:51::/48'] },
      ],
      [],
    ])
  })

  it('reads 0 and NONE, which ARM prints for none, as none', () => {
    const microsoftPeeringConfig = { customerASN: 0, routingRegistryName: 'NONE', legacyMode: 0 }
    const none = { vlanId: 0, peerASN: 0, azureASN: 0, microsoftPeeringConfig }
    const read = readCircuit(circuit({ stag: 0, bandwidthInGbps: 0, peerings: [peering(none)] }))
    expect(read).toMatchObject({ stag: null, bandwidthMbps: null })
    const nothing = { customerAsn: null, routingRegistry: null, vlanId: null, peerAsn: null, azureAsn: null }
    expect(read.peerings).toMatchObject([nothing])
  })

  it('names Microsoft’s ports, the registration of public prefixes, authorizations by use, and that a key is set', () => {
    const ports = { primaryAzurePort: 'LON-06GMR-CIS-1-PRI-A', secondaryAzurePort: '' }
    const microsoftPeeringConfig = { customerASN: 100, routingRegistryName: 'RIPENCC' }
    const read = readCircuit(
      circuit({
        authorizations: [{ authorizationUseStatus: 'InUse' }, { authorizationUseStatus: 'Available' }],
        peerings: [peering(ports), peering({ sharedKey: '****', microsoftPeeringConfig })],
      }),
    )
    expect(read.authorizations).toEqual({ total: 2, inUse: 1 })
    expect(read.peerings).toMatchObject([
      { azurePorts: { primary: 'LON-06GMR-CIS-1-PRI-A', secondary: null }, md5Key: null, customerAsn: null },
      { md5Key: 'set', customerAsn: 100, routingRegistry: 'RIPENCC' },
    ])
    expect(readCircuit(circuit({})).authorizations).toEqual({ total: 0, inUse: 0 })
  })

  it.each([
    ['one peering', ['Enabled'], []],
    ['two peerings', ['Enabled', 'Enabled'], ['P0', 'P1']],
    ['one of two switched off', ['Enabled', 'Disabled'], ['P0']],
    ['none', [], []],
  ])('with %s has counters of its peerings: %j', (_, states, expected) => {
    const peerings = states.map((state, n) => ({ name: `P${n}`, properties: { state } }))
    expect(listSeparatelyCountedPeerings(readCircuit(circuit({ peerings }))).map(({ name }) => name)).toEqual(expected)
  })

  it('has links where a path has a subnet, IPv4’s first', () => {
    const one = circuit({ peerings: [peering({ secondaryPeerAddressPrefix: '' })] })
    expect(linksOn(one, 'primary')).toEqual([
      { family: 4, customer: '192.0.2.97', microsoft: '192.0.2.98', state: 'Enabled' },
    ])
    expect(linksOn(one, 'secondary')).toEqual([])
    const ipv6PeeringConfig = { primaryPeerAddressPrefix: 'fd00::/126', state: 'Disabled' }
    const two = circuit({ peerings: [peering({ ipv6PeeringConfig })] })
    expect(linksOn(two, 'primary')).toEqual([
      { family: 4, customer: '192.0.2.97', microsoft: '192.0.2.98', state: 'Enabled' },
      { family: 6, customer: 'fd00::1', microsoft: 'fd00::2', state: 'Disabled' },
    ])
    const onlyIpv6 = circuit({ peerings: [peering({ ipv6PeeringConfig, primaryPeerAddressPrefix: null })] })
    expect(linksOn(onlyIpv6, 'primary').map(({ family }) => family)).toEqual([6])
  })

  it('states what is announced on Microsoft peering, and skips a peering without a name', () => {
    const microsoftPeeringConfig = {
      advertisedPublicPrefixes: ['203.0.113.0/24', null],
      advertisedPublicPrefixesState: 'ValidationNeeded',
    }
    const microsoft = {
      name: 'MicrosoftPeering',
      properties: { state: 'Disabled', ipv6PeeringConfig: null, microsoftPeeringConfig },
    }
    const read = readCircuit(circuit({ peerings: [microsoft, { properties: { state: 'Enabled' } }, null] }))
    expect(read.peerings).toMatchObject([
      {
        name: 'MicrosoftPeering',
        type: 'MicrosoftPeering',
        publicPrefixes: { state: 'ValidationNeeded', prefixes: ['203.0.113.0/24'] },
      },
    ])
    expect(read.peerings.map(isPeeringEnabled)).toEqual([false])
  })

  it('has the addresses of Microsoft’s router on each path of a peering', () => {
    const ipv6PeeringConfig = { primaryPeerAddressPrefix: 'fd00::/126', secondaryPeerAddressPrefix: null }
    const read = readCircuit(circuit({ peerings: [peering({ ipv6PeeringConfig })] }))
    expect(findMseePathAddresses(read, 'AzurePrivatePeering', 'primary')).toEqual({
      ipv4: '192.0.2.98',
      ipv6: 'fd00::2',
    })
    expect(findMseePathAddresses(read, 'AzurePrivatePeering', 'secondary')).toEqual({ ipv4: '192.0.2.102', ipv6: null })
    expect(findMseePathAddresses(read, 'AzurePublicPeering', 'primary')).toEqual({ ipv4: null, ipv6: null })
  })

  it.each([
    ['built and enabled', 'Enabled', 'Provisioned', true],
    ['not built', 'Enabled', 'NotProvisioned', false],
    ['disabled', 'Disabled', 'Provisioned', false],
    ['without a word of ARM', null, null, false],
  ])('%s: provisioned', (_, circuitProvisioningState, serviceProviderProvisioningState, expected) => {
    expect(
      isCircuitProvisioned(readCircuit(circuit({ circuitProvisioningState, serviceProviderProvisioningState }))),
    ).toBe(expected)
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
      expect(readCircuit(config)).toMatchObject({ peerings: [], bandwidthMbps: null })
    },
  )
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
    expect(createArmObject({ field: value }).number('field')).toBe(number)
  })
})

it('a peering has its Global Reach connections, those of both lists by the name that they were given', () => {
  const end = (name: string) => ({
    id: `/subscriptions/S/resourceGroups/RG/providers/Microsoft.Network/expressRouteCircuits/${name}/peerings/AzurePrivatePeering`,
  })
  const own = {
    name: 'to-ams',
    properties: {
      addressPrefix: '172.31.255.0/29',
      circuitConnectionStatus: 'Connected',
      expressRouteCircuitPeering: end('Lon'),
      peerExpressRouteCircuitPeering: end('Ams'),
      ipv6CircuitConnectionConfig: { addressPrefix: 'fd00:1::/125', circuitConnectionStatus: 'Connected' },
      provisioningState: 'Succeeded',
    },
  }
  const others = {
    name: '60aee347-e889-4a42-8c1b-0aae8b1e4013',
    properties: { connectionName: 'jnb-to-lon', peerExpressRouteCircuitPeering: end('Jnb') },
  }
  const read = main(circuit({ peerings: [peering({ connections: [own], peeredConnections: [others] })] }))
  const key = (name: string) =>
    `/subscriptions/s/resourcegroups/rg/providers/microsoft.network/expressroutecircuits/${name}`
  expect(read?.globalReach).toEqual([
    {
      name: 'to-ams',
      isOwn: true,
      circuitKey: key('ams'),
      addressPrefix: '172.31.255.0/29',
      ipv6AddressPrefix: 'fd00:1::/125',
      provisioningState: 'Succeeded',
    },
    {
      name: 'jnb-to-lon',
      isOwn: false,
      circuitKey: key('jnb'),
      addressPrefix: null,
      ipv6AddressPrefix: null,
      provisioningState: null,
    },
  ])
  expect(main(circuit({ peerings: [peering({})] }))?.globalReach).toEqual([])
})
