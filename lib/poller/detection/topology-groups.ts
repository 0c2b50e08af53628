import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  armKey,
  armTypes,
  circuitPaths,
  countedPeerings,
  type CircuitPeering,
  type GatewayConfig,
  isPeeringEnabled,
  isPolledGatewayType,
  linksOf,
  resourceGroupOf,
  routingWeightOf,
} from '#lib/contract/index.ts'
import {
  type CircuitNode,
  type ConnectionNode,
  type GatewayNode,
  type PeeringNode,
  type Topology,
  vpnConnectionsOf,
} from '#lib/detection/index.ts'
import type { TopologyGroup, ListedResource } from './types.ts'

interface ListedGateway {
  resource: ListedResource
  config: GatewayConfig
}

/**
 * The groups of an estate: circuits, and the gateways that they are connected to or that share a virtual network. A resource without
 * connections is a group of its own. The mapping of neighbors is left empty: it is read from routes.
 */
export function groupsOf(resources: readonly ListedResource[]): TopologyGroup[] {
  const byKey = new Map(resources.map((resource) => [armKey(resource.resourceId), resource]))
  const links = resources
    .filter(({ type }) => type === armTypes.connection)
    .flatMap((resource) => endsOf(resource, byKey))
  const circuits = resources.filter(({ type }) => type === armTypes.circuit).map(circuitNode)
  const listedGateways = resources.flatMap((resource): ListedGateway[] => {
    const config = isPolledGatewayType(resource.type) ? decodeConfig(resource.type, resource.config) : null
    return config?.resource === 'gateway' ? [{ resource, config }] : []
  })
  const linksOfGateway = Map.groupBy(links, ({ gateway }) => gateway)
  const gateways = listedGateways.map((listed) => gatewayNode(listed, linksOfGateway.get(listed.resource.id) ?? []))
  const networks = Map.groupBy(listedGateways, ({ resource, config }) => config.networkKey ?? resource.id)
  const edges = [
    ...links.flatMap(({ gateway, circuit }) => (circuit ? [[gateway, circuit] as const] : [])),
    ...[...networks.values()].flatMap(([first, ...others]) =>
      first ? others.map(({ resource }) => [first.resource.id, resource.id] as const) : [],
    ),
  ]
  const components = componentsOf(
    [...circuits, ...gateways].map(({ scope }) => scope),
    edges,
  )
  const componentOf = new Map(components.flatMap((scopes, i) => scopes.map((scope) => [scope, i] as const)))
  const circuitsOf = Map.groupBy(circuits, ({ scope }) => componentOf.get(scope))
  const gatewaysOf = Map.groupBy(gateways, ({ scope }) => componentOf.get(scope))
  const connectionsOf = Map.groupBy(links, ({ gateway }) => componentOf.get(gateway))
  return components.map((scopes, i) => {
    const topology: Topology = {
      circuits: circuitsOf.get(i) ?? [],
      gateways: gatewaysOf.get(i) ?? [],
      mappings: [],
      connections: connectionsOf.get(i) ?? [],
      sites: [],
      policies: [],
      maintenance: [],
      watched: [],
    }
    return { topology, scopes: [...scopes, ...vpnConnectionsOf(topology)].toSorted() }
  })
}

function circuitNode({ id, resourceId, name, location, config }: ListedResource): CircuitNode {
  const circuit = decodeConfig(armTypes.circuit, config)
  const { provisioning, bandwidthMbps } = circuit
  const counted = countedPeerings(circuit)
  return {
    scope: id,
    name,
    provider: circuit.provider,
    location: circuit.peeringLocation,
    region: location ?? null,
    resourceGroup: resourceGroupOf(resourceId),
    connectivity: circuit.connectivity,
    bandwidthBps: bandwidthMbps === null ? null : bandwidthMbps * 1e6,
    premium: circuit.sku.tier?.toLowerCase() === 'premium',
    backedUp: null,
    peerings: circuit.peerings.map((peering) => ({
      name: peering.name,
      intent: { ...provisioning, peering: isPeeringEnabled(peering) ? 'Enabled' : 'Disabled' },
      ...customersOn(peering),
      ...(counted.includes(peering) ? { isCounted: true as const } : {}),
      ...(Object.values(peering.azurePorts).some((port) => port !== null) ? { ports: peering.azurePorts } : {}),
      ...(peering.publicPrefixes ? { publicPrefixes: peering.publicPrefixes } : {}),
    })),
  }
}

/** The customer's routers: a path's state follows its first link, IPv4's where it has one; IPv6 beside it is the second family. */
function customersOn(peering: CircuitPeering): Pick<PeeringNode, 'customers' | 'secondFamily'> {
  const [primary, secondary] = circuitPaths.map((path) => linksOf(peering, path).map(({ customer }) => customer))
  const customers = { primary: primary?.[0] ?? null, secondary: secondary?.[0] ?? null }
  const secondFamily = { primary: primary?.[1] ?? null, secondary: secondary?.[1] ?? null }
  const hasSecond = Object.values(secondFamily).some((customer) => customer !== null)
  return { customers, ...(hasSecond ? { secondFamily } : {}) }
}

function gatewayNode({ resource, config }: ListedGateway, own: readonly ConnectionNode[]): GatewayNode {
  const { id, resourceId, name, location } = resource
  const isVpn = config.kind === 'vpn'
  return {
    scope: id,
    name,
    kind: isVpn ? 'vpn' : 'expressRoute',
    region: location ?? null,
    resourceGroup: resourceGroupOf(resourceId),
    provisioningState: config.provisioningState,
    sku: config.sku.name,
    circuits: [...new Set(own.flatMap(({ circuit }) => circuit ?? []))],
    ...(isVpn ? { activeStandby: config.activeActive === false } : {}),
  }
}

function endsOf(
  { id: scope, name, config, reported }: ListedResource,
  byKey: ReadonlyMap<string, ListedResource>,
): ConnectionNode[] {
  const configured = decodeConfig(armTypes.connection, config)
  const { gatewayKeys, circuitKey, deviceKey, bgp } = configured
  const device = deviceKey === null || bgp === false ? undefined : byKey.get(deviceKey)
  const neighbor = device && decodeConfig(armTypes.localNetworkGateway, device.config).bgpAddress
  const weight = routingWeightOf(configured, reported ?? null)
  const circuit = circuitKey === null ? null : (byKey.get(circuitKey)?.id ?? null)
  return gatewayKeys.flatMap((key): ConnectionNode[] => {
    const gateway = byKey.get(key)?.id
    return gateway === undefined ? [] : [{ scope, gateway, circuit, weight, name, ...(neighbor ? { neighbor } : {}) }]
  })
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
