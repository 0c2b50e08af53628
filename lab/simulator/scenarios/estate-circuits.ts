/** The circuits of the built-in estate. */
import type { ScenarioInput } from '../schema.ts'

export const productionResourceTags = { environment: 'Production', service: 'Network' }

export const builtInEstateCircuits: NonNullable<ScenarioInput['circuits']> = [
  {
    name: 'erc-london',
    group: 'rg-contoso-circuits',
    provider: 'Equinix',
    peeringLocation: 'London',
    connectivity: 'exchange',
    bandwidthMbps: 1000,
    stag: 29,
    router: 'cisco',
    tags: { ...productionResourceTags, connectivity: 'exchange', site: 'dc-london' },
    counterBase: '812345678901234',
    peerings: [
      {
        vlan: 28,
        peerAsn: 65001,
        primary: '192.0.2.96/30',
        secondary: '192.0.2.100/30',
        ports: { primary: 'LON-06GMR-CIS-1-PRI-A', secondary: 'LON-06GMR-CIS-2-SEC-A' },
        ipv6: { primary: 'fd00:0:2::60/126', secondary: 'fd00:0:2::64/126' },
      },
      {
        type: 'MicrosoftPeering',
        vlan: 30,
        // A public ASN, which Microsoft peering needs. It is from Microsoft's own examples
        // (New-AzExpressRouteCircuitPeeringConfig).
        peerAsn: 100,
        primary: '203.0.113.96/30',
        secondary: '203.0.113.100/30',
        microsoft: {
          advertised: ['198.51.100.128/25'],
          customerAsn: 100,
          registry: 'RIPENCC',
          routeFilter: 'rf-contoso-regions',
          received: [{ first: '51.140.0.0/14', count: 12 }, { first: '20.32.0.0/13', count: 4 }, '51.11.6.152/31'],
        },
      },
    ],
  },
  {
    name: 'erc-amsterdam',
    group: 'rg-contoso-circuits',
    provider: 'Colt',
    peeringLocation: 'Amsterdam',
    connectivity: 'exchange',
    bandwidthMbps: 1000,
    stag: 1412,
    fastPathRoutes: 1_862,
    tags: { ...productionResourceTags, connectivity: 'exchange', site: 'dc-manchester' },
    counterBase: '401234567890123',
    peerings: [
      {
        vlan: 41,
        peerAsn: 65001,
        primary: '192.0.2.104/30',
        secondary: '192.0.2.108/30',
        ipv6: { primary: 'fd00:0:2::68/126', secondary: 'fd00:0:2::6c/126' },
      },
    ],
  },
  {
    name: 'useasterc1cust1',
    group: 'useastercust1rg',
    provider: 'AT&T Netbond',
    peeringLocation: 'Washington DC',
    connectivity: 'telco',
    bandwidthMbps: 1000,
    family: 'UnlimitedData',
    stag: 77,
    tags: { ...productionResourceTags, connectivity: 'telco' },
    // A value above 2^53, so that code which parses it as a double is wrong by one.
    counterBase: '9007199254740993',
    // AS_TRANS, which RFC 6793 reserves, so that no router may use it for a session.
    peerings: [{ vlan: 120, peerAsn: 23456, primary: '198.51.100.0/30', secondary: '198.51.100.4/30' }],
  },
  {
    name: 'erc-northwind-uk',
    group: 'rg-northwind-uk',
    provider: 'Megaport',
    peeringLocation: 'London',
    connectivity: 'exchange',
    bandwidthMbps: 200,
    stag: 611,
    tags: { connectivity: 'exchange' },
    peerings: [{ vlan: 611, peerAsn: 65031, primary: '198.51.100.8/30', secondary: '198.51.100.12/30' }],
  },
  {
    name: 'erc-johannesburg',
    group: 'rg-tailspin-network',
    provider: 'Liquid Telecom',
    peeringLocation: 'Johannesburg',
    connectivity: 'telco',
    bandwidthMbps: 500,
    stag: 305,
    arpShowsMicrosoft: false,
    tags: { connectivity: 'telco' },
    peerings: [{ vlan: 305, peerAsn: 65021, primary: '203.0.113.0/30', secondary: '203.0.113.4/30' }],
  },
]
