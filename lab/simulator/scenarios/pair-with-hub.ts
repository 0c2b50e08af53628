/**
 * The smallest estate with a Virtual WAN hub: the pair's circuit is connected both to its gateway and to the hub's,
 * which also has a VPN site and a BGP peer.
 */
import type { ScenarioInput } from '../schema.ts'
import { oneCircuitScenario } from './pair.ts'

export const pairWithHub: ScenarioInput = {
  ...oneCircuitScenario,
  name: 'pair-with-hub',
  vnets: [
    ...(oneCircuitScenario.vnets ?? []),
    { name: 'vnet-spoke', group: 'rg-pair', addressSpace: ['10.60.0.0/16'] },
  ],
  hubs: [
    {
      name: 'vhub-pair',
      routedMbps: 8,
      group: 'rg-pair',
      wan: 'vwan-pair',
      addressPrefix: '10.50.0.0/23',
      routers: ['10.50.0.68', '10.50.0.69'],
      vnets: [{ name: 'conn-spoke', vnet: 'vnet-spoke' }],
      expressRoute: { name: 'ergw-vhub', connections: [{ name: 'conn-erc', circuit: 'erc-pair', weight: 10 }] },
      vpn: {
        name: 'vpngw-vhub',
        connections: [
          {
            name: 'conn-branch',
            site: 'site-branch',
            asn: 65020,
            publicAddress: '192.0.2.220',
            prefixes: ['10.40.0.0/16', '10.10.0.0/16'],
          },
        ],
      },
      bgp: [{ name: 'nva', address: '10.60.0.4', asn: 65030, connection: 'conn-spoke', prefixes: ['10.61.0.0/16'] }],
    },
  ],
}
