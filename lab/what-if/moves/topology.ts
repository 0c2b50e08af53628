/**
 * Generates estates. Each has at most one hindrance, which was added on purpose, to the failover of its first circuit.
 */
import { type HindranceKind, hindranceKinds } from '#lib/resilience/api/index.ts'
import { createSeededNumberGenerator } from '../../freezes/freezer.ts'
import { oneCircuitScenario, type ScenarioInput } from '../../simulator/index.ts'

/** An estate and the circuit whose loss is predicted and then played. */
export interface MoveTopology {
  seed: number
  /** hindrance that was added to the estate; null = none */
  kind: HindranceKind | null
  scenario: ScenarioInput
  lost: { circuit: string; path: 'primary' | 'both' }
  /** whether the customer's routers report the routes that they use */
  reports: boolean
}

export const failoverHindranceKindNames = Object.keys(hindranceKinds) as HindranceKind[]

/** Number of ASNs that each circuit prepends, and the weights of the connections and of the customer's routers. */
interface Preference {
  prepends: readonly number[]
  weights: readonly number[]
  egress: readonly number[]
}

/** Kinds of estates that are generated without a hindrance. */
const styles = ['as_path', 'weight', 'ecmp', 'vpn', 'single', 'hub'] as const

const GROUP = { group: 'rg-pair' }
const circuitName = (n: number): string => `erc-${n}`
const buildCircuit = (n: number) => ({
  name: circuitName(n),
  ...GROUP,
  provider: 'Equinix',
  peeringLocation: ['Amsterdam', 'London', 'Paris'][n] ?? 'Amsterdam',
  connectivity: 'exchange' as const,
  bandwidthMbps: 1_000,
  peerings: [{ vlan: 100 + n, peerAsn: 65001, primary: `192.0.2.${8 * n}/30`, secondary: `192.0.2.${8 * n + 4}/30` }],
})
const prefixOf = (site: number, n: number): string => `10.${10 + site}.${n}.0/24`

/** Returns the estate of a seed. The same seed always gives the same estate. */
export function generateMoveTopology(seed: number, kind: HindranceKind | null): MoveTopology {
  const random = createSeededNumberGenerator(Math.imul(seed, 2_654_435_761) >>> 0)
  // similar seeds give similar first numbers, so that these are skipped
  for (let n = 0; n < 5; n++) random()
  const below = (count: number): number => Math.floor(random() * count)
  const style = kind === null ? styles[below(styles.length)] : undefined
  if (kind === 'hub_preference' || style === 'hub') return buildHubTopology(seed, kind, below)
  const isAlone = kind === 'not_provisioned' || kind === 'static_vpn' || style === 'single' || style === 'vpn'
  // no third circuit is added, because it would take over the traffic in spite of a summary or missing prefix on the
  // second circuit
  const isPair = isAlone || kind === 'summary' || kind === 'prefix_filtered'
  const hasThird = kind === 'return_path' || (!isPair && below(3) === 0)
  const count = (isAlone ? (kind === 'not_provisioned' ? 2 : 1) : 2) + (hasThird ? 1 : 0)
  const hasVpn = kind === 'static_vpn' || style === 'vpn' || (kind === null && style !== 'single' && below(4) === 0)
  const step = 1 + below(3)
  const preference = choosePreference(kind, style === 'weight', style === 'ecmp', step)
  const isReversed = kind === null && style === 'as_path' && !hasThird && below(2) === 0
  const sites = isReversed ? 2 : 1
  const prefixes = 3 + below(4)
  const all = Array.from({ length: prefixes }, (_, n) => n)
  const bandwidths = [1_000, kind === 'full_circuit' ? 50 + 50 * below(3) : 1_000, 1_000]

  const announces = (site: number, circuit: number) => {
    const own = { circuit: circuitName(circuit) }
    const prepend = preference.prepends[site === 1 ? 1 - circuit : circuit] ?? 0
    const whole = all.map((n) => prefixOf(site, n))
    const [first = '', ...others] = whole
    if (circuit === 1) {
      if (kind === 'not_provisioned') return []
      if (kind === 'prefix_filtered') return [{ ...own, prepend, prefixes: others }]
      if (kind === 'half_ecmp') return [{ ...own, prepend, path: 'primary' as const, prefixes: whole }]
      if (kind === 'summary') return [{ ...own, prepend, prefixes: [`10.${10 + site}.0.0/16`] }]
      if (kind === 'equal_length')
        return [
          { ...own, prepend: preference.prepends[0] ?? 0, prefixes: [first] },
          { ...own, prepend, prefixes: others },
        ]
    }
    return [{ ...own, prepend, prefixes: whole }]
  }
  const circuits = Array.from({ length: count }, (_, n) => n)
  const failed = below(2) === 0
  const scenario: ScenarioInput = {
    ...oneCircuitScenario,
    name: `move-${seed}`,
    vnets: [
      {
        name: 'vnet-pair',
        ...GROUP,
        addressSpace: ['10.0.4.0/24'],
        subnets: [
          {
            name: 'GatewaySubnet',
            prefix: '10.0.4.0/27',
            ...(kind === 'pinned_route' && {
              routeTable: {
                name: 'rt-gateway',
                routes: [
                  {
                    name: 'to-appliance',
                    prefix: prefixOf(0, 0),
                    type: 'VirtualAppliance' as const,
                    nextHop: '10.0.4.200',
                  },
                ],
              },
            }),
          },
        ],
      },
    ],
    gateways: [
      ...(oneCircuitScenario.gateways ?? []),
      ...(hasVpn
        ? [
            {
              name: 'gw-vpn',
              ...GROUP,
              kind: 'Vpn' as const,
              sku: 'VpnGw2AZ',
              vnet: 'vnet-pair',
              instances: [{ address: '10.0.4.24' }],
            },
          ]
        : []),
    ],
    circuits: circuits.map((n) => ({
      ...buildCircuit(n),
      bandwidthMbps: bandwidths[n] ?? 1_000,
      ...(kind === 'not_provisioned' &&
        n === 1 &&
        (failed ? { provisioningState: 'Failed' } : { providerState: 'NotProvisioned' })),
    })),
    connections: [
      ...circuits.map((n) => ({
        name: `cxn-${n}`,
        ...GROUP,
        gateway: 'gw-pair',
        circuit: circuitName(n),
        weight: preference.weights[n] ?? 0,
        neighbors: { primary: `10.0.4.${4 + 2 * n}`, secondary: `10.0.4.${5 + 2 * n}` },
      })),
      ...(hasVpn
        ? [
            {
              name: 'cxn-vpn',
              ...GROUP,
              gateway: 'gw-vpn',
              device: {
                name: 'device',
                address: '10.10.250.1',
                asn: 65001,
                publicAddress: '198.51.100.9',
                bgp: kind !== 'static_vpn',
              },
            },
          ]
        : []),
    ],
    sites: Array.from({ length: sites }, (_, site) => ({
      name: `dc-${site}`,
      prefixes: [...all.map((n) => prefixOf(site, n)), ...(kind === 'summary' ? [`10.${10 + site}.0.0/16`] : [])],
      announces: [
        ...circuits.flatMap((circuit) => announces(site, circuit)),
        ...(hasVpn ? [{ connection: 'cxn-vpn', prefixes: all.map((n) => prefixOf(site, n)) }] : []),
      ],
      egress: [
        ...circuits.map((n) => ({ circuit: circuitName(n), weight: preference.egress[site === 1 ? 1 - n : n] ?? 0 })),
        ...(hasVpn ? [{ connection: 'cxn-vpn', weight: 10 }] : []),
      ],
    })),
    demands: Array.from({ length: sites }, (_, site) => ({
      name: `demand-${site}`,
      site: `dc-${site}`,
      in: { mbps: 100 },
      out: { mbps: 500 },
      prefixes: all.map((n) => prefixOf(site, n)),
    })),
  }
  const isOfPath = kind === null && below(4) === 0
  return {
    seed,
    kind,
    scenario,
    lost: { circuit: circuitName(0), path: isOfPath ? 'primary' : 'both' },
    reports: kind === 'return_path' || below(2) === 0,
  }
}

function choosePreference(kind: HindranceKind | null, isWeighted: boolean, isEqual: boolean, step: number): Preference {
  if (isEqual) return { prepends: [0, 0, 0], weights: [0, 0, 0], egress: [100, 100, 100] }
  if (kind === 'weight_over_as_path')
    return { prepends: [step + 1, 0, step + 2], weights: [100, 0, 0], egress: [100, 90, 80] }
  return {
    prepends: [0, step, step + 1],
    weights: isWeighted ? [100, 50, 10] : [0, 0, 0],
    egress: [100, 90, kind === 'return_path' ? 200 : 80],
  }
}

/** Returns an estate with a hub, two circuits and a VPN. With the planted hindrance the hub chooses by AS path. */
function buildHubTopology(seed: number, kind: HindranceKind | null, below: (count: number) => number): MoveTopology {
  const prefixes = Array.from({ length: 2 + below(4) }, (_, n) => prefixOf(0, n))
  const step = 1 + below(3)
  const isPlanted = kind === 'hub_preference'
  // the AS path over the VPN is longer than over the first circuit, and shorter than over the second circuit
  const vpnPrepend = isPlanted ? 1 + below(step + 1) : below(4)
  const circuits = [0, 1]
  const scenario: ScenarioInput = {
    ...oneCircuitScenario,
    name: `move-${seed}`,
    circuits: circuits.map(buildCircuit),
    connections: [],
    gateways: [],
    sites: [
      {
        name: 'dc-0',
        prefixes,
        announces: circuits.map((n) => ({ circuit: circuitName(n), prepend: n === 0 ? 0 : step + 1 })),
        egress: circuits.map((n) => ({ circuit: circuitName(n), weight: 100 - n })),
      },
    ],
    demands: [],
    hubs: [
      {
        name: 'vhub-pair',
        ...GROUP,
        wan: 'vwan-pair',
        addressPrefix: '10.50.0.0/23',
        routers: ['10.50.0.68', '10.50.0.69'],
        preference: isPlanted ? 'ASPath' : 'ExpressRoute',
        expressRoute: {
          name: 'ergw-vhub',
          connections: circuits.map((n) => ({ name: `conn-${n}`, circuit: circuitName(n) })),
        },
        vpn: {
          name: 'vpngw-vhub',
          connections: [
            {
              name: 'conn-branch',
              site: 'site-branch',
              asn: 65020,
              publicAddress: '192.0.2.220',
              prefixes,
              prepend: vpnPrepend,
            },
          ],
        },
      },
    ],
  }
  return { seed, kind, scenario, lost: { circuit: circuitName(0), path: 'both' }, reports: false }
}
