import {
  azureDocumentedValues,
  getDocumentedValueForSku,
  isScalableSku,
  type AzureLimitUse,
  normalizeRegionName,
} from '#lib/contract/index.ts'

export const SERVICE_LIMITS_SOURCE = azureDocumentedValues.vnet_links.source
/** URL of Azure's documentation of the limits of gateway SKUs. */
export const GATEWAY_LIMITS_SOURCE = azureDocumentedValues.gateway_connections.source

const ADVERTISED_NOTE = `The most that one neighbor is sent, IPv6 included, of which Azure takes ${azureDocumentedValues.advertised_prefixes_ipv6.value}.`

const PEER_NOTE = 'The most that one session brings: above the limit it ends.'

interface GatewayLimits {
  connections: number
  /** null = not documented */
  prefixes: number | null
}

/**
 * Compares the number of a circuit's connections (to gateways, and to other circuits by Global Reach) with the limit
 * for its tier and bandwidth. The result is empty if ARM does not state the tier, or the bandwidth of a Premium
 * circuit. Source: Azure documentation, "Azure subscription and service limits" (ExpressRoute limits).
 */
export function compareCircuitLimits({
  tier,
  bandwidthMbps,
  networks,
  circuits,
}: {
  tier: string | null
  bandwidthMbps: number | null
  /** number of connections to gateways; Azure counts each as one virtual network */
  networks: number
  /** number of Global Reach connections, which count toward the same limit */
  circuits: number
}): AzureLimitUse[] {
  const isPremium = tier?.toLowerCase() === 'premium'
  if (tier === null || (isPremium && bandwidthMbps === null)) return []
  const limit = isPremium
    ? step(azureDocumentedValues.vnet_links_premium.value, bandwidthMbps ?? 0)
    : azureDocumentedValues.vnet_links.value
  const reach = circuits === 0 ? '' : `${circuits} of them by Global Reach. `
  const note = `${reach}What other subscriptions connect counts too, and is not in this.`
  return [rowOf('vnet_links', limit, networks + circuits, note, SERVICE_LIMITS_SOURCE)]
}

const SEEN =
  'Count of what was read here. Resources that you may not see, or that were not read, count towards the limit, too.'

/** The fields of a circuit that matter for the limits of its subscription. */
interface CountedCircuit {
  subscriptionId: string
  /** Azure region; null = not stated */
  location: string | null
}

/**
 * Compares the number of circuits in a circuit's subscription with Azure's limits, for its region and for the whole
 * subscription. If ARM does not state the region, only the whole subscription is compared. Source: Azure documentation,
 * "Azure subscription and service limits" (ExpressRoute limits).
 * @param circuits all known circuits, including `circuit`
 */
export function compareSubscriptionLimits(
  circuit: CountedCircuit,
  circuits: readonly CountedCircuit[],
): AzureLimitUse[] {
  const { circuits_in_region: region, circuits_in_subscription: all } = azureDocumentedValues
  const own = circuits.filter(
    ({ subscriptionId }) => subscriptionId.toLowerCase() === circuit.subscriptionId.toLowerCase(),
  )
  const here = circuit.location && normalizeRegionName(circuit.location)
  const near = own.filter(({ location }) => location !== null && normalizeRegionName(location) === here)
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
 * Compares a gateway with the limits of its SKU: number of connections, circuits in the same peering location, learned
 * prefixes, advertised prefixes, and connections of VPN users. Limits that Azure does not document for the SKU are left
 * out. Source: Azure documentation, "About ExpressRoute virtual network gateways", "About gateway SKUs" (VPN Gateway).
 */
export function compareGatewayLimits({
  kind,
  sku,
  units,
  mostUnits = null,
  connections,
  locations,
  prefixes,
  advertised,
  users = [],
}: {
  kind: 'expressRoute' | 'vpn'
  sku: string | null
  /** current scale units of a scalable gateway; its minimum if the current number is unknown */
  units: number | null
  /** maximum number of scale units that Azure may give to the gateway */
  mostUnits?: number | null
  connections: number
  /** peering locations of the connected circuits, one entry for each circuit */
  locations: readonly string[]
  /** largest number of prefixes that one session received; null = unknown */
  prefixes: number | null
  /** largest number of prefixes that are advertised to one neighbor; null = unknown */
  advertised: number | null
  /** connections of VPN users (point-to-site) of a VPN gateway; empty = unknown, or it has no user VPN */
  users?: readonly ConnectionsByProtocol[]
}): AzureLimitUse[] {
  const name = sku?.toLowerCase() ?? ''
  if (kind === 'vpn') {
    const { vpn_tunnels: tunnels, vpn_prefixes: routes } = azureDocumentedValues
    const size = name.replace(/az$/, '')
    const limit = getDocumentedValueForSku(tunnels.value, size)
    return [
      ...(limit === undefined ? [] : [rowOf('connections', limit, connections, null, tunnels.source)]),
      ...(prefixes === null ? [] : [rowOf('learned_prefixes', routes.value, prefixes, PEER_NOTE, routes.source)]),
      ...compareGatewayUsers(size, users),
    ]
  }
  const known = isScalableSku(name) ? scalable(units) : fixed(name)
  if (!known) return []
  const learned = 'The most that one session of the gateway brings: with several circuits it may hold more.'
  return [
    {
      ...rowOf('connections', known.connections, connections, null, GATEWAY_LIMITS_SOURCE),
      ...atMostUnits(name, units, mostUnits),
    },
    ...locationRows(locations, azureDocumentedValues.circuits_in_location.value, SERVICE_LIMITS_SOURCE),
    ...(known.prefixes === null || prefixes === null
      ? []
      : [rowOf('learned_prefixes', known.prefixes, prefixes, learned, GATEWAY_LIMITS_SOURCE)]),
    ...advertisedRows(advertised, ADVERTISED_NOTE, SERVICE_LIMITS_SOURCE),
  ]
}

/**
 * Compares the limit of circuits in one peering location with the location that has the most circuits of the gateway.
 * The list is empty if the gateway has no circuits.
 */
function locationRows(locations: readonly string[], limit: number, source: string): AzureLimitUse[] {
  const [fullest, ...others] = fullestFirst(locations)
  return fullest
    ? [rowOf('circuits_in_location', limit, fullest.count, placeNote(fullest.location, others.length), source)]
    : []
}

/**
 * Compares the number of prefixes that are advertised to one neighbor with its limit. The list is empty if the number
 * is unknown.
 */
const advertisedRows = (advertised: number | null, note: string, source: string): AzureLimitUse[] =>
  advertised === null
    ? []
    : [rowOf('advertised_prefixes', azureDocumentedValues.advertised_prefixes.value, advertised, note, source)]

const HUB_ADVERTISED_NOTE = `${ADVERTISED_NOTE} Azure documents no number of prefixes that the gateway of a hub learns; the limit of the hub applies.`

/**
 * Compares the ExpressRoute or VPN gateway of a Virtual WAN hub with its limits, which do not depend on its scale units.
 * Azure documents no limit for the prefixes that such a gateway learns. Source: Azure documentation, "About ExpressRoute
 * connections in Azure Virtual WAN" (limits), "Azure subscription and service limits" (Virtual WAN, ExpressRoute).
 */
export function compareHubGatewayLimits({
  isVpn,
  connections,
  locations,
  advertised,
}: {
  isVpn: boolean
  connections: number
  /** peering locations of the connected circuits, one entry for each circuit */
  locations: readonly string[]
  /** largest number of prefixes that are advertised to one neighbor; null = unknown */
  advertised: number | null
}): AzureLimitUse[] {
  const { hub_branches: branches, hub_circuits: circuits, hub_circuits_in_location: inLocation } = azureDocumentedValues
  if (isVpn) return [rowOf('connections', branches.value, connections, null, branches.source)]
  return [
    rowOf('connections', circuits.value, connections, null, circuits.source),
    ...locationRows(locations, inLocation.value, inLocation.source),
    ...advertisedRows(advertised, HUB_ADVERTISED_NOTE, azureDocumentedValues.advertised_prefixes.source),
  ]
}

/**
 * Compares the BGP peer of a hub that announces the most prefixes with the limit of a peer. The list is empty if no
 * peer's table was read. If the tables of other peers were not read, the number is a lower bound. Source: Azure
 * documentation, "About BGP peering with a virtual hub".
 * @param peers number of prefixes that each peer announces; null = its table was not read recently
 */
export function compareHubPeerLimits(peers: readonly { name: string; prefixes: number | null }[]): AzureLimitUse[] {
  const known = peers.flatMap(({ name, prefixes }) => (prefixes === null ? [] : [{ name, prefixes }]))
  const fullest = known.toSorted((a, b) => b.prefixes - a.prefixes)[0]
  if (!fullest) return []
  const { value, source } = azureDocumentedValues.hub_peer_prefixes
  const unread = peers.length - known.length
  const note = `Announced by ${fullest.name}.${unread > 0 ? ` The tables of other peers were not read: ${unread}.` : ''}`
  const row = rowOf('hub_peer_prefixes', value, fullest.prefixes, note, source)
  return [unread > 0 ? { ...row, isAtLeast: true } : row]
}

/**
 * Compares the number of devices that are connected to a user VPN gateway of a hub with the limit of its scale units.
 * The list is empty if one of the two numbers is unknown. Source: Azure documentation, "Virtual WAN FAQ" (how many
 * clients are supported).
 * @param name name of the gateway, for the note
 */
export function compareUserVpnLimits(name: string, devices: number | null, scaleUnits: number | null): AzureLimitUse[] {
  const { value, source } = azureDocumentedValues.user_vpn_clients
  if (devices === null || scaleUnits === null) return []
  return [
    rowOf('user_vpn_clients', step(value, scaleUnits), Math.ceil(devices), `Of ${name}, by its scale units.`, source),
  ]
}

interface ConnectionsByProtocol {
  /** protocol in Azure's words, for example `OpenVPN` */
  protocol: string
  connections: number
}

/**
 * Compares the connections of VPN users of a VPN gateway with two separate limits: the limit of the SKU for IKEv2 and
 * OpenVPN together, and the limit for SSTP. The limit of which the larger share is used is returned. The list is empty
 * if the number of connections is unknown, or if Azure documents no limit for the SKU. SKU Basic offers only SSTP.
 * @param size SKU in lower case, without `az` at its end
 */
function compareGatewayUsers(size: string, users: readonly ConnectionsByProtocol[]): AzureLimitUse[] {
  const { vpn_users: byIke, vpn_sstp_users: bySstp } = azureDocumentedValues
  const limit = getDocumentedValueForSku(byIke.value, size)
  if (users.length === 0 || (limit === undefined && size !== 'basic')) return []
  const [sstp, others] = [true, false].map((isSstp) =>
    users.reduce((sum, one) => sum + ((one.protocol.toLowerCase() === 'sstp') === isSstp ? one.connections : 0), 0),
  )
  const row = (most: number, count: number, protocols: string) =>
    rowOf('user_vpn_clients', most, Math.ceil(count), `Connections by ${protocols}, from Azure Monitor.`, byIke.source)
  return [
    ...(limit === undefined ? [] : [row(limit, others ?? 0, 'IKEv2 and OpenVPN')]),
    row(bySstp.value, sstp ?? 0, 'SSTP'),
  ]
    .toSorted((a, b) => b.share - a.share)
    .slice(0, 1)
}

function fixed(sku: string): GatewayLimits | undefined {
  const connections = getDocumentedValueForSku(azureDocumentedValues.gateway_connections.value, sku)
  return connections === undefined
    ? undefined
    : { connections, prefixes: getDocumentedValueForSku(azureDocumentedValues.gateway_prefixes.value, sku) ?? null }
}

const scalable = (units: number | null): GatewayLimits | undefined =>
  units === null
    ? undefined
    : {
        connections: step(azureDocumentedValues.scalable_connections.value, units),
        prefixes: azureDocumentedValues.scalable_prefixes.value,
      }

function atMostUnits(name: string, units: number | null, most: number | null) {
  if (!isScalableSku(name) || units === null || most === null || most <= units) return {}
  const limitAtMost = step(azureDocumentedValues.scalable_connections.value, most)
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

/**
 * Returns the limit that applies to a value. `steps` contains pairs of a minimum value and a limit, in descending order
 * of the minimum. The first pair whose minimum is at most the value applies.
 */
const step = (steps: readonly (readonly [number, number])[], value: number): number =>
  steps.find(([from]) => value >= from)?.[1] ?? 0

const rowOf = (
  name: AzureLimitUse['name'],
  limit: number,
  count: number,
  note: string | null,
  source: string,
): AzureLimitUse => ({
  name,
  limit,
  count,
  share: count / limit,
  note,
  source,
})
