/**
 * The estates of the catalogue of failures: two locations (`T2`), with an additional VPN gateway (`T2v`), with a second
 * circuit in one of the locations (`T3`), and only a VPN gateway (`TV`). They have no happenings without a scenario.
 */
import type { ScenarioInput } from '../../schema.ts'

export const SCENARIO_TOPOLOGY_NAMES = ['T2', 'T2v', 'T3', 'TV'] as const
export type ScenarioTopologyName = (typeof SCENARIO_TOPOLOGY_NAMES)[number]

const GROUP = 'rg-edge'
const VLAN = 100
const CUSTOMER = 65001
/** Prefixes of the two sites and of the branch. */
const A = ['10.10.0.0/16', '10.11.0.0/16', '10.12.0.0/16', '10.13.0.0/16']
const B = ['10.20.0.0/16', '10.21.0.0/16']
const C1 = '10.30.0.0/16'
/** Number of ASNs that a site prepends on circuits that are not its home circuit. */
const AWAY = 2

type List<Name extends 'circuits' | 'connections' | 'gateways' | 'sites' | 'demands' | 'vnets'> = NonNullable<
  ScenarioInput[Name]
>

const circuit = (name: string, provider: string, peeringLocation: string, net: string): List<'circuits'>[number] => ({
  name,
  group: GROUP,
  provider,
  peeringLocation,
  connectivity: 'exchange',
  bandwidthMbps: 1000,
  peerings: [{ vlan: VLAN, peerAsn: CUSTOMER, primary: `${net}.0/30`, secondary: `${net}.4/30` }],
})

const connection = (name: string, primary: string, secondary: string): List<'connections'>[number] => ({
  name: `cxn-${name}`,
  group: GROUP,
  gateway: 'ergw-hub',
  circuit: name,
  neighbors: { primary, secondary },
})

/** Returns a constant rate, so that rates in a scenario are exact to the byte. */
const steady = (mbps: number) => ({ mbps, shape: 'flat' as const, weekend: 1, dayNoise: 0, noise: 0, ripple: 0 })
/** Returns a demand over both paths of a circuit. Its rate is twice the given rates, which are for one path. */
const demand = (site: string, into: number, out: number): List<'demands'>[number] => ({
  name: site,
  site,
  in: steady(into * 2),
  out: steady(out * 2),
})

const vnets: List<'vnets'> = [
  {
    name: 'vnet-hub',
    group: GROUP,
    addressSpace: ['10.100.0.0/16'],
    subnets: [{ name: 'GatewaySubnet', prefix: '10.100.0.0/26' }],
    peerings: [{ name: 'to-spoke', remote: 'vnet-spoke', gatewayTransit: true }],
  },
  {
    name: 'vnet-spoke',
    group: GROUP,
    addressSpace: ['10.101.0.0/16'],
    peerings: [{ name: 'to-hub', remote: 'vnet-hub', useRemoteGateways: true }],
  },
]

const base: Omit<ScenarioInput, 'name'> = {
  past: '28d',
  established: '2030-02-20T04:00:00Z',
  timers: { bfd: '1s', hold: '180s', reconnect: '12s', routesAfter: '6s', propagation: '2s' },
  protocol: { pageSize: 100 },
  subscriptions: [
    {
      id: '00000000-c0de-4000-8000-0000000000c1',
      name: 'Catalogue',
      tenant: '00000000-c0de-4000-8000-0000000000cf',
      groups: [{ name: GROUP, location: 'westeurope' }],
    },
  ],
  vnets,
}

const t2: ScenarioInput = {
  ...base,
  name: 'T2',
  description: 'Two locations, active/active.',
  gateways: [
    {
      name: 'ergw-hub',
      group: GROUP,
      kind: 'ExpressRoute',
      sku: 'ErGw1AZ',
      vnet: 'vnet-hub',
      instances: [
        {
          address: '10.0.4.12',
          internal: [
            { neighbor: '10.0.4.13', connected: true },
            { neighbor: '10.0.4.15', connected: false },
          ],
        },
        { address: '10.0.4.13', internal: [{ neighbor: '10.0.4.12', connected: true }] },
      ],
    },
  ],
  circuits: [circuit('ckt-lon', 'ProvA', 'London', '172.16.0'), circuit('ckt-ams', 'ProvB', 'Amsterdam', '172.16.1')],
  connections: [connection('ckt-lon', '10.0.4.4', '10.0.4.5'), connection('ckt-ams', '10.0.4.6', '10.0.4.7')],
  sites: [
    {
      name: 'dc-a',
      prefixes: A,
      announces: [{ circuit: 'ckt-lon' }, { circuit: 'ckt-ams', prepend: AWAY }],
      egress: [
        { circuit: 'ckt-lon', weight: 10 },
        { circuit: 'ckt-ams', weight: 5 },
      ],
    },
    {
      name: 'dc-b',
      prefixes: B,
      announces: [{ circuit: 'ckt-ams' }, { circuit: 'ckt-lon', prepend: AWAY }],
      egress: [
        { circuit: 'ckt-ams', weight: 10 },
        { circuit: 'ckt-lon', weight: 5 },
      ],
    },
  ],
  demands: [demand('dc-a', 200, 120), demand('dc-b', 100, 60)],
}

const t3: ScenarioInput = {
  ...t2,
  name: 'T3',
  description: 'Two locations, two circuits of different providers in one of them.',
  circuits: [...(t2.circuits ?? []), circuit('ckt-lon2', 'ProvB', 'London', '172.16.2')],
  connections: [...(t2.connections ?? []), connection('ckt-lon2', '10.0.4.8', '10.0.4.9')],
  sites: (t2.sites ?? []).map((site) =>
    site.name === 'dc-a'
      ? {
          ...site,
          announces: [...site.announces, { circuit: 'ckt-lon2', prepend: 1 }],
          egress: [...site.egress, { circuit: 'ckt-lon2', weight: 7 }],
        }
      : site,
  ),
}

const vpnGateway = (name: string, activeActive: boolean, addresses: readonly string[]): List<'gateways'>[number] => ({
  name,
  group: GROUP,
  kind: 'Vpn',
  sku: 'VpnGw2AZ',
  vnet: 'vnet-hub',
  activeActive,
  instances: addresses.map((address) => ({ address })),
})

const branch = (gateway: string): List<'connections'>[number] => ({
  name: 'cxn-br1',
  group: GROUP,
  gateway,
  device: { name: 'br1', address: '10.200.0.1', asn: 65010, publicAddress: '203.0.113.10' },
})

const t2v: ScenarioInput = {
  ...t2,
  name: 'T2v',
  description: 'Two locations and a branch over VPN, whose device announces one prefix of a site as a backup.',
  gateways: [...(t2.gateways ?? []), vpnGateway('vpngw-hub', true, ['10.0.5.4', '10.0.5.5'])],
  connections: [...(t2.connections ?? []), branch('vpngw-hub')],
  sites: [
    ...(t2.sites ?? []).map((site) =>
      site.name === 'dc-a'
        ? {
            ...site,
            announces: [
              ...site.announces,
              { connection: 'cxn-br1', prefixes: A.slice(0, 1), asPath: [65010, CUSTOMER] },
            ],
          }
        : site,
    ),
    {
      name: 'br1',
      prefixes: [C1],
      announces: [{ connection: 'cxn-br1' }],
      egress: [{ connection: 'cxn-br1' }],
    },
  ],
}

const tv: ScenarioInput = {
  ...base,
  name: 'TV',
  description: 'A VPN gateway alone, active-standby: one instance is seen.',
  gateways: [vpnGateway('vpngw-hub', false, ['10.0.5.4'])],
  connections: [branch('vpngw-hub')],
  sites: [
    {
      name: 'br1',
      prefixes: [C1, '10.31.0.0/16', '10.32.0.0/16'],
      announces: [{ connection: 'cxn-br1' }],
      egress: [{ connection: 'cxn-br1' }],
    },
  ],
  demands: [demand('br1', 20, 10)],
}

export const scenariosByTopology: Readonly<Record<ScenarioTopologyName, ScenarioInput>> = {
  T2: t2,
  T2v: t2v,
  T3: t3,
  TV: tv,
}
