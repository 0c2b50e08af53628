import { describe, expect, it } from 'vitest'
import { networkKeyOf, readNetwork } from './network-config.ts'

const vnetId = '/subscriptions/S/resourceGroups/Edge/providers/Microsoft.Network/virtualNetworks/Hub'

describe('a network as ARM lists it', () => {
  it('names its space and each peering with this side’s flags', () => {
    const config = {
      properties: {
        addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
        virtualNetworkPeerings: [
          {
            name: 'erp-to-hub',
            properties: { peeringState: 'Connected', useRemoteGateways: true, remoteVirtualNetwork: { id: vnetId } },
          },
          { name: 'lost', properties: {} },
        ],
      },
    }
    expect(readNetwork('microsoft.network/virtualnetworks', config)).toEqual({
      addressPrefixes: ['10.0.0.0/16'],
      peerings: [
        {
          name: 'erp-to-hub',
          state: 'Connected',
          allowGatewayTransit: null,
          useRemoteGateways: true,
          remoteKey: vnetId.toLowerCase(),
          remoteName: 'Hub',
          hubName: null,
        },
        {
          name: 'lost',
          state: null,
          allowGatewayTransit: null,
          useRemoteGateways: null,
          remoteKey: null,
          remoteName: 'a network that ARM does not name',
          hubName: null,
        },
      ],
    })
  })

  it.each([
    ['HV_hub_uks_33e8a688-6e34-4fce-8af6-5db929a73890', 'hub_uks', 'hub_uks'],
    ['HV_hub_uks', 'HV_hub_uks', null],
  ])('the network %s is called %s', (remote, remoteName, hubName) => {
    const remoteVirtualNetwork = { id: vnetId.replace('Hub', remote) }
    const config = { properties: { virtualNetworkPeerings: [{ name: 'p', properties: { remoteVirtualNetwork } }] } }
    expect(readNetwork('microsoft.network/virtualnetworks', config)?.peerings).toMatchObject([{ remoteName, hubName }])
  })

  it.each([
    {
      name: 'the hub of a Virtual WAN',
      type: 'microsoft.network/virtualhubs',
      properties: { virtualWan: { id: '/w' }, addressPrefix: '10.1.0.0/24' },
      expected: { addressPrefixes: ['10.1.0.0/24'], peerings: [] },
    },
    { name: 'a Route Server', type: 'microsoft.network/virtualhubs', properties: {}, expected: null },
    { name: 'a gateway', type: 'microsoft.network/virtualnetworkgateways', properties: {}, expected: null },
    {
      name: 'nothing but a name',
      type: 'microsoft.network/virtualnetworks',
      properties: null,
      expected: { addressPrefixes: [], peerings: [] },
    },
  ])('$name', ({ type, properties, expected }) => {
    expect(readNetwork(type, { properties })).toEqual(expected)
  })
})

it.each([
  {
    name: 'a gateway stands where its subnet is',
    properties: { ipConfigurations: [{ properties: { subnet: { id: `${vnetId}/subnets/GatewaySubnet` } } }] },
    expected: vnetId.toLowerCase(),
  },
  { name: 'or in a hub', properties: { virtualHub: { id: '/H' } }, expected: '/h' },
  { name: 'or nobody tells', properties: {}, expected: null },
])('$name', ({ properties, expected }) => {
  expect(networkKeyOf({ properties })).toBe(expected)
})
