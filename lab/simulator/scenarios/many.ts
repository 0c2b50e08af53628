/** An estate of any size for load tests, in which every gateway has its own circuits, site and traffic. */
import type { ScenarioInput } from '../schema.ts'

/**
 * Returns an estate.
 * @param count number of gateways
 * @param prefixes prefixes that each site announces (10,000 make a table as large as Premium allows)
 * @param perSubscription gateways in a subscription
 * @param circuitsEach circuits of a gateway, one to four
 */
export function createEstateWithManyGateways(
  count: number,
  prefixes = 8,
  perSubscription = 10,
  circuitsEach = 1,
): ScenarioInput {
  const all = Array.from({ length: count }, (_, n) => n)
  const nameOf = (n: number, nth: number): string => (nth === 0 ? `${n}` : `${n}-${nth}`)
  const circuits = all.flatMap((n) =>
    Array.from({ length: circuitsEach }, (_, nth) => ({ n, nth, name: nameOf(n, nth) })),
  )
  const overCircuitsOf = (n: number) =>
    circuits.slice(n * circuitsEach, (n + 1) * circuitsEach).map(({ name }) => ({ circuit: `erc-${name}` }))
  /** Network of gateway n, a /21 of its own for up to 4,096 gateways; `at` is the third number within it, 0 to 7. */
  const networkOf = (n: number, at = 0): string => `10.${(n >> 5) % 128}.${8 * (n % 32) + at}`
  /** First prefix of site n. The sites have different prefixes as long as they announce at most 32,768 in total. */
  const firstPrefixOf = (n: number): string => {
    const before = (n * prefixes) % Math.max(1, 32_768 - prefixes)
    return `10.${128 + (before >> 8)}.${before % 256}.0/24`
  }
  const subscriptions = Math.ceil(count / perSubscription)
  const group = (n: number): string => `rg-load-${Math.floor(n / perSubscription)}`
  return {
    name: `many-${count}`,
    description: `${count} gateways, each alone with its ${circuitsEach === 1 ? 'circuit' : `${circuitsEach} circuits`}.`,
    past: '2d',
    protocol: { pageSize: 100, lro: { min: '1ms', max: '20ms' } },
    subscriptions: Array.from({ length: subscriptions }, (_, s) => ({
      id: `00000000-10ad-4000-8000-${String(s).padStart(12, '0')}`,
      name: `Load ${s}`,
      tenant: '00000000-10ad-4000-8000-ffffffffffff',
      groups: [{ name: `rg-load-${s}`, location: 'westeurope' }],
    })),
    vnets: all.map((n) => ({
      name: `vnet-${n}`,
      group: group(n),
      addressSpace: [`${networkOf(n)}.0/21`],
      subnets: [{ name: 'GatewaySubnet', prefix: `${networkOf(n, 4)}.0/27` }],
    })),
    gateways: all.map((n) => ({
      name: `gw-${n}`,
      group: group(n),
      kind: 'ExpressRoute',
      sku: 'ErGw1AZ',
      vnet: `vnet-${n}`,
      instances: [
        {
          address: `${networkOf(n, 4)}.12`,
          internal: [{ neighbor: `${networkOf(n, 4)}.15`, connected: false }],
        },
        { address: `${networkOf(n, 4)}.13` },
      ],
    })),
    circuits: circuits.map(({ n, nth, name }) => ({
      name: `erc-${name}`,
      group: group(n),
      provider: 'Equinix',
      peeringLocation: 'Amsterdam',
      connectivity: 'exchange',
      bandwidthMbps: 1000,
      tier: prefixes > 4000 ? 'Premium' : 'Standard',
      peerings: [
        {
          vlan: 100 + (n % 3900),
          peerAsn: 65001,
          primary: `192.0.2.${8 * nth}/30`,
          secondary: `192.0.2.${8 * nth + 4}/30`,
        },
      ],
    })),
    connections: circuits.map(({ n, nth, name }) => ({
      name: `cxn-${name}`,
      group: group(n),
      gateway: `gw-${n}`,
      circuit: `erc-${name}`,
      neighbors: {
        primary: `${networkOf(n, 4)}.${4 + 2 * nth}`,
        secondary: `${networkOf(n, 4)}.${5 + 2 * nth}`,
      },
    })),
    sites: all.map((n) => ({
      name: `dc-${n}`,
      prefixes: [{ first: firstPrefixOf(n), count: prefixes }],
      announces: overCircuitsOf(n),
      egress: overCircuitsOf(n),
    })),
    demands: all.map((n) => ({ name: `all-${n}`, site: `dc-${n}`, in: { mbps: 60 }, out: { mbps: 120 } })),
  }
}
