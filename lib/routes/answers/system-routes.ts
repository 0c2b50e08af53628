import { type IpAddress, doesPrefixContainAddress, parsePrefix } from '#lib/bgp/index.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { normalizeArmId, armTypes, type EpochMs, getNetworkPeeringState } from '#lib/contract/index.ts'
import { readResourcePage, type ResourceView } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { GatewayWithNetwork } from '#lib/gateways/answers/index.ts'
import type { RouteLookup } from '../api/index.ts'

/**
 * A system route of Azure for the address space of a gateway's virtual network, or of a network that is peered with it.
 */
export interface SystemRoute {
  gateway: ResourceView
  kind: 'vnet' | 'peering'
  /** name of the virtual network that contains the address; null = unknown */
  network: string | null
  /** prefix in the form in which ARM returns it, which may not be canonical */
  prefix: string
}

/**
 * Returns the system routes that cover an address, at most one for each gateway. Source: Azure documentation, "Virtual
 * network traffic routing" (system routes: virtual network, virtual network peering).
 * @param at undefined = now
 */
export async function findSystemRoutes(
  q: SqlExecutor,
  { address, gateways, at }: { address: IpAddress; gateways: readonly GatewayWithNetwork[]; at: EpochMs | undefined },
): Promise<SystemRoute[]> {
  if (gateways.length === 0) return []
  const then = at === undefined ? {} : { at }
  const keys = [...new Set(gateways.map(({ networkKey }) => networkKey))]
  const types = [armTypes.virtualNetwork, armTypes.virtualHub]
  const read = async (networkKeys: readonly string[]) =>
    networkKeys.length === 0 ? [] : readResourcePage(q, { types, keys: networkKeys, ...then })
  const byKey = (networks: readonly ResourceView[]) =>
    new Map(networks.map((network) => [normalizeArmId(network.resourceId), network]))
  const networks = byKey(await read(keys))
  const routes = gateways.flatMap(({ gateway, networkKey }) => {
    const network = networks.get(networkKey)
    const route = network && systemRouteIn(network, address)
    return route ? [{ gateway, ...route, key: route.kind === 'vnet' ? networkKey : route.remoteKey }] : []
  })
  const remotes = new Set(routes.flatMap(({ key }) => (key === null || networks.has(key) ? [] : key)))
  const named = new Map([...networks, ...byKey(await read([...remotes]))])
  return routes.map(({ gateway, kind, prefix, key }) => ({
    gateway,
    kind,
    prefix,
    network: named.get(key ?? '')?.name ?? null,
  }))
}

/**
 * Returns the subnets with private endpoints that contain an address, in the networks of gateways and in networks that
 * are peered with them. Source: learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy.
 * @param at undefined = now
 */
export async function findPrivateEndpointSubnets(
  q: SqlExecutor,
  { address, gateways, at }: { address: IpAddress; gateways: readonly GatewayWithNetwork[]; at: EpochMs | undefined },
): Promise<RouteLookup['privateEndpoints']> {
  const then = at === undefined ? {} : { at }
  const types = [armTypes.virtualNetwork]
  const list = (keys: readonly string[]) => readResourcePage(q, { types, keys: [...new Set(keys)], ...then })
  const own = await list(gateways.map(({ networkKey }) => networkKey))
  const remotes = own.flatMap(({ type, config }) => {
    const network = decodeResourceConfig(type, config)
    return network?.resource === 'network' ? network.peerings.flatMap(({ remoteKey }) => remoteKey ?? []) : []
  })
  const networks = new Map([...own, ...(await list(remotes))].map((network) => [network.id, network]))
  return [...networks.values()].flatMap(({ name, type, config }) => {
    const network = decodeResourceConfig(type, config)
    if (network?.resource !== 'network') return []
    return network.privateEndpoints.flatMap(({ subnet, prefixes, appliesRoutes }) => {
      const prefix = longest(prefixes, address)
      return prefix === null ? [] : [{ network: name, subnet, prefix, appliesRoutes }]
    })
  })
}

function systemRouteIn(
  { type, config }: ResourceView,
  address: IpAddress,
): (Pick<SystemRoute, 'kind' | 'prefix'> & { remoteKey: string | null }) | null {
  const network = decodeResourceConfig(type, config)
  if (network?.resource !== 'network') return null
  const own = longest(network.addressPrefixes, address)
  if (own !== null) return { kind: 'vnet', prefix: own, remoteKey: null }
  // a disconnected peering does not carry traffic
  const connected = network.peerings.filter(({ state }) => getNetworkPeeringState(state) === 'connected')
  const peered = longest(
    connected.flatMap(({ remotePrefixes }) => remotePrefixes),
    address,
  )
  if (peered === null) return null
  const remote = connected.find(({ remotePrefixes }) => remotePrefixes.includes(peered))
  return { kind: 'peering', prefix: peered, remoteKey: remote?.remoteKey ?? null }
}

function longest(prefixes: readonly string[], address: IpAddress): string | null {
  const covering = prefixes.flatMap((text) => {
    const prefix = parsePrefix(text)
    return prefix && doesPrefixContainAddress(prefix, address) ? [{ text, length: prefix.length }] : []
  })
  return covering.toSorted((a, b) => b.length - a.length)[0]?.text ?? null
}
