import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { normalizeArmId, armTypes, parseHubConnectionName, getTopLevelResourceId } from '#lib/contract/index.ts'
import {
  readAllConfigurations,
  readGatewaySessions,
  type ResourceWithOwnershipFields,
  type SourceWithOwnershipFields,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { EstateTopology } from '../topology.ts'
import { type GatewaySharedByCustomers, isSameOwner, type ResourceOwner } from './common-gateway.ts'

/** Connection of a hub's ExpressRoute or VPN gateway, over which the gateway learns routes. */
export interface SharedHubConnection {
  name: string
  /** normalized ARM id (`normalizeArmId`) of the connection */
  key: string
  /**
   * All circuits to which this connection led at any known time. Empty = the connection belongs to the owner of the
   * gateway
   */
  circuits: readonly ResourceWithOwnershipFields[]
  /** row ids of the sources (polled tables) that contain the connection's routes */
  sources: readonly number[]
}

/** Virtual WAN hub with its gateways, connections and route tables. */
export interface VirtualWanHub {
  resource: ResourceWithOwnershipFields
  gateways: readonly { resource: ResourceWithOwnershipFields; links: readonly SharedHubConnection[] }[]
  /**
   * Networks that are connected to the hub, and appliances that have a BGP connection with it. `landing` is the network
   * behind the connection; null = unknown. `tableKey` is the key (`normalizeArmId`) of the route table with which a
   * network's connection is associated; null = not reported, or an appliance
   */
  inside: readonly {
    resource: ResourceWithOwnershipFields
    landing: ResourceWithOwnershipFields | null
    address: string | null
    tableKey: string | null
  }[]
  /** row ids of the sources (polled tables) that contain the hub's route tables */
  tables: readonly number[]
  routeTables: readonly ResourceWithOwnershipFields[]
}

/**
 * The hubs of one Virtual WAN, which exchange routes with each other. A Route Server, or a hub without a Virtual WAN,
 * is a group of one. Circuits, networks or gateways of several owners are connected to the group.
 */
export interface SharedVirtualWan {
  hubs: readonly VirtualWanHub[]
}

interface Facts {
  owners: ReadonlyMap<number, ResourceOwner>
  byKey: ReadonlyMap<string, ResourceWithOwnershipFields>
  sources: readonly SourceWithOwnershipFields[]
  estate: EstateTopology
}

const GATEWAY_TYPES: readonly string[] = [armTypes.expressRouteGateway, armTypes.vpnGateway]

/**
 * Returns the Virtual WANs to which resources of several owners are connected. If there are no hubs, no configurations
 * are read.
 */
export async function readCommonWans(q: SqlExecutor, facts: Facts): Promise<SharedVirtualWan[]> {
  const { byKey, owners } = facts
  const resources = [...byKey.values()]
  const hubs = resources.filter(({ type }) => type === armTypes.virtualHub)
  if (hubs.length === 0) return []
  const gateways = resources.filter(({ type }) => GATEWAY_TYPES.includes(type))
  const configurations = Map.groupBy(
    await readAllConfigurations(
      q,
      [...hubs, ...gateways].map(({ row }) => row),
    ),
    ({ resource }) => resource,
  )
  const configsOf = ({ row }: ResourceWithOwnershipFields) =>
    (configurations.get(row) ?? []).map(({ config }) => config)
  const inside = Map.groupBy(
    resources.filter(({ armKey: key }) => getTopLevelResourceId(key) !== key),
    ({ armKey: key }) => getTopLevelResourceId(key),
  )
  const byHub = Map.groupBy(
    gateways.map((resource) => gatewayFacts(resource, configsOf(resource), facts)),
    ({ hubKey }) => hubKey,
  )
  const byWan = Map.groupBy(
    hubs.map((resource) => ({
      wan: wanOf(resource, configsOf(resource)),
      hub: hubFacts(resource, byHub.get(resource.armKey) ?? [], inside.get(resource.armKey) ?? [], facts),
    })),
    ({ wan }) => wan,
  )
  const isCommon = ({ resource, gateways: own, inside: parts }: VirtualWanHub) => {
    const isAnothers = (landing: ResourceWithOwnershipFields | null, of: ResourceWithOwnershipFields) =>
      landing !== null && !isSameOwner(owners.get(landing.row), owners.get(of.row))
    return (
      own.some((one) =>
        one.links.some(({ circuits }) => circuits.some((circuit) => isAnothers(circuit, one.resource))),
      ) ||
      parts.some(({ landing }) => isAnothers(landing, resource)) ||
      own.some((one) => isAnothers(one.resource, resource))
    )
  }
  return [...byWan.values()]
    .map((list) => ({ hubs: list.map(({ hub }) => hub) }))
    .filter((one) => one.hubs.some(isCommon))
}

/**
 * Returns the key by which hubs are grouped. It is the normalized ARM id (`normalizeArmId`) of the Virtual WAN in the
 * first of the given configurations that contains one. For a Route Server, and for a hub without a Virtual WAN, it is
 * the key of the resource itself.
 */
function wanOf({ armKey: key }: ResourceWithOwnershipFields, configs: readonly unknown[]): string {
  const ids = configs.map(
    (config) => (config as { properties?: { virtualWan?: { id?: unknown } } }).properties?.virtualWan?.id,
  )
  const id = ids.find((one) => typeof one === 'string')
  return typeof id === 'string' ? normalizeArmId(id) : key
}

function gatewayFacts(resource: ResourceWithOwnershipFields, configs: readonly unknown[], { byKey, sources }: Facts) {
  const decoded = configs.flatMap((config) => {
    const gateway = decodeResourceConfig(resource.type, config)
    return gateway?.resource === 'gateway' ? [gateway] : []
  })
  const connections = Map.groupBy(
    decoded.flatMap(({ hubConnections }) => hubConnections),
    ({ name }) => name,
  )
  const own = sources.filter((source) => source.resource === resource.row)
  const child = resource.type === armTypes.vpnGateway ? 'vpnconnections' : 'expressrouteconnections'
  return {
    resource,
    hubKey: decoded.find(({ networkKey }) => networkKey !== null)?.networkKey ?? '',
    links: [...connections].map(
      ([name, ever]): SharedHubConnection => ({
        name,
        key: `${resource.armKey}/${child}/${name.toLowerCase()}`,
        circuits: [...new Set(ever.flatMap(({ circuitKey }) => (circuitKey && byKey.get(circuitKey)) || []))],
        sources: own.flatMap(({ sourceId, subresource }) =>
          parseHubConnectionName(subresource) === name ? [sourceId] : [],
        ),
      }),
    ),
  }
}

function hubFacts(
  resource: ResourceWithOwnershipFields,
  gateways: VirtualWanHub['gateways'],
  inside: readonly ResourceWithOwnershipFields[],
  { byKey, sources }: Facts,
): VirtualWanHub {
  const routeTables = inside.filter(({ type }) => type === armTypes.hubRouteTable)
  const tableRows = new Set(routeTables.map(({ row }) => row))
  return {
    resource,
    gateways,
    routeTables,
    inside: inside.flatMap((part) => {
      if (part.type !== armTypes.hubBgpConnection && part.type !== armTypes.hubNetworkConnection) return []
      const address =
        part.type === armTypes.hubBgpConnection
          ? decodeResourceConfig(armTypes.hubBgpConnection, part.config).peerAddress
          : null
      const tableKey =
        part.type === armTypes.hubNetworkConnection
          ? decodeResourceConfig(armTypes.hubNetworkConnection, part.config).tableKey
          : null
      return [{ resource: part, landing: networkBehind(part, byKey), address, tableKey }]
    }),
    tables: sources.flatMap(({ sourceId, resource: row, subresource }) =>
      tableRows.has(row) || (row === resource.row && subresource !== '') ? [sourceId] : [],
    ),
  }
}

/**
 * Returns the virtual network behind a connection of a hub. Null = unknown; the connection then counts as a resource of
 * the hub's owner.
 */
function networkBehind(
  part: ResourceWithOwnershipFields,
  byKey: ReadonlyMap<string, ResourceWithOwnershipFields>,
): ResourceWithOwnershipFields | null {
  if (part.type === armTypes.hubNetworkConnection) {
    const { networkKey } = decodeResourceConfig(armTypes.hubNetworkConnection, part.config)
    return (networkKey && byKey.get(networkKey)) || null
  }
  if (part.type !== armTypes.hubBgpConnection) return null
  const { networkConnection } = decodeResourceConfig(armTypes.hubBgpConnection, part.config)
  const hubKey = getTopLevelResourceId(part.armKey)
  const within =
    networkConnection && byKey.get(`${hubKey}/hubvirtualnetworkconnections/${networkConnection.toLowerCase()}`)
  return within ? networkBehind(within, byKey) : null
}

/**
 * Converts the hubs and gateways of Virtual WANs to the form of shared gateways. For a hub, the neighbors are its
 * appliances; for a gateway, they are its connections.
 */
export async function convertHubsToGateways(
  q: SqlExecutor,
  wans: readonly SharedVirtualWan[],
): Promise<GatewaySharedByCustomers[]> {
  const hubs = wans.flatMap((wan) => wan.hubs)
  if (hubs.length === 0) return []
  const sessions = await readGatewaySessions(
    q,
    hubs.map(({ resource }) => resource.row),
  )
  return hubs.flatMap(({ resource, gateways, inside }): GatewaySharedByCustomers[] => {
    const ofGateways = gateways.map(({ resource: gateway, links }): GatewaySharedByCustomers => {
      const neighbors = links.flatMap(({ name, circuits }) =>
        circuits.map(({ shortId }) => ({ neighbor: name, behind: shortId })),
      )
      const outside = links.map(({ name }) => name)
      return { resource: gateway, landing: neighbors.map(({ behind }) => behind), neighbors, sessions: [], outside }
    })
    const own = sessions.filter((one) => one.resource === resource.row)
    const behind = inside.flatMap(({ landing }) => landing?.shortId ?? [])
    const ofHub: GatewaySharedByCustomers = {
      resource,
      landing: [...new Set([...ofGateways.flatMap(({ landing }) => landing), ...behind])],
      neighbors: inside.flatMap(({ landing, address }) =>
        landing && address !== null ? [{ neighbor: address, behind: landing.shortId }] : [],
      ),
      sessions: own,
      outside: [...new Set(own.map(({ neighbor }) => neighbor))],
    }
    return [...ofGateways, ofHub]
  })
}

/**
 * Returns the name of a hub or connection in the routes that were learned over it. It consists of the last two segments
 * of its ARM id.
 */
export const getHubConnectionName = ({ armKey: key }: Pick<ResourceWithOwnershipFields, 'armKey'>): string =>
  key.split('/').slice(-2).join('/')
