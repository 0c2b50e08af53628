import { decodeConfig, ownerGiving } from '#lib/azure/config/index.ts'
import { armTypes, customerOf, type EpochMs, mappedCircuit } from '#lib/contract/index.ts'
import { GATEWAY_ASN, MSEE_ASN } from '#lib/bgp/index.ts'
import {
  gatewaySessions,
  listRouters,
  type OwnedResource,
  ownedResources,
  ownedSources,
  readCustomerRules,
  readDeclarations,
  reportedSessions,
  tablesOf,
} from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type CommonGateway, isSameOwner, type Owner } from './common-gateway.ts'
import { type CommonWan, hubsAsGateways, readCommonWans } from './common-hubs.ts'
import { routerJoins } from '../sessions/router-joins.ts'
import { mappingKey, readMappings, releasedNeighbors } from '../sessions/session-mapping.ts'
import { connectionsOfCircuit, readTopology, type Topology } from '../topology.ts'

/** Whose every resource is, and what of it every scope is made from. */
export interface Ownership {
  resources: readonly OwnedResource[]
  /** by row id */
  owners: ReadonlyMap<number, Owner>
  /** by short id */
  byShortId: ReadonlyMap<string, OwnedResource>
  sources: Awaited<ReturnType<typeof ownedSources>>
  commonGateways: readonly CommonGateway[]
  besides: readonly GatewayBeside[]
  commonWans: readonly CommonWan[]
  /** sessions of customers' routers that are a path of a circuit: row ids, and its short id */
  routerSessions: readonly { session: number; router: number; circuitId: string }[]
  /** every table and view */
  tables: readonly string[]
}

/** Reads it from the whole database. @param q never a scoped reader */
export async function readOwnership(q: Queryable, now: EpochMs): Promise<Ownership> {
  const rules = await readCustomerRules(q)
  const resources = await ownedResources(q)
  const byKey = new Map(resources.map((resource) => [resource.armKey, resource]))
  const byShortId = new Map(resources.map((resource) => [resource.shortId, resource]))
  const ownerOf = (resource: OwnedResource): Owner => {
    const asked = ownerGiving(resource, byKey)
    return {
      customer: customerOf({ ...asked, id: asked.shortId }, rules),
      subscriptionId: asked.subscriptionId.toLowerCase(),
    }
  }
  const owners = new Map(resources.map((resource) => [resource.row, ownerOf(resource)]))
  const sources = await ownedSources(q)
  const estate = await readTopology(q)
  const commonWans = await readCommonWans(q, { owners, byKey, sources, estate })
  const ofNetworks = await readCommonGateways(q, { owners, byKey, estate }, now)
  return {
    resources,
    owners,
    byShortId,
    sources,
    commonGateways: [...ofNetworks, ...(await hubsAsGateways(q, commonWans))],
    besides: await readGatewaysBeside(q, resources, ofNetworks),
    commonWans,
    routerSessions: await readRouterSessions(q, estate),
    tables: await tablesOf(q),
  }
}

/**
 * Whose an event is, as detection groups events: of a gateway's neighbor that is mapped to a circuit that circuit's customer, else its
 * scope's.
 * @returns null = nobody's, or the whole estate's
 */
export function customerOfEvent(
  { owners, byShortId, commonGateways }: Ownership,
  { scope, subject }: { scope: string; subject: string },
): string | null {
  const neighbor = subject.slice(subject.indexOf('~') + 1)
  const mapped = commonGateways
    .find(({ resource }) => resource.shortId === scope)
    ?.neighbors.find((one) => one.neighbor === neighbor)
  return owners.get(byShortId.get(mapped?.behind ?? scope)?.row ?? -1)?.customer ?? null
}

/** Neighbors are mapped where it makes a difference only: it takes reading routes. */
async function readCommonGateways(
  q: Queryable,
  {
    owners,
    byKey,
    estate,
  }: Pick<Ownership, 'owners'> & { byKey: ReadonlyMap<string, OwnedResource>; estate: Topology },
  now: EpochMs,
): Promise<CommonGateway[]> {
  const connected = circuitsByGateway(estate)
  const common = [...circuitsEver(byKey)].flatMap(([resource, circuits]) => {
    const own = owners.get(resource.row)
    const isCommon = circuits.some(({ row }) => !isSameOwner(owners.get(row), own))
    return isCommon ? [{ resource, circuits, landing: connected.get(resource.shortId) ?? [] }] : []
  })
  if (common.length === 0) return []
  const sessions = await gatewaySessions(
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
  const mappings = await readMappings(q, estate, edges, now)
  const released = await releasedNeighbors(q, [...edges.keys()], now)
  return common.map(({ resource, circuits, landing }) => ({
    resource,
    landing,
    neighbors: [
      ...[...(edges.get(resource.shortId) ?? [])].flatMap((neighbor) => {
        const circuitId = mappedCircuit(mappings.get(mappingKey(resource.shortId, neighbor)))
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

/** Behind which circuit a neighbor was that went with it: by its name, or any that has gone. */
function formerCircuits(circuits: readonly OwnedResource[], landing: readonly string[], name: string | null) {
  const named = circuits.filter((circuit) => circuit.name === name)
  return named.length > 0 ? named : circuits.filter(({ shortId }) => !landing.includes(shortId))
}

/** The circuits that each gateway ever had a connection to, the removed ones too. */
function circuitsEver(byKey: ReadonlyMap<string, OwnedResource>): Map<OwnedResource, OwnedResource[]> {
  const found = new Map<OwnedResource, OwnedResource[]>()
  for (const { type, config } of byKey.values()) {
    if (type !== armTypes.connection) continue
    const { gatewayKeys, circuitKey } = decodeConfig(armTypes.connection, config)
    const circuit = byKey.get(circuitKey ?? '')
    for (const key of circuit ? gatewayKeys : []) {
      const gateway = byKey.get(key)
      if (gateway && circuit) found.set(gateway, [...(found.get(gateway) ?? []), circuit])
    }
  }
  return found
}

/** Joined with every circuit's links, because what another's circuit could be as well is nobody's. */
async function readRouterSessions(q: Queryable, estate: Topology): Promise<Ownership['routerSessions']> {
  const sessions = await reportedSessions(q)
  if (sessions.length === 0) return []
  const joins = routerJoins(await listRouters(q), sessions, estate, await readDeclarations(q))
  return sessions.flatMap(({ id, routerId }) => {
    const join = joins.get(id)
    return join && 'link' in join ? [{ session: id, router: routerId, circuitId: join.link.circuitId }] : []
  })
}

function circuitsByGateway(estate: Topology): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { resource } of estate.circuits) {
    for (const { gateway } of connectionsOfCircuit(estate, resource.resourceId)) {
      if (gateway) found.set(gateway.id, [...(found.get(gateway.id) ?? []), resource.id])
    }
  }
  return found
}

/** A gateway in the network of a common one. A Route Server with branch-to-branch passes on to it what lands on that. */
interface GatewayBeside {
  resource: OwnedResource
  /** row id of the common one */
  common: number
  /** its neighbors on premises */
  devices: readonly string[]
}

/** Of networks with a common gateway only. */
async function readGatewaysBeside(
  q: Queryable,
  resources: readonly OwnedResource[],
  common: readonly CommonGateway[],
): Promise<GatewayBeside[]> {
  const rows = new Set(common.map(({ resource }) => resource.row))
  const networks = new Map(common.flatMap(({ resource }) => networkOf(resource).map((key) => [key, resource.row])))
  const found = resources.flatMap((resource) => {
    const at = networkOf(resource).flatMap((key) => networks.get(key) ?? [])
    return rows.has(resource.row) ? [] : at.map((row) => ({ resource, common: row }))
  })
  if (found.length === 0) return []
  const sessions = await gatewaySessions(
    q,
    found.map(({ resource }) => resource.row),
  )
  // Route Servers and instances of gateways beside them are AS 65515
  const outside = sessions.filter(({ asn }) => asn !== null && asn !== GATEWAY_ASN)
  return found.map((one) => ({
    ...one,
    devices: [
      ...new Set(outside.flatMap(({ resource, neighbor }) => (resource === one.resource.row ? [neighbor] : []))),
    ],
  }))
}

/** The key of the network that a network's gateway stands in, once known. */
function networkOf({ type, config }: OwnedResource): string[] {
  if (type !== armTypes.virtualNetworkGateway) return []
  const { networkKey } = decodeConfig(armTypes.virtualNetworkGateway, config)
  return networkKey === null ? [] : [networkKey]
}
