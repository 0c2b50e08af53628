import { describe, expect, it } from 'vitest'
import { configuredInstances, instanceCount, isProvisioned, peeringsOf, pathAddresses } from './arm-config.ts'

describe('a gateway’s configured instances', () => {
  it.each<[string, unknown, string[][]]>([
    ['one address', { properties: { bgpSettings: { asn: 65515, bgpPeeringAddress: '10.0.0.14' } } }, [['10.0.0.14']]],
    [
      'several in one text',
      { bgpSettings: { bgpPeeringAddress: '10.0.4.12, 10.0.4.13' } },
      [['10.0.4.12'], ['10.0.4.13']],
    ],
    [
      'IP configurations with addresses of the customer’s choice',
      {
        properties: {
          bgpSettings: {
            bgpPeeringAddress: '10.0.0.4,10.0.0.5',
            bgpPeeringAddresses: [
              { defaultBgpIpAddresses: ['10.0.0.4'], customBgpIpAddresses: ['169.254.21.2'] },
              { defaultBgpIpAddresses: ['10.0.0.5'] },
            ],
          },
        },
      },
      [['10.0.0.4', '169.254.21.2'], ['10.0.0.5']],
    ],
    ['no BGP settings', { properties: { bgpSettings: null, gatewayType: 'ExpressRoute' } }, []],
    [
      'something else altogether',
      { properties: { bgpSettings: { bgpPeeringAddress: 7, bgpPeeringAddresses: 'x' } } },
      [],
    ],
    ['nothing', null, []],
  ])('%s', (_, config, expected) => expect(configuredInstances(config)).toEqual(expected))

  it('are counted by the SKU', () => {
    expect(instanceCount({ properties: { sku: { name: 'Standard', capacity: 2 } } })).toBe(2)
    expect(instanceCount({ sku: { capacity: 'two' } })).toBeNull()
    const vpn = { gatewayType: 'Vpn', sku: { capacity: 2 } }
    expect(instanceCount({ ...vpn, activeActive: false }), 'the standby says nothing').toBe(1)
    expect(instanceCount({ ...vpn, activeActive: true })).toBe(2)
    expect(instanceCount({ ...vpn, gatewayType: 'ExpressRoute', activeActive: false })).toBe(2)
  })
})

describe('a circuit', () => {
  it.each<[string, unknown, boolean]>([
    [
      'built and enabled',
      { circuitProvisioningState: 'Enabled', serviceProviderProvisioningState: 'Provisioned' },
      true,
    ],
    ['not built', { circuitProvisioningState: 'Enabled', serviceProviderProvisioningState: 'NotProvisioned' }, false],
    ['disabled', { circuitProvisioningState: 'Disabled', serviceProviderProvisioningState: 'Provisioned' }, false],
    ['untold', {}, false],
  ])('%s', (_, properties, expected) => expect(isProvisioned({ properties })).toBe(expected))

  it('lists its peerings with their link subnets', () => {
    const peerings = [
      {
        name: 'AzurePrivatePeering',
        properties: {
          state: 'Enabled',
          primaryPeerAddressPrefix: '192.0.2.0/30',
          secondaryPeerAddressPrefix: '192.0.2.4/30',
          ipv6PeeringConfig: { primaryPeerAddressPrefix: 'fd00::/126', secondaryPeerAddressPrefix: null },
        },
      },
      {
        name: 'MicrosoftPeering',
        properties: {
          state: 'Disabled',
          ipv6PeeringConfig: null,
          microsoftPeeringConfig: {
            advertisedPublicPrefixes: ['203.0.113.0/24', null],
            advertisedPublicPrefixesState: 'ValidationNeeded',
          },
        },
      },
      { properties: { state: 'Enabled' } },
      null,
    ]
    expect(peeringsOf({ properties: { peerings } })).toEqual([
      {
        name: 'AzurePrivatePeering',
        enabled: true,
        subnets: {
          primary: { ipv4: '192.0.2.0/30', ipv6: 'fd00::/126' },
          secondary: { ipv4: '192.0.2.4/30', ipv6: null },
        },
        publicPrefixes: null,
      },
      {
        name: 'MicrosoftPeering',
        enabled: false,
        subnets: { primary: { ipv4: null, ipv6: null }, secondary: { ipv4: null, ipv6: null } },
        publicPrefixes: { state: 'ValidationNeeded', prefixes: ['203.0.113.0/24'] },
      },
    ])
    const config = { properties: { peerings } }
    expect(pathAddresses(config, 'AzurePrivatePeering', 'primary')).toEqual({ ipv4: '192.0.2.2', ipv6: 'fd00::2' })
    expect(pathAddresses(config, 'AzurePrivatePeering', 'secondary')).toEqual({ ipv4: '192.0.2.6', ipv6: null })
    expect(pathAddresses(config, 'AzurePublicPeering', 'primary')).toEqual({ ipv4: null, ipv6: null })
  })
})
