import { decodeResourceConfig, findOwnershipSource } from '#lib/azure/config/index.ts'
import { armTypes, findCustomer, type EpochMs, findMappedCircuit } from '#lib/contract/index.ts'
import { GATEWAY_ASN, MSEE_ASN } from '#lib/bgp/index.ts'
import {
  readGatewaySessions,
  readReportingRouters,
  type ResourceWithOwnershipFields,
  readOwnedResources,
  readOwnedSources,
  readCustomerRules,
  readCurrentDeclarations,
  readReportedSessions,
  readTableNames,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type GatewaySharedByCustomers, isSameOwner, type ResourceOwner } from './common-gateway.ts'
import { type SharedVirtualWan, convertHubsToGateways, readCommonWans } from './common-hubs.ts'
import { matchRouterSessions } from '../sessions/router-session-matches.ts'
import {
  buildNeighborMappingKey,
  readNeighborCircuitPathsAtMoment,
  readReleasedNeighbors,
} from '../sessions/session-mapping.ts'
import { listCircuitConnections, readTopology, type EstateTopology } from '../topology.ts'

/**
 * The owners of all resources, and further data from which the rows are determined that a caller with limited access
 * may see.
 */
export interface ResourceOwnership {
  resources: readonly ResourceWithOwnershipFields[]
  /** owners by row id of the resource */
  owners: ReadonlyMap<number, ResourceOwner>
  /** resources by short id */
  byShortId: ReadonlyMap<string, ResourceWithOwnershipFields>
  sources: Awaited<ReturnType<typeof readOwnedSources>>
  commonGateways: readonly GatewaySharedByCustomers[]
  besides: readonly GatewayBeside[]
  commonWans: readonly SharedVirtualWan[]
  /**
   * Sessions in reports of customers' routers that belong to a circuit path. `session` and `router` are row ids;
   * `circuitId` is a short id
   */
  routerSessions: readonly { session: number; router: number; circuitId: string }[]
  /** names of all tables and views of the database */
  tables: readonly string[]
}

/**
 * Reads the owners of all resources.
 * @param q unlimited database access
 */
export async function readOwnership(q: SqlExecutor, now: EpochMs): Promise<ResourceOwnership> {
  const rules = await readCustomerRules(q)
  const resources = await readOwnedResources(q)
  const byKey = new Map(resources.map((resource) => [resource.armKey, resource]))
  const byShortId = new Map(resources.map((resource) => [resource.shortId, resource]))
  const ownerOf = (resource: ResourceWithOwnershipFields): ResourceOwner => {
    const asked = findOwnershipSource(resource, byKey)
    return {
      customer: findCustomer({ ...asked, id: asked.shortId }, rules),
      subscriptionId: asked.subscriptionId.toLowerCase(),
    }
  }
  const owners = new Map(resources.map((resource) => [resource.row, ownerOf(resource)]))
  const sources = await readOwnedSources(q)
  const estate = await readTopology(q)
  const commonWans = await readCommonWans(q, { owners, byKey, sources, estate })
  const ofNetworks = await readCommonGateways(q, { owners, byKey, estate }, now)
  return {
    resources,
    owners,
    byShortId,
    sources,
    commonGateways: [...ofNetworks, ...(await convertHubsToGateways(q, commonWans))],
    besides: await readGatewaysBeside(q, resources, ofNetworks),
    commonWans,
    routerSessions: await readRouterSessions(q, estate),
    tables: await readTableNames(q),
  }
}

/**
 * Returns the customer of an event by the same rule as detection. For an event about a neighbor of a shared gateway, it
 * is the customer of the circuit to which the neighbor belongs. Otherwise it is the customer of the event's resource.
 * @returns null = there is no customer, or the event concerns all resources together
 */
export function findCustomerOfEvent(
  { owners, byShortId, commonGateways }: ResourceOwnership,
  { scope, subject }: { scope: string; subject: string },
): string | null {
  const neighbor = subject.slice(subject.indexOf('~') + 1)
  const mapped = commonGateways
    .find(({ resource }) => resource.shortId === scope)
    ?.neighbors.find((one) => one.neighbor === neighbor)
  return owners.get(byShortId.get(mapped?.behind ?? scope)?.row ?? -1)?.customer ?? null
}

/**
 * Reads the gateways to which circuits of several owners are connected. Only neighbors of these gateways are mapped to
 * circuits, because mapping requires reading routes.
 */
async function readCommonGateways(
  q: SqlExecutor,
  {
    owners,
    byKey,
    estate,
  }: Pick<ResourceOwnership, 'owners'> & {
    byKey: ReadonlyMap<string, ResourceWithOwnershipFields>
    estate: EstateTopology
  },
  now: EpochMs,
): Promise<GatewaySharedByCustomers[]> {
  const connected = circuitsByGateway(estate)
  const common = [...circuitsEver(byKey)].flatMap(([resource, circuits]) => {
    const own = owners.get(resource.row)
    const isCommon = circuits.some(({ row }) => !isSameOwner(owners.get(row), own))
    return isCommon ? [{ resource, circuits, landing: connected.get(resource.shortId) ?? [] }] : []
  })
  if (common.length === 0) return []
  const sessions = await readGatewaySessions(
    q,
    common.map(({ resource }) => resource.row),
  )
  const edges = new Map(
    common.map(({ resource }) => {
      const own = sessions.filter((one) => one.resource === resource.row)
      const edge = own.filter(({ asn }) => asn === MSEE_ASN)
      return [resource.shortId, new Set(edge.map(({ neighbor }) => neighbor))] as const
    }),
  )
  const mappings = await readNeighborCircuitPathsAtMoment(q, estate, edges, now)
  const released = await readReleasedNeighbors(q, [...edges.keys()], now)
  return common.map(({ resource, circuits, landing }) => ({
    resource,
    landing,
    neighbors: [
      ...[...(edges.get(resource.shortId) ?? [])].flatMap((neighbor) => {
        const circuitId = findMappedCircuit(mappings.get(buildNeighborMappingKey(resource.shortId, neighbor)))
        return circuitId === null ? [] : [{ neighbor, behind: circuitId }]
      }),
      ...(released.get(resource.shortId) ?? []).flatMap((one) =>
        formerCircuits(circuits, landing, one.circuit).map(({ shortId }) => ({
          neighbor: one.neighbor,
          behind: shortId,
        })),
      ),
    ],
    sessions: sessions.filter((one) => one.resource === resource.row),
    outside: [
      ...new Set(
        sessions.flatMap(({ resource: row, asn, neighbor }) =>
          row === resource.row && asn !== GATEWAY_ASN ? [neighbor] : [],
        ),
      ),
    ],
  }))
}

/**
 * Returns the circuits to which a removed neighbor may have belonged. They are the circuits with the stored name. If
 * there are none, they are all circuits that were once connected to the gateway and no longer are.
 */
function formerCircuits(
  circuits: readonly ResourceWithOwnershipFields[],
  landing: readonly string[],
  name: string | null,
) {
  const named = circuits.filter((circuit) => circuit.name === name)
  return named.length > 0 ? named : circuits.filter(({ shortId }) => !landing.includes(shortId))
}

/** Returns, for each gateway, all circuits to which it ever had a connection, also a removed one. */
function circuitsEver(
  byKey: ReadonlyMap<string, ResourceWithOwnershipFields>,
): Map<ResourceWithOwnershipFields, ResourceWithOwnershipFields[]> {
  const found = new Map<ResourceWithOwnershipFields, ResourceWithOwnershipFields[]>()
  for (const { type, config } of byKey.values()) {
    if (type !== armTypes.connection) continue
    const { gatewayKeys, circuitKey } = decodeResourceConfig(armTypes.connection, config)
    const circuit = byKey.get(circuitKey ?? '')
    for (const key of circuit ? gatewayKeys : []) {
      const gateway = byKey.get(key)
      if (gateway && circuit) found.set(gateway, [...(found.get(gateway) ?? []), circuit])
    }
  }
  return found
}

/**
 * Reads the circuit for each session in the reports of customers' routers. A session is compared with the links of all
 * circuits. If it matches several circuits, it is assigned to none of them.
 */
async function readRouterSessions(
  q: SqlExecutor,
  estate: EstateTopology,
): Promise<ResourceOwnership['routerSessions']> {
  const sessions = await readReportedSessions(q)
  if (sessions.length === 0) return []
  const joins = matchRouterSessions(await readReportingRouters(q), sessions, estate, await readCurrentDeclarations(q))
  return sessions.flatMap(({ id, routerId }) => {
    const join = joins.get(id)
    return join && 'link' in join ? [{ session: id, router: routerId, circuitId: join.link.circuitId }] : []
  })
}

function circuitsByGateway(estate: EstateTopology): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { resource } of estate.circuits) {
    for (const { gateway } of listCircuitConnections(estate, resource.resourceId)) {
      if (gateway) found.set(gateway.id, [...(found.get(gateway.id) ?? []), resource.id])
    }
  }
  return found
}

/**
 * A gateway (for example for VPN) in the same virtual network as a gateway to which circuits of several owners are
 * connected. If the network has a Route Server with branch-to-branch, the two gateways exchange routes.
 */
interface GatewayBeside {
  resource: ResourceWithOwnershipFields
  /** row id of the gateway to which circuits of several owners are connected */
  common: number
  /** addresses of the gateway's on-premises neighbors */
  devices: readonly string[]
}

/**
 * Reads the gateways that are in the same virtual network as a gateway to which circuits of several owners are
 * connected.
 */
async function readGatewaysBeside(
  q: SqlExecutor,
  resources: readonly ResourceWithOwnershipFields[],
  common: readonly GatewaySharedByCustomers[],
): Promise<GatewayBeside[]> {
  const rows = new Set(common.map(({ resource }) => resource.row))
  const networks = new Map(common.flatMap(({ resource }) => networkOf(resource).map((key) => [key, resource.row])))
  const found = resources.flatMap((resource) => {
    const at = networkOf(resource).flatMap((key) => networks.get(key) ?? [])
    return rows.has(resource.row) ? [] : at.map((row) => ({ resource, common: row }))
  })
  if (found.length === 0) return []
  const sessions = await readGatewaySessions(
    q,
    found.map(({ resource }) => resource.row),
  )
  // Neighbors with AS 65515 are Route Servers or instances of gateways in the same network, so they are not
  // on-premises.
  const outside = sessions.filter(({ asn }) => asn !== null && asn !== GATEWAY_ASN)
  return found.map((one) => ({
    ...one,
    devices: [
      ...new Set(outside.flatMap(({ resource, neighbor }) => (resource === one.resource.row ? [neighbor] : []))),
    ],
  }))
}

/**
 * Returns the normalized ARM id of the virtual network of a gateway as a list with one entry; empty if the network is
 * unknown or the resource has another type.
 */
function networkOf({ type, config }: ResourceWithOwnershipFields): string[] {
  if (type !== armTypes.virtualNetworkGateway) return []
  const { networkKey } = decodeResourceConfig(armTypes.virtualNetworkGateway, config)
  return networkKey === null ? [] : [networkKey]
}
