import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { listDisplayedSettings } from './settings.ts'

const PLACE = '/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/edge/providers/Microsoft.Network'
const table = (name: string) => ({ id: `${PLACE}/virtualHubs/vhub/hubRouteTables/${name}` })
/** Formats settings as `part: name = value`. */
const words = (type: string, config: unknown, within: string | null = null) =>
  listDisplayedSettings(type, config, within).map(
    ({ part, name, value }) => `${part === null ? '' : `${part}: `}${name} = ${value}`,
  )

describe('settings of a resource', () => {
  it('has of a VPN gateway what a device must match, NAT and point-to-site', () => {
    const gateway = {
      tags: { owner: 'network team' },
      properties: {
        vpnGatewayGeneration: 'Generation2',
        packetCaptureDiagnosticState: 'None',
        allowVirtualWanTraffic: false,
        customRoutes: { addressPrefixes: ['10.99.0.0/24', '10.98.0.0/24'] },
        gatewayDefaultSite: { id: `${PLACE}/localNetworkGateways/lng-proxy` },
        vpnClientConfiguration: {
          vpnClientAddressPool: { addressPrefixes: ['172.31.0.0/24'] },
          vpnClientProtocols: ['OpenVPN'],
          radiusServerSecret: '****',
          vpnClientRootCertificates: [{ properties: { publicCertData: 'AAAA' } }],
        },
        bgpSettings: {
          bgpPeeringAddresses: [
            {
              ipconfigurationId: `${PLACE}/virtualNetworkGateways/vpngw/ipConfigurations/default`,
              tunnelIpAddresses: ['198.51.100.20'],
              defaultBgpIpAddresses: ['10.0.5.4'],
              customBgpIpAddresses: [],
            },
          ],
        },
        natRules: [
          {
            name: 'branch',
            properties: {
              type: 'Static',
              mode: 'EgressSnat',
              internalMappings: [{ addressSpace: '10.4.0.0/24' }],
              externalMappings: [{ addressSpace: '192.0.2.0/24' }],
            },
          },
        ],
      },
    }
    expect(words(armTypes.virtualNetworkGateway, gateway)).toEqual([
      'Tags = owner=network team',
      'Generation = Generation2',
      'Custom routes = 10.99.0.0/24, 10.98.0.0/24',
      'Default site (forced tunnelling) = lng-proxy',
      'Traffic from Virtual WANs = no',
      'Point-to-site pool = 172.31.0.0/24',
      'Point-to-site protocols = OpenVPN',
      'Instance default: Tunnel addresses = 198.51.100.20',
      'Instance default: BGP addresses = 10.0.5.4',
      'NAT rule branch: Type = Static',
      'NAT rule branch: Mode = EgressSnat',
      'NAT rule branch: Internal = 10.4.0.0/24',
      'NAT rule branch: External = 192.0.2.0/24',
    ])
  })

  it('has of a hub’s connection its tables, labels and route maps, whatever the case of members', () => {
    const config = {
      Properties: {
        RoutingConfiguration: {
          associatedRouteTable: table('rt-spokes'),
          propagatedRouteTables: {
            labels: ['default', 'partners'],
            ids: [table('rt-spokes'), table('noneRouteTable')],
          },
          inboundRouteMap: { id: `${PLACE}/virtualHubs/vhub/routeMaps/rm-in` },
          vnetRoutes: { staticRoutes: [{ addressPrefixes: ['10.80.0.0/16'], nextHopIpAddress: '10.60.0.9' }] },
        },
      },
    }
    expect(words(armTypes.hubNetworkConnection, config, 'conn-spoke')).toEqual([
      'conn-spoke: Associated route table = rt-spokes',
      'conn-spoke: Propagates to = rt-spokes, noneRouteTable',
      'conn-spoke: Propagates to labels = default, partners',
      'conn-spoke: Inbound route map = rm-in',
      'conn-spoke: Static routes = 10.80.0.0/16',
      'conn-spoke: Next hop of static routes = 10.60.0.9',
    ])
  })

  it('has the next hop that routing intent writes into the default table, ports’ MTU, and peerings’ communities', () => {
    const intent = {
      name: '_policy_PrivateTraffic',
      destinations: ['10.0.0.0/8'],
      nextHop: `${PLACE}/azureFirewalls/afw`,
    }
    expect(words(armTypes.hubRouteTable, { properties: { routes: [intent] } })).toEqual([
      'Route _policy_PrivateTraffic: Destinations = 10.0.0.0/8',
      'Route _policy_PrivateTraffic: Next hop = afw',
    ])
    expect(words(armTypes.port, { properties: { mtu: '1500', etherType: '0x8100' } })).toEqual([
      'MTU = 1500',
      'EtherType = 0x8100',
    ])
    const microsoft = { microsoftPeeringConfig: { advertisedCommunities: ['12076:5010'], legacyMode: 1 } }
    const peerings = [{ name: 'MicrosoftPeering', properties: { ipv6PeeringConfig: microsoft, ...microsoft } }]
    expect(words(armTypes.circuit, { properties: { allowClassicOperations: false, peerings } })).toEqual([
      'Classic operations allowed = no',
      'Peering MicrosoftPeering: Advertised communities = 12076:5010',
      'Peering MicrosoftPeering: Legacy mode = 1',
      'Peering MicrosoftPeering: Advertised communities (IPv6) = 12076:5010',
    ])
  })

  it.each([null, [], 'text', { properties: null }, { tags: 7, properties: { natRules: [null, 3], peerings: {} } }])(
    'has nothing of %j',
    (config) => {
      for (const type of Object.values(armTypes)) expect(listDisplayedSettings(type, config)).toEqual([])
    },
  )
})

it.each([
  ['Friday, July 3, 2026', '2026-07-03'],
  ['2026-07-03T22:00:00Z', '2026-07-03'],
  ['not yet', 'not yet'],
])('Azure’s date %s is shown as %s', (allocationDate, shown) => {
  expect(words(armTypes.port, { properties: { allocationDate } })).toEqual([`Allocated = ${shown}`])
})
