/** Contoso in Zurich: a Metro circuit, a gateway that scales by load, and a secured hub of the Virtual WAN. */
import type { HappeningInput } from '../happening.ts'
import type { ScenarioInput } from '../schema.ts'
import { productionResourceTags } from './estate-circuits.ts'

type Lists = Required<
  Pick<ScenarioInput, 'vnets' | 'gateways' | 'circuits' | 'hubs' | 'connections' | 'sites' | 'demands'>
>

const GROUP = 'rg-contoso-zurich'
/** Address of the gateway's third instance, which exists only during the hours of the backups. */
const THIRD = '10.112.4.14'
export const zurichGroup = {
  name: GROUP,
  location: 'switzerlandnorth',
  tags: { ...productionResourceTags, customer: 'Contoso' },
}

export const zurichResources: Lists = {
  vnets: [
    {
      name: 'vnet-zurich',
      group: GROUP,
      addressSpace: ['10.112.0.0/16'],
      subnets: [{ name: 'GatewaySubnet', prefix: '10.112.4.0/26' }],
    },
    { name: 'vnet-zurich-data', group: GROUP, addressSpace: ['10.114.0.0/16'] },
  ],
  gateways: [
    {
      name: 'ergw-zurich',
      group: GROUP,
      kind: 'ExpressRoute',
      sku: 'ErGwScale',
      scaleUnits: 2,
      scaleUnitsMost: 6,
      vnet: 'vnet-zurich',
      tags: productionResourceTags,
      instances: [{ address: '10.112.4.12' }, { address: '10.112.4.13' }, { address: THIRD }],
    },
  ],
  circuits: [
    {
      name: 'erc-zurich',
      group: GROUP,
      provider: 'Equinix',
      peeringLocation: 'Zurich Metro',
      resiliencyLevel: 'High',
      connectivity: 'exchange',
      bandwidthMbps: 5000,
      stag: 214,
      tags: { ...productionResourceTags, connectivity: 'exchange', site: 'dc-zurich' },
      peerings: [{ vlan: 52, peerAsn: 65050, primary: '192.0.2.112/30', secondary: '192.0.2.116/30' }],
    },
  ],
  hubs: [
    {
      name: 'vhub-zurich',
      group: GROUP,
      tags: productionResourceTags,
      wan: 'vwan-contoso',
      addressPrefix: '10.113.0.0/23',
      routers: ['10.113.0.68', '10.113.0.69'],
      // both private traffic and traffic to the Internet pass the firewall
      firewall: { name: 'afw-vhub-zurich' },
      vnets: [{ name: 'conn-zurich-data', vnet: 'vnet-zurich-data' }],
      expressRoute: {
        name: 'ergw-vhub-zurich',
        connections: [{ name: 'conn-zurich', circuit: 'erc-zurich', share: 0.05 }],
      },
    },
  ],
  connections: [
    {
      name: 'cxn-zurich',
      group: GROUP,
      gateway: 'ergw-zurich',
      circuit: 'erc-zurich',
      neighbors: { primary: '10.112.4.4', secondary: '10.112.4.5' },
    },
  ],
  sites: [
    {
      name: 'dc-zurich',
      prefixes: ['10.50.0.0/16', '10.51.0.0/16'],
      announces: [{ circuit: 'erc-zurich' }],
      egress: [{ circuit: 'erc-zurich' }],
    },
  ],
  demands: [
    {
      // backups are sent to Azure at night, so that the gateway scales out to a third unit
      name: 'zurich-backup',
      site: 'dc-zurich',
      in: { mbps: 620, shape: 'backup' },
      out: { mbps: 35, shape: 'office' },
    },
  ],
}

const updating = (id: string, at: string): HappeningInput => ({
  id,
  op: 'configuration',
  kind: 'gateway',
  name: 'ergw-zurich',
  set: { provisioningState: 'Updating' },
  at,
  for: '6m',
  logged: false,
})

/**
 * Each day the gateway scales out for seven hours. During one large restore Azure also reports that the gateway is
 * updating.
 */
export const zurichStory: HappeningInput[] = [
  {
    id: 'zurich-scaled-in',
    op: 'instance-loss',
    gateway: 'ergw-zurich',
    instance: THIRD,
    reconnect: '1s',
    at: '-140d15h',
    for: '17h',
    every: '24h',
  },
  updating('zurich-scale-out', '-7d22h'),
  updating('zurich-scale-in', '-7d15h3m'),
  {
    id: 'zurich-restore',
    note: 'A restore beside the backups: the gateway takes a third scale unit for it.',
    op: 'traffic',
    demand: 'zurich-backup',
    factor: 1.6,
    at: '-7d22h10m',
    for: '7h',
  },
  {
    id: 'zurich-site-lost',
    note: 'One of the two locations of the Metro circuit.',
    op: 'cut-path',
    circuit: 'erc-zurich',
    path: 'secondary',
    at: '-16d5h',
    for: '26m',
  },
]
