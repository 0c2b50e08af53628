import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  circuitPaths,
  doesConnectionPropagate,
  listSeparatelyCountedPeerings,
  type CircuitPeering,
  type GatewayConfig,
  getPeeringConfiguredState,
  countActivePorts,
  isAutoscaling,
  judgeLagLink,
  isDirectType,
  isSessionGatewayType,
  type NetworkPeeringSideConfig,
  listCircuitPathLinks,
  findGatewayMigration,
  listPublicPrefixes,
  getResourceGroupId,
  getRoutingWeight,
  formatGlobalReachName,
  getSubscriptionId,
  getTopLevelResourceId,
  isConfigKnownEffective,
  isOwnHubTable,
  isVpnGateway,
  parseArmId,
} from '#lib/contract/index.ts'
import {
  type CircuitNode,
  type ConnectionNode,
  type GatewayNode,
  type HubConnectionNode,
  type HubNode,
  type HubRouteMapNode,
  type HubVpnGatewayNode,
  type LagNode,
  type NetworkPeeringLink,
  type NetworkNode,
  type CircuitPeeringNode,
  type GroupTopology,
  listVpnConnectionIds,
} from '#lib/detection/index.ts'
import type { TopologyGroup, ListedResource } from './types.ts'

interface ListedGateway {
  resource: ListedResource
  config: GatewayConfig
}

/**
 * Returns the groups of all monitored resources. A group contains resources that are connected: circuits, the gateways
 * connected to them (of virtual networks or hubs), and other gateways in the same virtual network. A resource without
 * connections is a group of its own, and so is a LAG without a listed circuit. `mappings` is left empty, because it is
 * read from routes.
 */
export function groupConnectedResources(resources: readonly ListedResource[]): TopologyGroup[] {
  const byKey = new Map(resources.map((resource) => [normalizeArmId(resource.resourceId), resource]))
  const links = resources
    .filter(({ type }) => type === armTypes.connection)
    .flatMap((resource) => endsOf(resource, byKey))
  const circuits = resources
    .filter(({ type }) => type === armTypes.circuit)
    .map((resource) => circuitNode(resource, byKey))
  const portKeys = new Set(circuits.flatMap(listPortKeys))
  const lagsAlone = new Map(
    resources.flatMap((resource) => {
      const key = normalizeArmId(resource.resourceId)
      return resource.type === armTypes.lag && !portKeys.has(key) ? [[resource.id, key] as const] : []
    }),
  )
  const listedGateways = resources.flatMap((resource): ListedGateway[] => {
    const config = isSessionGatewayType(resource.type) ? decodeResourceConfig(resource.type, resource.config) : null
    // leave out a hub's gateway without connections, because it has no sessions and no other resource depends on it
    const isUsed =
      resource.type !== armTypes.vpnGateway || (config?.resource === 'gateway' && config.hubConnections.length > 0)
    return config?.resource === 'gateway' && isUsed ? [{ resource, config }] : []
  })
  const linksOfGateway = Map.groupBy(links, ({ gateway }) => gateway)
  const networks = Map.groupBy(listedGateways, ({ resource, config }) => config.networkKey ?? resource.id)
  const gateways = listedGateways.map((listed) => {
    const inNetwork = networks.get(listed.config.networkKey ?? listed.resource.id) ?? []
    const beside = inNetwork.filter((one) => one !== listed)
    return gatewayNode(listed, linksOfGateway.get(listed.resource.id) ?? [], beside)
  })
  const hubLinks = hubLinksOf(resources, byKey)
  const hubVpn = listedGateways
    .filter(({ resource }) => resource.type === armTypes.vpnGateway)
    .map((gateway) => hubVpnNode(gateway, byKey))
  const hubs = hubsOf(resources, byKey)
  const edges = [
    ...hubs.flatMap(({ scope, gateways: own }) =>
      Object.values<string>(own).map((gateway) => [scope, gateway] as const),
    ),
    ...hubLinks.map(({ gateway, circuit }) => [gateway, circuit] as const),
    ...links.flatMap(({ gateway, circuit }) => (circuit ? [[gateway, circuit] as const] : [])),
    ...[...networks.values()].flatMap(([first, ...others]) =>
      first ? others.map(({ resource }) => [first.resource.id, resource.id] as const) : [],
    ),
  ]
  const components = componentsOf(
    [
      ...[...circuits, ...gateways, ...hubVpn].map(({ scope }) => scope),
      ...new Set([
        ...hubLinks.map(({ gateway }) => gateway),
        ...hubs.flatMap(({ scope, gateways: own }) => [scope, ...Object.values(own)]),
      ]),
      ...lagsAlone.keys(),
    ],
    edges,
  )
  const componentOf = new Map(components.flatMap((scopes, i) => scopes.map((scope) => [scope, i] as const)))
  const circuitsOf = Map.groupBy(circuits, ({ scope }) => componentOf.get(scope))
  const gatewaysOf = Map.groupBy(gateways, ({ scope }) => componentOf.get(scope))
  const connectionsOf = Map.groupBy(links, ({ gateway }) => componentOf.get(gateway))
  const hubVpnOf = Map.groupBy(hubVpn, ({ scope }) => componentOf.get(scope))
  const hubsOfGroup = Map.groupBy(hubs, ({ scope }) => componentOf.get(scope))
  const hubLinksOfGroup = Map.groupBy(hubLinks, ({ gateway }) => componentOf.get(gateway))
  // all gateways of a virtual network are in the same group, so the first gateway is enough
  const networksHolding = Map.groupBy(networksOf(resources, networks), ({ gateways: [first = ''] }) =>
    componentOf.get(first),
  )
  const subscriptionsByScope = new Map(resources.map(({ id, resourceId }) => [id, getSubscriptionId(resourceId)]))
  return components.map((scopes, i) => {
    const holding = (networksHolding.get(i) ?? []).map(({ node }) => node)
    const ofHubs = hubLinksOfGroup.get(i)
    const hubVpnGateways = hubVpnOf.get(i)
    const ownHubs = hubsOfGroup.get(i)
    const ownPorts = [
      ...(circuitsOf.get(i) ?? []).flatMap(listPortKeys),
      ...scopes.flatMap((scope) => lagsAlone.get(scope) ?? []),
    ]
    const lags = lagNodes(ownPorts, byKey, lagsAlone)
    const topology: GroupTopology = {
      ...(lags.length > 0 ? { lags } : {}),
      ...(holding.length > 0 ? { networks: holding } : {}),
      circuits: circuitsOf.get(i) ?? [],
      gateways: gatewaysOf.get(i) ?? [],
      mappings: [],
      connections: connectionsOf.get(i) ?? [],
      ...(ofHubs ? { hubConnections: ofHubs } : {}),
      ...(hubVpnGateways ? { hubVpnGateways } : {}),
      ...(ownHubs ? { hubs: ownHubs } : {}),
      sites: [],
      policies: [],
      maintenance: [],
      watched: [],
    }
    const maps = (ownHubs ?? []).flatMap(({ routeMaps = [] }) => routeMaps)
    const further = [...listVpnConnectionIds(topology), ...[...holding, ...lags, ...maps].map(({ scope }) => scope)]
    const subscriptions = new Set(scopes.flatMap((scope) => subscriptionsByScope.get(scope) ?? []))
    return { topology, scopes: [...new Set([...scopes, ...further])].toSorted(), subscriptions: [...subscriptions] }
  })
}

/** Returns the VPN gateway of a Virtual WAN hub with the names of its links and the neighbors behind its connections. */
function hubVpnNode(
  { resource: { id: scope }, config: { hubConnections } }: ListedGateway,
  byKey: ReadonlyMap<string, ListedResource>,
): HubVpnGatewayNode {
  const links = hubConnections.flatMap((connection) => connection.links.map(({ name }) => name))
  const neighbors = hubConnections.flatMap(({ name, siteKey }) => {
    const site = siteKey === null ? undefined : byKey.get(siteKey)
    const { devices } = site ? decodeResourceConfig(armTypes.vpnSite, site.config) : { devices: [] }
    return devices.flatMap(({ bgpAddress }) => (bgpAddress === null ? [] : [[bgpAddress, name] as const]))
  })
  return { scope, links, ...(neighbors.length > 0 && { neighbors: Object.fromEntries(neighbors) }) }
}

/** Returns the Virtual WAN hubs with gateways, each followed by its route tables that users created and use. */
function hubsOf(resources: readonly ListedResource[], byKey: ReadonlyMap<string, ListedResource>): HubNode[] {
  const gateways = resources.flatMap(({ id, resourceId, type, name, config }) => {
    const kind = hubGatewayTypes[type]
    const decoded = kind === undefined ? null : decodeResourceConfig(type, config)
    const hub = decoded?.resource === 'gateway' && decoded.networkKey !== null ? byKey.get(decoded.networkKey) : null
    if (!hub || decoded?.resource !== 'gateway') return []
    const connections = decoded.hubConnections.map((connection) => connection.name)
    return [{ hub: hub.id, key: `${kind}/${name}`.toLowerCase(), id, resourceId, connections }]
  })
  const tables = resources.flatMap((resource) => {
    const isOwn = resource.type === armTypes.hubRouteTable && isOwnHubTable(resource.name)
    const config = isOwn ? decodeResourceConfig(armTypes.hubRouteTable, resource.config) : null
    const hub = byKey.get(normalizeArmId(getTopLevelResourceId(resource.resourceId)))
    return config && hub && config.associated > 0 ? [{ hub: hub.id, resource, config }] : []
  })
  const maps = Map.groupBy(routeMapsOf(resources, byKey), ({ hub }) => hub)
  return [...Map.groupBy(gateways, ({ hub }) => hub)].flatMap(([scope, own]): HubNode[] => {
    const routeMaps = (maps.get(scope) ?? []).map(({ map }) => map)
    const byName = Object.fromEntries(own.map(({ key, id }) => [key, id]))
    return [
      {
        scope,
        gateways: byName,
        connections: Object.fromEntries(own.map(({ id, connections }) => [id, connections])),
        ...(routeMaps.length > 0 && { routeMaps }),
      },
      ...tables
        .filter(({ hub }) => hub === scope)
        .map(({ resource, config }) => ({
          scope: resource.id,
          table: { hub: scope, name: resource.name },
          gateways: byName,
          connections: Object.fromEntries(
            own.map(({ id, resourceId, connections }) => [
              id,
              connections.filter((name) => doesConnectionPropagate(config, resourceId, name)),
            ]),
          ),
        })),
    ]
  })
}

/**
 * Returns the route maps that change inbound routes of connections of hubs' gateways, each with the scope of its hub.
 * Rules of a map whose last change did not succeed may have no effect, so they count as partly unknown.
 */
function routeMapsOf(
  resources: readonly ListedResource[],
  byKey: ReadonlyMap<string, ListedResource>,
): { hub: string; map: HubRouteMapNode }[] {
  const scopeOf = (id: string) => byKey.get(normalizeArmId(getTopLevelResourceId(id)))?.id
  return resources.flatMap(({ id: scope, resourceId, type, name, config }) => {
    const map = type === armTypes.hubRouteMap ? decodeResourceConfig(armTypes.hubRouteMap, config) : null
    const hub = scopeOf(resourceId)
    if (!map || hub === undefined) return []
    const isEffective = isConfigKnownEffective(map)
    const rules = map.steps.map((rule) => ({ ...rule, isPartial: rule.isPartial || !isEffective }))
    const inbound = map.inboundIds.flatMap((id) => {
      const [gateway, connection] = [scopeOf(id), parseArmId(id)?.name]
      return gateway === undefined || gateway === hub || connection === undefined ? [] : [{ gateway, connection }]
    })
    return inbound.length > 0 ? [{ hub, map: { scope, name, rules, inbound } }] : []
  })
}

/** The last part of the ARM type of a hub's gateways, by ARM type. */
const hubGatewayTypes: Readonly<Record<string, string>> = createSafeLookupTable({
  [armTypes.expressRouteGateway]: 'expressRouteGateways',
  [armTypes.vpnGateway]: 'vpnGateways',
})

/**
 * Returns the connections between gateways of Virtual WAN hubs and circuits in the inventory. ARM lists them inside the
 * gateways.
 */
function hubLinksOf(
  resources: readonly ListedResource[],
  byKey: ReadonlyMap<string, ListedResource>,
): HubConnectionNode[] {
  return resources.flatMap(({ id: gateway, type, config }) => {
    const decoded = type === armTypes.expressRouteGateway ? decodeResourceConfig(type, config) : null
    if (decoded?.resource !== 'gateway') return []
    return decoded.hubConnections.flatMap(({ name, circuitKey }) => {
      const circuit = circuitKey === null ? undefined : byKey.get(circuitKey)?.id
      return circuit === undefined ? [] : [{ gateway, name, circuit }]
    })
  })
}

/**
 * Returns the virtual networks that contain gateways, with their peerings.
 * @param gateways gateways by the key of their virtual network
 */
function networksOf(
  resources: readonly ListedResource[],
  gateways: ReadonlyMap<string, readonly ListedGateway[]>,
): { gateways: string[]; node: NetworkNode }[] {
  const decoded = resources.flatMap((resource) => {
    const config =
      resource.type === armTypes.virtualNetwork ? decodeResourceConfig(resource.type, resource.config) : null
    return config?.resource === 'network' ? [{ resource, key: normalizeArmId(resource.resourceId), config }] : []
  })
  const byKey = new Map(decoded.map((network) => [network.key, network]))
  const pointing = Map.groupBy(
    decoded.flatMap(({ key, config }) => config.peerings.map((peering) => ({ from: key, peering }))),
    ({ peering }) => peering.remoteKey,
  )
  return decoded.flatMap(({ resource: { id: scope, name }, key, config }) => {
    const within = gateways.get(key) ?? []
    if (within.length === 0) return []
    const backs = new Map((pointing.get(key) ?? []).map(({ from, peering }) => [from, peering]))
    const owns = new Map(
      config.peerings.flatMap((peering) => (peering.remoteKey === null ? [] : [[peering.remoteKey, peering]])),
    )
    const links = [...new Set([...owns.keys(), ...backs.keys()])].map((remoteKey): NetworkPeeringLink => {
      const [own, back] = [owns.get(remoteKey) ?? null, backs.get(remoteKey) ?? null]
      return {
        key: remoteKey,
        name: (own ?? back)?.name ?? '',
        remote: byKey.get(remoteKey)?.resource.id ?? null,
        own: own && sideOf(own),
        back: back && sideOf(back),
        // if the settings of the peering's other side are unknown, use the settings of this side
        transit: own?.allowGatewayTransit === true && back?.useRemoteGateways !== false,
      }
    })
    return [{ gateways: within.map((gateway) => gateway.resource.id), node: { scope, name, links } }]
  })
}

const sideOf = ({ state, syncLevel }: NetworkPeeringSideConfig) => ({ state, sync: syncLevel })

function circuitNode(
  { id, resourceId, name, location, config }: ListedResource,
  byKey: ReadonlyMap<string, ListedResource>,
): CircuitNode {
  const circuit = decodeResourceConfig(armTypes.circuit, config)
  const { provisioning, bandwidthMbps } = circuit
  const counted = listSeparatelyCountedPeerings(circuit)
  const reach = circuit.peerings.flatMap(({ globalReach }) =>
    globalReach.flatMap((one) => {
      const other = one.circuitKey === null ? undefined : byKey.get(one.circuitKey)
      const isWithin = other && getSubscriptionId(other.resourceId) === getSubscriptionId(resourceId)
      if (!one.isOwn || !isWithin) return []
      return ([4, 6] as const).map((family) => [formatGlobalReachName(one.name, family), other.id] as const)
    }),
  )
  return {
    scope: id,
    name,
    provider: circuit.provider,
    location: circuit.peeringLocation ?? placeOfPort(circuit.portId, byKey),
    region: location ?? null,
    resourceGroup: getResourceGroupId(resourceId),
    connectivity: circuit.connectivity,
    bandwidthBps: bandwidthMbps === null ? null : bandwidthMbps * 1e6,
    ...(circuit.portId === null ? {} : { port: circuit.portId }),
    ...(reach.length > 0 ? { reach: Object.fromEntries(reach) } : {}),
    premium: circuit.sku.tier?.toLowerCase() === 'premium',
    backedUp: null,
    peerings: circuit.peerings.map((peering) => ({
      name: peering.name,
      intent: { ...provisioning, peering: getPeeringConfiguredState(peering) ?? 'Disabled' },
      ...customersOn(peering),
      ...(counted.includes(peering) ? { isCounted: true as const } : {}),
      ...(Object.values(peering.azurePorts).some((port) => port !== null) ? { ports: peering.azurePorts } : {}),
      ...(listPublicPrefixes(peering).length > 0 ? { publicPrefixes: listPublicPrefixes(peering) } : {}),
    })),
  }
}

/** Returns the key of the ExpressRoute Direct port or LAG of a circuit; empty = the circuit is on none. */
const listPortKeys = ({ port }: CircuitNode): string[] => (port === undefined ? [] : [normalizeArmId(port)])

/**
 * Returns the LAGs among the given ports, each once.
 * @param portKeys normalized ARM ids of ExpressRoute Direct ports and LAGs
 * @param lagsAlone keys of the LAGs without a listed circuit, by short id
 */
function lagNodes(
  portKeys: readonly string[],
  byKey: ReadonlyMap<string, ListedResource>,
  lagsAlone: ReadonlyMap<string, string>,
): LagNode[] {
  return [...new Set(portKeys)].flatMap((key) => {
    const resource = byKey.get(key)
    if (resource?.type !== armTypes.lag) return []
    const lag = decodeResourceConfig(armTypes.lag, resource.config)
    const links = lag.links.map((link) => ({
      name: link.name,
      state: judgeLagLink(lag, link),
      active: countActivePorts(link),
    }))
    // a LAG may carry circuits of subscriptions that are not polled
    const isUnused = lagsAlone.has(resource.id) && lag.circuitKeys.length === 0
    return [{ scope: resource.id, links, ...(isUnused ? { isUnused } : {}) }]
  })
}

/** Returns the peering location of the ExpressRoute Direct port or LAG of a circuit; null = unknown. */
function placeOfPort(portId: string | null, byKey: ReadonlyMap<string, ListedResource>): string | null {
  const port = portId === null ? undefined : byKey.get(normalizeArmId(portId))
  return port && isDirectType(port.type) ? decodeResourceConfig(port.type, port.config).peeringLocation : null
}

/**
 * Returns the addresses of the customer's routers on both paths of a peering. The first address of a path is the IPv4
 * address if there is one; its session determines the state of the path. A second address is always IPv6.
 */
function customersOn(peering: CircuitPeering): Pick<CircuitPeeringNode, 'customers' | 'secondFamily'> {
  const [primary, secondary] = circuitPaths.map((path) =>
    listCircuitPathLinks(peering, path).map(({ customer }) => customer),
  )
  const customers = { primary: primary?.[0] ?? null, secondary: secondary?.[0] ?? null }
  const secondFamily = { primary: primary?.[1] ?? null, secondary: secondary?.[1] ?? null }
  const hasSecond = Object.values(secondFamily).some((customer) => customer !== null)
  return { customers, ...(hasSecond ? { secondFamily } : {}) }
}

function gatewayNode(
  { resource, config }: ListedGateway,
  own: readonly ConnectionNode[],
  others: readonly ListedGateway[],
): GatewayNode {
  const addresses = config.instances.flat()
  const beside = others.flatMap((other) => other.config.instances.flat())
  const migrated = findGatewayMigration(
    [{ resource, config }, ...others].map((one) => ({ ...one.config, ...one.resource })),
  )
  const { id, resourceId, name, location } = resource
  const isVpn = isVpnGateway(resource.type, config.kind)
  return {
    scope: id,
    name,
    kind: isVpn ? 'vpn' : 'expressRoute',
    region: location ?? null,
    resourceGroup: getResourceGroupId(resourceId),
    provisioningState: config.provisioningState,
    ...(config.isStandby ? { isStandby: true as const } : {}),
    ...(migrated?.from.id === id ? { migration: { with: migrated.to.id, role: 'from' as const } } : {}),
    ...(migrated?.to.id === id ? { migration: { with: migrated.from.id, role: 'to' as const } } : {}),
    sku: config.sku.name,
    ...(config.asn !== null && { asn: config.asn }),
    ...(isAutoscaling(config) && { scales: true as const }),
    ...(addresses.length > 0 && { addresses }),
    ...(beside.length > 0 && { beside }),
    circuits: [...new Set(own.flatMap(({ circuit }) => circuit ?? []))],
    ...(isVpn ? { activeStandby: config.activeActive === false } : {}),
  }
}

function endsOf(
  { id: scope, name, config, reported }: ListedResource,
  byKey: ReadonlyMap<string, ListedResource>,
): ConnectionNode[] {
  const configured = decodeResourceConfig(armTypes.connection, config)
  const { gatewayKeys, circuitKey, deviceKey, bgp } = configured
  const device = deviceKey === null || bgp === false ? undefined : byKey.get(deviceKey)
  const neighbor = device && decodeResourceConfig(armTypes.localNetworkGateway, device.config).bgpAddress
  const weight = getRoutingWeight(configured, reported ?? null)
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
