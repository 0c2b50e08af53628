/**
 * Scenario for the tests with real routers. It has one circuit, one gateway, and a site whose prefixes differ in every
 * attribute by which a router selects a route.
 */
import type { ScenarioInput } from '../schema.ts'

const SITE = '10.10.0.0/16'
/** Twelve prefixes that are announced and withdrawn together. */
const BRANCHES = { first: '10.20.0.0/24', count: 12 }

const circuit = 'erc-routed'

export const realRouterScenario: ScenarioInput = {
  name: 'routed',
  description: 'One circuit, one gateway, one site, all of them real routers; nothing happens by itself.',
  past: '7d',
  // responses are delayed, as Azure's are
  protocol: { lro: { min: '20ms', max: '60ms' } },
  subscriptions: [
    {
      id: '00000000-c0de-4000-8000-0000000000f2',
      name: 'Routed',
      tenant: '00000000-c0de-4000-8000-0000000000ff',
      groups: [{ name: 'rg-routed', location: 'westeurope' }],
    },
  ],
  vnets: [
    {
      name: 'vnet-routed',
      group: 'rg-routed',
      addressSpace: ['10.0.4.0/24'],
      subnets: [{ name: 'GatewaySubnet', prefix: '10.0.4.0/27' }],
    },
  ],
  gateways: [
    {
      name: 'gw-routed',
      group: 'rg-routed',
      kind: 'ExpressRoute',
      sku: 'ErGw1AZ',
      vnet: 'vnet-routed',
      instances: [{ address: '10.0.4.12' }, { address: '10.0.4.13' }],
    },
  ],
  circuits: [
    {
      name: circuit,
      group: 'rg-routed',
      provider: 'Equinix',
      peeringLocation: 'Amsterdam',
      connectivity: 'exchange',
      bandwidthMbps: 50,
      peerings: [{ vlan: 100, peerAsn: 65001, primary: '192.0.2.0/30', secondary: '192.0.2.4/30' }],
    },
  ],
  connections: [
    {
      name: 'cxn-routed',
      group: 'rg-routed',
      gateway: 'gw-routed',
      circuit,
      neighbors: { primary: '10.0.4.4', secondary: '10.0.4.5' },
    },
  ],
  sites: [
    {
      name: 'dc-routed',
      prefixes: [SITE, BRANCHES],
      announces: [
        { circuit },
        { circuit, path: 'primary', prefixes: ['10.30.0.0/24'], prepend: 2 },
        { circuit, path: 'secondary', prefixes: ['10.30.0.0/24'] },
        { circuit, path: 'primary', prefixes: ['10.30.1.0/24'], prepend: 1 },
        { circuit, path: 'secondary', prefixes: ['10.30.1.0/24'], prepend: 3 },
        { circuit, path: 'primary', prefixes: ['10.30.2.0/24'] },
        { circuit, path: 'secondary', prefixes: ['10.30.3.0/24'] },
        // paths of equal length with different ASNs
        { circuit, path: 'primary', prefixes: ['10.30.4.0/24'], asPath: [65001, 64512, 64513] },
        { circuit, path: 'secondary', prefixes: ['10.30.4.0/24'], asPath: [65001, 65001, 65001] },
        // the more specific route is announced only on the path with the longer AS path
        { circuit, prefixes: ['10.31.0.0/16'] },
        { circuit, path: 'secondary', prefixes: ['10.31.7.0/24'], prepend: 4 },
      ],
      egress: [{ circuit }],
    },
  ],
}
