import type { LimitUse } from '#lib/contract/index.ts'

export const SERVICE_LIMITS =
  'https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#expressroute-limits'
/** What gateways' SKUs take is stated here. */
export const GATEWAYS = 'https://learn.microsoft.com/azure/expressroute/expressroute-about-virtual-network-gateways'
const VPN_GATEWAYS = 'https://learn.microsoft.com/azure/vpn-gateway/about-gateway-skus'

/** Premium: virtual networks on a circuit from a bandwidth on, Mb/s, the widest first. */
const PREMIUM_LINKS: readonly (readonly [fromMbps: number, links: number])[] = [
  [10_000, 100],
  [5_000, 75],
  [2_000, 60],
  [1_000, 50],
  [500, 40],
  [100, 25],
  [0, 20],
]
const OTHER_LINKS = 10
/** Circuits of one peering location on one virtual network, whatever the gateway's SKU. */
const CIRCUITS_IN_LOCATION = 4

/** IPv4 prefixes of virtual networks that a gateway announces over one connection, whatever its SKU. */
const ADVERTISED = 1_000
const ADVERTISED_NOTE = 'The most that one neighbor is sent, IPv6 included, of which Azure takes 100.'

interface GatewayLimits {
  connections: number
  /** null = not documented */
  prefixes: number | null
}

const small: GatewayLimits = { connections: 4, prefixes: 4_000 }
const medium: GatewayLimits = { connections: 8, prefixes: 9_500 }
const large: GatewayLimits = { connections: 16, prefixes: 9_500 }
const EXPRESS_ROUTE: Readonly<Record<string, GatewayLimits>> = {
  standard: small,
  ergw1az: small,
  highperformance: medium,
  ergw2az: medium,
  ultraperformance: large,
  ergw3az: large,
}
/** A scalable gateway takes more connections from so many scale units on. */
const SCALABLE: readonly (readonly [fromUnits: number, connections: number])[] = [
  [10, 16],
  [2, 8],
  [0, 4],
]
/** Site-to-site and VNet-to-VNet tunnels. */
const VPN: Readonly<Record<string, number>> = {
  basic: 10,
  vpngw1: 30,
  vpngw2: 30,
  vpngw3: 30,
  vpngw4: 100,
  vpngw5: 100,
}

/**
 * The virtual networks on a circuit against what its tier and bandwidth take. Empty where ARM states neither.
 * Source: Azure documentation, "Azure subscription and service limits" (ExpressRoute limits).
 */
export function circuitLimits({
  tier,
  bandwidthMbps,
  networks,
  circuits,
}: {
  tier: string | null
  bandwidthMbps: number | null
  /** connections of gateways */
  networks: number
  /** Global Reach connections, which count too */
  circuits: number
}): LimitUse[] {
  const isPremium = tier?.toLowerCase() === 'premium'
  if (tier === null || (isPremium && bandwidthMbps === null)) return []
  const limit = isPremium ? step(PREMIUM_LINKS, bandwidthMbps ?? 0) : OTHER_LINKS
  const reach = circuits === 0 ? '' : `${circuits} of them by Global Reach. `
  const note = `${reach}What other subscriptions connect counts too, and is not in this.`
  return [rowOf('vnet_links', limit, networks + circuits, note, SERVICE_LIMITS)]
}

/**
 * What a gateway carries against what its SKU takes: connections, circuits of one location, prefixes learned and announced. Empty for an SKU of which
 * nothing is documented.
 * Source: Azure documentation, "About ExpressRoute virtual network gateways", "About gateway SKUs" (VPN Gateway).
 */
export function gatewayLimits({
  kind,
  sku,
  units,
  connections,
  locations,
  prefixes,
  advertised,
}: {
  kind: 'expressRoute' | 'vpn'
  sku: string | null
  /** of a scalable gateway */
  units: number | null
  connections: number
  /** peering location of each circuit that it is connected to */
  locations: readonly string[]
  /** the most that one session brings; null = not known */
  prefixes: number | null
  /** the most that one neighbor is sent; null = not known */
  advertised: number | null
}): LimitUse[] {
  const name = sku?.toLowerCase() ?? ''
  if (kind === 'vpn') {
    const tunnels = VPN[name.replace(/az$/, '')]
    return tunnels === undefined ? [] : [rowOf('connections', tunnels, connections, null, VPN_GATEWAYS)]
  }
  const known = name === 'ergwscale' ? scalable(units) : EXPRESS_ROUTE[name]
  if (!known) return []
  const [fullest, ...others] = fullestFirst(locations)
  const learned = 'The most that one session of the gateway brings: with several circuits it may hold more.'
  return [
    rowOf('connections', known.connections, connections, null, GATEWAYS),
    ...(fullest
      ? [
          rowOf(
            'circuits_in_location',
            CIRCUITS_IN_LOCATION,
            fullest.count,
            placeNote(fullest.location, others.length),
            SERVICE_LIMITS,
          ),
        ]
      : []),
    ...(known.prefixes === null || prefixes === null
      ? []
      : [rowOf('learned_prefixes', known.prefixes, prefixes, learned, GATEWAYS)]),
    ...(advertised === null
      ? []
      : [rowOf('advertised_prefixes', ADVERTISED, advertised, ADVERTISED_NOTE, SERVICE_LIMITS)]),
  ]
}

const scalable = (units: number | null): GatewayLimits | undefined =>
  units === null ? undefined : { connections: step(SCALABLE, units), prefixes: null }

const placeNote = (location: string, others: number) =>
  others === 0
    ? `In ${location}.`
    : `In ${location}; fewer or as many in ${others} other ${others === 1 ? 'location' : 'locations'}.`

function fullestFirst(locations: readonly string[]): { location: string; count: number }[] {
  return [...Map.groupBy(locations, (location) => location)]
    .map(([location, own]) => ({ location, count: own.length }))
    .toSorted((a, b) => b.count - a.count || (a.location < b.location ? -1 : 1))
}

/** The value of the first step that is reached; the last one begins at 0. */
const step = (steps: readonly (readonly [number, number])[], value: number): number =>
  steps.find(([from]) => value >= from)?.[1] ?? 0

const rowOf = (
  name: LimitUse['name'],
  limit: number,
  count: number,
  note: string | null,
  source: string,
): LimitUse => ({
  name,
  limit,
  count,
  share: count / limit,
  note,
  source,
})
