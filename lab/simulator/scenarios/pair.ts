/** The smallest useful estate, for tests: one gateway with two instances, one circuit with two paths, one site. */
import type { ScenarioInput } from '../schema.ts'

export const oneCircuitScenario: ScenarioInput = {
  name: 'pair',
  description: 'One circuit, one gateway, one site; nothing happens by itself.',
  past: '7d',
  timers: { reconnect: '3s', routesAfter: '2s', propagation: '1s' },
  protocol: { lro: { min: '1ms', max: '5ms' } },
  subscriptions: [
    {
      id: '00000000-c0de-4000-8000-0000000000f1',
      name: 'Pair',
      tenant: '00000000-c0de-4000-8000-0000000000ff',
      groups: [{ name: 'rg-pair', location: 'westeurope' }],
    },
  ],
  vnets: [
    {
      name: 'vnet-pair',
      group: 'rg-pair',
      addressSpace: ['10.0.4.0/24'],
      subnets: [{ name: 'GatewaySubnet', prefix: '10.0.4.0/27' }],
    },
  ],
  gateways: [
    {
      name: 'gw-pair',
      group: 'rg-pair',
      kind: 'ExpressRoute',
      sku: 'ErGw1AZ',
      vnet: 'vnet-pair',
      instances: [
        { address: '10.0.4.12', internal: [{ neighbor: '10.0.4.15', connected: false }] },
        { address: '10.0.4.13' },
      ],
    },
  ],
  circuits: [
    {
      name: 'erc-pair',
      group: 'rg-pair',
      provider: 'Equinix',
      peeringLocation: 'Amsterdam',
      connectivity: 'exchange',
      bandwidthMbps: 1000,
      peerings: [{ vlan: 100, peerAsn: 65001, primary: '192.0.2.0/30', secondary: '192.0.2.4/30' }],
    },
  ],
  connections: [
    {
      name: 'cxn-pair',
      group: 'rg-pair',
      gateway: 'gw-pair',
      circuit: 'erc-pair',
      neighbors: { primary: '10.0.4.4', secondary: '10.0.4.5' },
    },
  ],
  sites: [
    {
      name: 'dc-pair',
      prefixes: ['10.10.0.0/16', '10.11.0.0/16'],
      announces: [{ circuit: 'erc-pair' }],
      egress: [{ circuit: 'erc-pair' }],
    },
  ],
  demands: [{ name: 'all', site: 'dc-pair', in: { mbps: 100 }, out: { mbps: 50 } }],
}
