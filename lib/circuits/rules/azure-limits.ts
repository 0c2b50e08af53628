import { azureFacts, bySku, isScalableSku, type LimitUse, regionKey } from '#lib/contract/index.ts'

export const SERVICE_LIMITS = azureFacts.vnet_links.source
/** What gateways' SKUs take is stated here. */
export const GATEWAYS = azureFacts.gateway_connections.source

const ADVERTISED_NOTE = `The most that one neighbor is sent, IPv6 included, of which Azure takes ${azureFacts.advertised_prefixes_ipv6.value}.`

const PEER_NOTE = 'The most that one session brings: above the limit it ends.'

interface GatewayLimits {
  connections: number
  /** null = not documented */
  prefixes: number | null
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
  const limit = isPremium ? step(azureFacts.vnet_links_premium.value, bandwidthMbps ?? 0) : azureFacts.vnet_links.value
  const reach = circuits === 0 ? '' : `${circuits} of them by Global Reach. `
  const note = `${reach}What other subscriptions connect counts too, and is not in this.`
  return [rowOf('vnet_links', limit, networks + circuits, note, SERVICE_LIMITS)]
}

const SEEN =
  'Count of what was read here. Resources that you may not see, or that were not read, count towards the limit, too.'

/** A circuit as its subscription counts it. */
interface CountedCircuit {
  subscriptionId: string
  /** Azure region; null = not stated */
  location: string | null
}

/**
 * The circuits in the subscription of one against what Azure takes by region and in all; `circuits` holds the one itself. No row for a region
 * that ARM does not state.
 * Source: Azure documentation, "Azure subscription and service limits" (ExpressRoute limits).
 */
export function subscriptionLimits(circuit: CountedCircuit, circuits: readonly CountedCircuit[]): LimitUse[] {
  const { circuits_in_region: region, circuits_in_subscription: all } = azureFacts
  const own = circuits.filter(
    ({ subscriptionId }) => subscriptionId.toLowerCase() === circuit.subscriptionId.toLowerCase(),
  )
  const here = circuit.location && regionKey(circuit.location)
  const near = own.filter(({ location }) => location !== null && regionKey(location) === here)
  return [
    ...(here === null ? [] : [rowOf('circuits_in_region', region.value, near.length, SEEN, region.source)]),
    rowOf(
      'circuits_in_subscription',
      all.value,
      own.length,
      `${SEEN} Microsoft’s support raises the limit.`,
      all.source,
    ),
  ]
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
  mostUnits = null,
  connections,
  locations,
  prefixes,
  advertised,
}: {
  kind: 'expressRoute' | 'vpn'
  sku: string | null
  /** of a scalable gateway: those in use, or else those that it has at least */
  units: number | null
  /** of a scalable gateway: those that Azure may take it to */
  mostUnits?: number | null
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
    const { vpn_tunnels: tunnels, vpn_prefixes: routes } = azureFacts
    const limit = bySku(tunnels.value, name.replace(/az$/, ''))
    return [
      ...(limit === undefined ? [] : [rowOf('connections', limit, connections, null, tunnels.source)]),
      ...(prefixes === null ? [] : [rowOf('learned_prefixes', routes.value, prefixes, PEER_NOTE, routes.source)]),
    ]
  }
  const known = isScalableSku(name) ? scalable(units) : fixed(name)
  if (!known) return []
  const [fullest, ...others] = fullestFirst(locations)
  const learned = 'The most that one session of the gateway brings: with several circuits it may hold more.'
  return [
    { ...rowOf('connections', known.connections, connections, null, GATEWAYS), ...atMostUnits(name, units, mostUnits) },
    ...(fullest
      ? [
          rowOf(
            'circuits_in_location',
            azureFacts.circuits_in_location.value,
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
      : [
          rowOf(
            'advertised_prefixes',
            azureFacts.advertised_prefixes.value,
            advertised,
            ADVERTISED_NOTE,
            SERVICE_LIMITS,
          ),
        ]),
  ]
}

function fixed(sku: string): GatewayLimits | undefined {
  const connections = bySku(azureFacts.gateway_connections.value, sku)
  return connections === undefined
    ? undefined
    : { connections, prefixes: bySku(azureFacts.gateway_prefixes.value, sku) ?? null }
}

const scalable = (units: number | null): GatewayLimits | undefined =>
  units === null
    ? undefined
    : { connections: step(azureFacts.scalable_connections.value, units), prefixes: azureFacts.scalable_prefixes.value }

function atMostUnits(name: string, units: number | null, most: number | null) {
  if (!isScalableSku(name) || units === null || most === null || most <= units) return {}
  const limitAtMost = step(azureFacts.scalable_connections.value, most)
  return { limitAtMost, note: `At ${units} scale units; ${limitAtMost} at ${most}, its most.` }
}

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
