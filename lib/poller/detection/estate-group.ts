import { type ByFamily, linkHosts } from '#lib/bgp/index.ts'
import type { CircuitPath } from '#lib/contract/index.ts'
import {
  type CircuitNode,
  type GatewayNode,
  type PeeringNode,
  resourceGroupOf,
  type Topology,
} from '#lib/detection/index.ts'
import { fieldOf, isObject, listOf, peeringsOf, textOf } from '../arm-config.ts'
import { CIRCUITS, CONNECTIONS, GATEWAYS } from '../plan.ts'
import type { ListedResource } from './store.ts'

/** Connected circuits and gateways, and what the ranking of their routes needs. */
export interface EstateGroup {
  topology: Topology
  /** every scope of the group, sorted */
  scopes: string[]
  /** routing weight of the connection, by `gateway circuit` */
  weights: ReadonlyMap<string, number>
}

interface Link {
  connection: string
  gateway: string
  circuit: string | null
  /** gateways in one virtual network stand in one group */
  weight: number | null
}

const armKey = (id: string) => id.toLowerCase().replace(/\/+$/, '')

/**
 * The groups of an estate: circuits, and the gateways that they are connected to or that share a virtual network. What is
 * connected to nothing is a group of its own. The mapping of neighbors is not in it: that has to be read from routes.
 */
export function groupsOf(resources: readonly ListedResource[]): EstateGroup[] {
  const byKey = new Map(resources.map((resource) => [armKey(resource.resourceId), resource]))
  const links = resources.filter(({ type }) => type === CONNECTIONS).flatMap((resource) => linksOf(resource, byKey))
  const circuits = resources.filter(({ type }) => type === CIRCUITS).map(circuitNode)
  const gateways = resources.filter(({ type }) => type === GATEWAYS).map((resource) => gatewayNode(resource, links))
  const weights = new Map(
    links.flatMap(({ gateway, circuit, weight }) =>
      circuit && weight !== null ? [[`${gateway} ${circuit}`, weight] as const] : [],
    ),
  )
  const vnets = Map.groupBy(
    resources.filter(({ type }) => type === GATEWAYS),
    ({ config, id }) => vnetOf(config) ?? id,
  )
  const edges = [
    ...links.flatMap(({ gateway, circuit }) => (circuit ? [[gateway, circuit] as const] : [])),
    ...[...vnets.values()].flatMap((own) => own.slice(1).map(({ id }) => [own[0]?.id ?? id, id] as const)),
  ]
  const components = componentsOf(
    [...circuits, ...gateways].map(({ scope }) => scope),
    edges,
  )
  return components.map((scopes) => {
    const inside = new Set(scopes)
    const topology: Topology = {
      circuits: circuits.filter(({ scope }) => inside.has(scope)),
      gateways: gateways.filter(({ scope }) => inside.has(scope)),
      mappings: [],
      connections: links
        .filter(({ gateway }) => inside.has(gateway))
        .map(({ connection, gateway, circuit }) => ({ scope: connection, gateway, circuit })),
      sites: [],
      policies: [],
      maintenance: [],
      watched: [],
    }
    return { topology, scopes: [...scopes, ...vpnConnectionsOf(topology)].toSorted(), weights }
  })
}

/** Connections whose bytes are a way of their own; those to a circuit carry what its counters tell. */
export function vpnConnectionsOf({ gateways, connections = [] }: Topology): string[] {
  const isOfVpn = (scope: string) => gateways.some((gateway) => gateway.scope === scope && gateway.kind === 'vpn')
  const own = connections.filter(({ gateway, circuit }) => circuit === null && isOfVpn(gateway))
  return [...new Set(own.map(({ scope }) => scope))]
}

function circuitNode({ id, resourceId, name, location, config }: ListedResource): CircuitNode {
  const properties = fieldOf(config, 'serviceProviderProperties')
  const provider = isObject(properties) ? properties : {}
  const megabits = provider.bandwidthInMbps
  const gigabits = fieldOf(config, 'bandwidthInGbps')
  const sku = fieldOf(config, 'sku')
  const circuit = textOf(fieldOf(config, 'circuitProvisioningState'))
  const state = textOf(fieldOf(config, 'serviceProviderProvisioningState'))
  return {
    scope: id,
    name,
    provider: textOf(provider.serviceProviderName),
    location: textOf(provider.peeringLocation),
    region: location ?? null,
    resourceGroup: resourceGroupOf(resourceId),
    connectivity: connectivityOf(config),
    bandwidthBps: typeof megabits === 'number' ? megabits * 1e6 : typeof gigabits === 'number' ? gigabits * 1e9 : null,
    premium: isObject(sku) && textOf(sku.tier)?.toLowerCase() === 'premium',
    backedUp: null,
    peerings: peeringsOf(config).map(({ name: peering, enabled, subnets, publicPrefixes }) => ({
      name: peering,
      intent: { circuit, provider: state, peering: enabled ? 'Enabled' : 'Disabled' },
      ...routersOn(subnets),
      ...(publicPrefixes ? { publicPrefixes } : {}),
    })),
  }
}

/** The customer's routers: a path is judged by its IPv4 session where it has one; what it has beside that is of the second family. */
function routersOn(subnets: Record<CircuitPath, ByFamily>): Pick<PeeringNode, 'customers' | 'secondFamily'> {
  const each = (pick: (path: ByFamily) => string | null) => {
    const at = (subnet: string | null) => (subnet === null ? null : (linkHosts(subnet)?.customer ?? null))
    return { primary: at(pick(subnets.primary)), secondary: at(pick(subnets.secondary)) }
  }
  const secondFamily = each(({ ipv4, ipv6 }) => (ipv4 === null ? null : ipv6))
  const hasSecond = Object.values(secondFamily).some((customer) => customer !== null)
  return { customers: each(({ ipv4, ipv6 }) => ipv4 ?? ipv6), ...(hasSecond ? { secondFamily } : {}) }
}

/** Who runs BGP: whoever last wrote the peering (as the circuit's own answer says it). */
function connectivityOf(config: unknown): CircuitNode['connectivity'] {
  if (fieldOf(config, 'expressRoutePort') !== undefined && fieldOf(config, 'expressRoutePort') !== null) return 'direct'
  const writer = listOf(fieldOf(config, 'peerings'))
    .map((peering) => textOf(fieldOf(peering, 'lastModifiedBy')))
    .find((name) => name !== null)
  if (!writer) return null
  return writer.toLowerCase() === 'customer' ? 'exchange' : 'telco'
}

function gatewayNode({ id, resourceId, name, location, config }: ListedResource, links: readonly Link[]): GatewayNode {
  const isVpn = textOf(fieldOf(config, 'gatewayType'))?.toLowerCase() === 'vpn'
  const own = links.filter(({ gateway }) => gateway === id)
  return {
    scope: id,
    name,
    kind: isVpn ? 'vpn' : 'expressRoute',
    region: location ?? null,
    resourceGroup: resourceGroupOf(resourceId),
    provisioningState: textOf(fieldOf(config, 'provisioningState')),
    circuits: [...new Set(own.flatMap(({ circuit }) => circuit ?? []))],
    ...(isVpn ? { activeStandby: fieldOf(config, 'activeActive') === false } : {}),
  }
}

function linksOf({ id: connection, config }: ListedResource, byKey: ReadonlyMap<string, ListedResource>): Link[] {
  const at = (field: string) => {
    const end = fieldOf(config, field)
    const id = isObject(end) ? textOf(end.id) : null
    return id === null ? null : (byKey.get(armKey(id))?.id ?? null)
  }
  const weight = fieldOf(config, 'routingWeight')
  const gateways = [at('virtualNetworkGateway1'), at('virtualNetworkGateway2')].flatMap((id) => id ?? [])
  return gateways.map((gateway) => ({
    connection,
    gateway,
    circuit: at('peer'),
    weight: typeof weight === 'number' ? weight : null,
  }))
}

function vnetOf(config: unknown): string | null {
  const [first] = listOf(fieldOf(config, 'ipConfigurations'))
  const subnet = fieldOf(first, 'subnet')
  const id = isObject(subnet) ? textOf(subnet.id) : null
  return id === null ? null : (/^(.*\/virtualnetworks\/[^/]+)/i.exec(id)?.[1]?.toLowerCase() ?? null)
}

function componentsOf(nodes: readonly string[], edges: readonly (readonly [string, string])[]): string[][] {
  const parent = new Map(nodes.map((node) => [node, node]))
  const root = (node: string): string => {
    let at = node
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up
    return at
  }
  for (const [a, b] of edges) if (parent.has(a) && parent.has(b)) parent.set(root(a), root(b))
  return [...Map.groupBy(nodes, root).values()]
}
