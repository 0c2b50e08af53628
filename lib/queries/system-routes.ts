import { type Address, containsAddress, parsePrefix } from '#lib/bgp/index.ts'
import { decodeConfig } from '#lib/azure/config/index.ts'
import { armKey, armTypes, type EpochMs, peeringState, type RouteLookup } from '#lib/contract/index.ts'
import { listResources, type ResourceView } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { GatewayInNetwork } from './gateway-networks.ts'

/** A route that Azure makes by itself, for the space of a gateway's virtual network or of one that is peered with it. */
export interface SystemRoute {
  gateway: ResourceView
  kind: 'vnet' | 'peering'
  /** canonical only as far as ARM prints it so */
  prefix: string
}

/**
 * The system routes that take an address in the networks of gateways, at most one for each.
 * Source: Azure documentation, "Virtual network traffic routing" (system routes: virtual network, virtual network peering).
 * @param at undefined = now
 */
export async function systemRoutes(
  q: Queryable,
  { address, gateways, at }: { address: Address; gateways: readonly GatewayInNetwork[]; at: EpochMs | undefined },
): Promise<SystemRoute[]> {
  if (gateways.length === 0) return []
  const then = at === undefined ? {} : { at }
  const keys = [...new Set(gateways.map(({ networkKey }) => networkKey))]
  const types = [armTypes.virtualNetwork, armTypes.virtualHub]
  const networks = new Map(
    (await listResources(q, { types, keys, ...then })).map((network) => [armKey(network.resourceId), network]),
  )
  return gateways.flatMap(({ gateway, networkKey }) => {
    const network = networks.get(networkKey)
    const route = network && systemRouteIn(network, address)
    return route ? [{ gateway, ...route }] : []
  })
}

function systemRouteIn({ type, config }: ResourceView, address: Address): Omit<SystemRoute, 'gateway'> | null {
  const network = decodeConfig(type, config)
  if (network?.resource !== 'network') return null
  const own = longest(network.addressPrefixes, address)
  if (own !== null) return { kind: 'vnet', prefix: own }
  // a peering that is not connected carries nothing
  const connected = network.peerings.filter(({ state }) => peeringState(state) === 'connected')
  const peered = longest(
    connected.flatMap(({ remotePrefixes }) => remotePrefixes),
    address,
  )
  return peered === null ? null : { kind: 'peering', prefix: peered }
}

function longest(prefixes: readonly string[], address: Address): string | null {
  const covering = prefixes.flatMap((text) => {
    const prefix = parsePrefix(text)
    return prefix && containsAddress(prefix, address) ? [{ text, length: prefix.length }] : []
  })
  return covering.toSorted((a, b) => b.length - a.length)[0]?.text ?? null
}

/**
 * What Azure does with an address that no route of its own or of BGP covers: to the Internet by the default system route, except space that
 * it drops. Source: "Virtual network traffic routing" (default: 0.0.0.0/0 to Internet; 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and
 * 100.64.0.0/10 to None). IPv6: what is not global unicast (RFC 4291) leaves no network.
 */
export function uncoveredSystemRoute(address: Address): RouteLookup['system'] {
  if (address.family === 6) return isIn(GLOBAL_UNICAST, address) ? 'internet' : null
  return DROPPED.some((prefix) => isIn(prefix, address)) ? null : 'internet'
}

const GLOBAL_UNICAST = '2000::/3'
/** The last three are nowhere on the Internet: loopback, link-local, multicast and reserved space. */
const DROPPED = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
]

function isIn(text: string, address: Address): boolean {
  const prefix = parsePrefix(text)
  return prefix !== null && containsAddress(prefix, address)
}
