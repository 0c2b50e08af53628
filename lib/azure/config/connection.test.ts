import { expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './decode-config.ts'

const ID = '/subscriptions/S/resourceGroups/RG/providers/Microsoft.Network'

it('a VPN connection names its device, what is agreed with it, and the addresses by which it speaks BGP', () => {
  const properties = {
    connectionType: 'IPsec',
    enableBgp: true,
    connectionProtocol: 'IKEv2',
    connectionMode: 'ResponderOnly',
    dpdTimeoutSeconds: 30,
    usePolicyBasedTrafficSelectors: false,
    localNetworkGateway2: { id: `${ID}/localNetworkGateways/LocalGw`, properties: {} },
    gatewayCustomBgpIpAddresses: [
      { customBgpIpAddress: '169.254.21.1', ipConfigurationId: `${ID}/x/default` },
      { customBgpIpAddress: '169.254.21.3', ipConfigurationId: `${ID}/x/ActiveActive` },
    ],
    ipsecPolicies: [
      {
        saLifeTimeSeconds: 27000,
        saDataSizeKilobytes: 102400000,
        ipsecEncryption: 'GCMAES256',
        ipsecIntegrity: 'GCMAES256',
        ikeEncryption: 'AES256',
        ikeIntegrity: 'SHA384',
        dhGroup: 'DHGroup24',
        pfsGroup: 'PFS24',
      },
    ],
  }
  expect(decodeResourceConfig(armTypes.connection, { properties })).toMatchObject({
    deviceKey: `${ID}/localNetworkGateways/LocalGw`.toLowerCase(),
    circuitKey: null,
    bgp: true,
    protocol: 'IKEv2',
    mode: 'ResponderOnly',
    dpdSeconds: 30,
    policyBased: false,
    gatewayBgpAddresses: ['169.254.21.1', '169.254.21.3'],
    ipsecPolicies: [{ ikeEncryption: 'AES256', dhGroup: 'DHGroup24', pfsGroup: 'PFS24', saLifeSeconds: 27_000 }],
  })
})

it.each([
  {
    name: 'with BGP',
    properties: {
      gatewayIpAddress: '192.0.2.200',
      localNetworkAddressSpace: { addressPrefixes: ['10.200.0.1/32'] },
      bgpSettings: { asn: 65010, bgpPeeringAddress: '10.200.0.1', peerWeight: 0 },
    },
    config: { remote: '192.0.2.200', prefixes: ['10.200.0.1/32'], asn: 65010, bgpAddress: '10.200.0.1' },
  },
  {
    name: 'by its name, without BGP',
    properties: { fqdn: 'vpn.example.com', localNetworkAddressSpace: { addressPrefixes: ['10.40.0.0/16'] } },
    config: { remote: 'vpn.example.com', prefixes: ['10.40.0.0/16'], asn: null, bgpAddress: null },
  },
  {
    name: 'of which ARM says nothing',
    properties: {},
    config: { remote: null, prefixes: [], asn: null, bgpAddress: null },
  },
])('a device on premises $name', ({ properties, config }) => {
  expect(decodeResourceConfig(armTypes.localNetworkGateway, { properties })).toEqual({
    resource: 'localGateway',
    ...config,
  })
})
