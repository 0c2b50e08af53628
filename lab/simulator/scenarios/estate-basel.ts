/**
 * Contoso in Basel: two circuits on one ExpressRoute LAG, each the backup of the other. A port of the LAG is disabled,
 * and its link is still above the minimum.
 */
import type { ScenarioInput } from '../schema.ts'
import { productionResourceTags } from './estate-circuits.ts'

type Lists = Required<
  Pick<ScenarioInput, 'vnets' | 'gateways' | 'circuits' | 'ports' | 'connections' | 'sites' | 'demands'>
>

const GROUP = 'rg-contoso-basel'
const LAG = 'erl-basel'
export const baselGroup = {
  name: GROUP,
  location: 'switzerlandnorth',
  tags: { ...productionResourceTags, customer: 'Contoso' },
}

const circuit = (n: number, peering: Lists['circuits'][number]['peerings'][number]): Lists['circuits'][number] => ({
  name: `erc-basel-${n}`,
  group: GROUP,
  port: LAG,
  peeringLocation: 'Zurich2',
  connectivity: 'direct',
  bandwidthMbps: 5_000,
  tags: { ...productionResourceTags, connectivity: 'direct', site: 'dc-basel' },
  peerings: [peering],
})

export const baselResources: Lists = {
  vnets: [
    {
      name: 'vnet-basel',
      group: GROUP,
      addressSpace: ['10.115.0.0/16'],
      subnets: [{ name: 'GatewaySubnet', prefix: '10.115.4.0/26' }],
    },
  ],
  gateways: [
    {
      name: 'ergw-basel',
      group: GROUP,
      kind: 'ExpressRoute',
      sku: 'ErGw3AZ',
      vnet: 'vnet-basel',
      tags: productionResourceTags,
      instances: [{ address: '10.115.4.12' }, { address: '10.115.4.13' }],
    },
  ],
  circuits: [
    circuit(1, { vlan: 61, peerAsn: 65052, primary: '192.0.2.120/30', secondary: '192.0.2.124/30' }),
    circuit(2, { vlan: 62, peerAsn: 65052, primary: '192.0.2.128/30', secondary: '192.0.2.132/30' }),
  ],
  ports: [
    {
      name: LAG,
      group: GROUP,
      peeringLocation: 'Zurich2',
      gbps: 100,
      router: 'zrh-08gmr',
      macsec: true,
      lag: { members: 4, minActive: 2 },
      disabled: ['link2/member4'],
    },
  ],
  connections: [
    {
      name: 'cxn-basel-1',
      group: GROUP,
      gateway: 'ergw-basel',
      circuit: 'erc-basel-1',
      neighbors: { primary: '10.115.4.4', secondary: '10.115.4.5' },
    },
    {
      name: 'cxn-basel-2',
      group: GROUP,
      gateway: 'ergw-basel',
      circuit: 'erc-basel-2',
      neighbors: { primary: '10.115.4.6', secondary: '10.115.4.7' },
    },
  ],
  sites: [
    {
      name: 'dc-basel',
      prefixes: ['10.52.0.0/16', '10.53.0.0/16'],
      // different AS paths, because the gateway's neighbors of circuits with equal routes cannot be told apart
      announces: [
        { circuit: 'erc-basel-1', prefixes: ['10.52.0.0/16'] },
        { circuit: 'erc-basel-1', prefixes: ['10.53.0.0/16'], prepend: 2 },
        { circuit: 'erc-basel-2', prefixes: ['10.53.0.0/16'] },
        { circuit: 'erc-basel-2', prefixes: ['10.52.0.0/16'], prepend: 2 },
      ],
      egress: [{ circuit: 'erc-basel-1' }, { circuit: 'erc-basel-2' }],
    },
  ],
  demands: [{ name: 'basel-research', site: 'dc-basel', in: { mbps: 320 }, out: { mbps: 180 } }],
}
