/**
 * Draws a random estate from a seed: circuits with their peerings, gateways, a hub, a branch over VPN, and the sites
 * behind them.
 */
import type { ScenarioInput } from '../simulator/index.ts'
import type { SeededRandomChoices } from './random.ts'

const GROUP = 'rg-edge'
const PRIVATE = 'AzurePrivatePeering'
const PATHS = ['primary', 'secondary'] as const
const PLACES = ['London', 'Amsterdam', 'Frankfurt', 'Zurich Metro']
const PROVIDERS = ['ProvA', 'ProvB', 'ProvC']

type List<Name extends 'circuits' | 'connections' | 'gateways' | 'sites' | 'vnets' | 'hubs' | 'globalReach'> =
  NonNullable<ScenarioInput[Name]>
export type JudgedEstatePathName = (typeof PATHS)[number]

export interface JudgedEstateCircuit {
  readonly name: string
  readonly provider: string
  readonly place: string
  readonly peerings: readonly string[]
  /** Sites that announce their prefixes over the circuit. */
  readonly sites: readonly string[]
  /** Gateways with a connection to the circuit, and the neighbors of the gateway for each path. */
  readonly gateways: readonly { name: string; connection: string; neighbors: Record<JudgedEstatePathName, string> }[]
  /** The hub's connection to the circuit; null = none. */
  readonly hubConnection: string | null
}

export interface JudgedEstateSite {
  readonly name: string
  readonly prefixes: readonly string[]
  /** Circuits over which the site announces its prefixes. The first circuit is the home circuit of the site. */
  readonly circuits: readonly string[]
}

/** An estate with the facts that the judge uses, and as input of the simulator. */
export interface JudgedEstate {
  readonly input: ScenarioInput
  readonly circuits: readonly JudgedEstateCircuit[]
  readonly sites: readonly JudgedEstateSite[]
  readonly gateways: readonly { name: string; instances: readonly string[] }[]
  readonly vpn: { gateway: string; connection: string; device: string; instances: readonly string[] } | null
  readonly hub: { name: string; branch: string; vpnGateway: string; circuitGateway: string } | null
  readonly reach: { name: string; circuits: readonly [string, string] } | null
}

const INSTANCES = [
  ['10.0.4.12', '10.0.4.13'],
  ['10.1.4.12', '10.1.4.13'],
]

const steady = (mbps: number) => ({ mbps, shape: 'flat' as const, weekend: 1, dayNoise: 0, noise: 0, ripple: 0 })

export function generateRandomJudgedEstate(random: SeededRandomChoices): JudgedEstate {
  const { below, pick, chance } = random
  const names = Array.from({ length: 2 + below(4) }, (_, n) => `ckt-${n + 1}`)
  const gateways = INSTANCES.slice(0, chance(0.3) ? 2 : 1).map((instances, n) => ({ name: `ergw-${n + 1}`, instances }))
  const sites = names.map((circuit, n): JudgedEstateSite => {
    const others = names.filter((other) => other !== circuit)
    return {
      name: `dc-${n + 1}`,
      prefixes: Array.from({ length: 3 + below(5) }, (_, k) => `10.${10 * (n + 1) + k}.0.0/16`),
      circuits: [circuit, ...(chance(0.8) ? [pick(others)] : [])],
    }
  })
  const hasHub = chance(0.4)
  const onHub = hasHub ? pick(names) : null
  const circuits = names.map(
    (name, n): JudgedEstateCircuit => ({
      name,
      provider: pick(PROVIDERS),
      place: pick(PLACES),
      peerings: [PRIVATE, ...(chance(0.4) ? ['MicrosoftPeering'] : [])],
      sites: sites.filter((site) => site.circuits.includes(name)).map((site) => site.name),
      gateways: gateways
        .filter((_, g) => g === 0 || chance(0.5))
        .map((gateway) => ({
          name: gateway.name,
          connection: `cxn-${gateway.name}-${name}`,
          neighbors: { primary: `10.0.4.${20 + 2 * n}`, secondary: `10.0.4.${21 + 2 * n}` },
        }))
        .map((one, g) => (g === 0 ? one : { ...one, neighbors: inSecond(one.neighbors) })),
      hubConnection: onHub === name ? `conn-${name}` : null,
    }),
  )
  const vpn = chance(0.5)
    ? { gateway: 'vpngw-1', connection: 'cxn-br1', device: '10.200.0.1', instances: ['10.0.5.4', '10.0.5.5'] }
    : null
  const hub = hasHub
    ? { name: 'vhub-1', branch: 'conn-branch', vpnGateway: 'vpngw-vhub', circuitGateway: 'ergw-vhub' }
    : null
  const [a = '', b = ''] = names
  const reach = chance(0.3) ? { name: 'reach-1', circuits: [a, b] as const } : null
  const facts = { circuits, sites, gateways, vpn, hub, reach }
  const ipv6 = new Set(names.filter(() => chance(0.3)))
  return { ...facts, input: inputOf(facts, ipv6) }
}

const inSecond = ({ primary, secondary }: Record<JudgedEstatePathName, string>) => ({
  primary: primary.replace('10.0.', '10.1.'),
  secondary: secondary.replace('10.0.', '10.1.'),
})

function inputOf(estate: Omit<JudgedEstate, 'input'>, ipv6: ReadonlySet<string>): ScenarioInput {
  const { circuits, sites, gateways, vpn, hub, reach } = estate
  return {
    name: 'judged',
    past: '28d',
    timers: { bfd: '1s', hold: '180s', reconnect: '12s', routesAfter: '6s', propagation: '2s' },
    protocol: { pageSize: 100 },
    subscriptions: [
      {
        id: '00000000-c0de-4000-8000-0000000000c1',
        name: 'Judged',
        tenant: '00000000-c0de-4000-8000-0000000000cf',
        groups: [{ name: GROUP, location: 'westeurope' }],
      },
    ],
    vnets: [
      ...gateways.map(({ name }, n) => vnet(`vnet-${name}`, `10.${100 + n}.0.0/16`)),
      ...(hub ? [vnet('vnet-spoke', '10.110.0.0/16')] : []),
    ],
    gateways: [
      ...gateways.map(({ name, instances: [one = '', two = ''] }): List<'gateways'>[number] => ({
        name,
        group: GROUP,
        kind: 'ExpressRoute',
        sku: 'ErGw1AZ',
        vnet: `vnet-${name}`,
        instances: [
          { address: one, internal: [{ neighbor: two, connected: true }] },
          { address: two, internal: [{ neighbor: one, connected: true }] },
        ],
      })),
      ...(vpn
        ? [
            {
              name: vpn.gateway,
              group: GROUP,
              kind: 'Vpn' as const,
              sku: 'VpnGw2AZ',
              vnet: 'vnet-ergw-1',
              instances: vpn.instances.map((address) => ({ address })),
            },
          ]
        : []),
    ],
    circuits: circuits.map((one, n) => circuitOf(one, n, ipv6.has(one.name))),
    connections: [
      ...circuits.flatMap(({ name, gateways: own }) =>
        own.map(({ name: gateway, connection, neighbors }) => ({
          name: connection,
          group: GROUP,
          gateway,
          circuit: name,
          neighbors,
        })),
      ),
      ...(vpn
        ? [
            {
              name: vpn.connection,
              group: GROUP,
              gateway: vpn.gateway,
              device: { name: 'br1', address: vpn.device, asn: 65010, publicAddress: '203.0.113.10' },
            },
          ]
        : []),
    ],
    ...(reach
      ? {
          globalReach: [
            { name: reach.name, circuit: reach.circuits[0], peer: reach.circuits[1], prefix: '172.31.255.0/29' },
          ],
        }
      : {}),
    ...(hub ? { hubs: [hubOf(hub, circuits)] } : {}),
    sites: [
      ...sites.map((site) => ({
        name: site.name,
        prefixes: [...site.prefixes],
        announces: site.circuits.map((circuit, n) => ({ circuit, prepend: 2 * n })),
        egress: site.circuits.map((circuit, n) => ({ circuit, weight: 10 - n })),
      })),
      ...(vpn
        ? [
            {
              name: 'br1',
              prefixes: ['10.90.0.0/16'],
              announces: [{ connection: vpn.connection }],
              egress: [{ connection: vpn.connection }],
            },
          ]
        : []),
    ],
    demands: sites.map(({ name }, n) => ({ name, site: name, in: steady(200 + 40 * n), out: steady(120 + 20 * n) })),
  }
}

const vnet = (name: string, space: string): List<'vnets'>[number] => ({ name, group: GROUP, addressSpace: [space] })

function circuitOf(
  { name, provider, place, peerings }: JudgedEstateCircuit,
  n: number,
  hasIpv6: boolean,
): List<'circuits'>[number] {
  return {
    name,
    group: GROUP,
    provider,
    peeringLocation: place,
    ...(place.endsWith('Metro') ? { resiliencyLevel: 'High' as const } : {}),
    connectivity: 'exchange',
    bandwidthMbps: 1000,
    peerings: peerings.map((type) =>
      type === PRIVATE
        ? {
            vlan: 100,
            peerAsn: 65001,
            primary: `172.16.${n}.0/30`,
            secondary: `172.16.${n}.4/30`,
            ...(hasIpv6 ? { ipv6: { primary: `fd00:${n + 1}::/126`, secondary: `fd00:${n + 1}::4/126` } } : {}),
          }
        : {
            type: 'MicrosoftPeering' as const,
            vlan: 200,
            peerAsn: 100,
            primary: `198.51.100.${16 * n}/30`,
            secondary: `198.51.100.${16 * n + 4}/30`,
            microsoft: { advertised: ['203.0.113.0/24'], received: [{ first: '52.96.0.0/16', count: 20 }] },
          },
    ),
  }
}

const hubOf = (
  { name, branch, vpnGateway, circuitGateway }: NonNullable<JudgedEstate['hub']>,
  circuits: readonly JudgedEstateCircuit[],
): List<'hubs'>[number] => ({
  name,
  group: GROUP,
  wan: 'vwan',
  addressPrefix: '10.120.0.0/23',
  routers: ['10.120.0.68', '10.120.0.69'],
  vnets: [{ name: 'conn-spoke', vnet: 'vnet-spoke' }],
  expressRoute: {
    name: circuitGateway,
    connections: circuits.flatMap(({ name: circuit, hubConnection }) =>
      hubConnection === null ? [] : [{ name: hubConnection, circuit }],
    ),
  },
  vpn: {
    name: vpnGateway,
    connections: [
      {
        name: branch,
        site: 'branch',
        asn: 65020,
        publicAddress: '192.0.2.220',
        prefixes: ['10.140.0.0/16', '10.141.0.0/16'],
      },
    ],
  },
})
