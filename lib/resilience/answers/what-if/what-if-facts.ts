import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  circuitPaths,
  type EpochMs,
  type NetworkConfig,
  getTopLevelResourceId,
  parsePeeringType,
} from '#lib/contract/index.ts'
import type { ResourceView, RouteAtMoment } from '#lib/history/index.ts'
import {
  readResourcePage,
  createPastReader,
  readCurrentDeclarations,
  readSessionsAtMoment,
} from '#lib/history/index.ts'
import type { CircuitPeeringLink } from '#lib/detection/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ConnectionCircuitLink,
  readConnectionCircuitLinks,
  readLearnedSites,
  type NeighborMappings,
  findLearningNeighbors,
  readNeighborCircuitPathsAtMoment,
  getCircuitLinks,
  type CircuitResource,
  expandByPeering,
  readTopology,
  type EstateTopology,
} from '#lib/questions/index.ts'

import { readHubForwarding, type HubForwarding } from '#lib/gateways/answers/index.ts'

export interface WhatIfMoment {
  /** Time of the route tables; undefined = now. */
  at: EpochMs | undefined
  now: EpochMs
}

/** A circuit path with its configured addresses at both ends (IPv4 and IPv6). */
export interface ConfiguredPath extends Pick<CircuitPeeringLink, 'peering' | 'path'> {
  circuit: string
  customer: string[]
  microsoft: string[]
}

/** A site of the customer, with its prefixes. */
export interface WhatIfSite {
  name: string
  prefixes: readonly string[]
  /** Short ids of the circuits that carry the site's prefixes, as far as known. */
  circuits: readonly string[]
}

/** All data of one moment that a what-if needs in addition to route tables. */
export interface WhatIfFacts {
  topology: EstateTopology
  /** Virtual networks and hubs of Virtual WANs, by key. */
  networks: ReadonlyMap<string, { resource: ResourceView; config: NetworkConfig }>
  /**
   * configuration of each hub that decides about forwarding in addition to the hub's route tables, by the key of the
   * hub
   */
  hubs: ReadonlyMap<string, HubForwarding>
  /** Short id of the Route Server, by the short id of each of its BGP peers. Each peer has its own route table. */
  routeServerOf: ReadonlyMap<string, string>
  /** Connections over which each gateway learns routes, by the short id of the gateway. */
  links: ReadonlyMap<string, readonly ConnectionCircuitLink[]>
  /**
   * Addresses of the edge routers (MSEE) that are neighbors of each gateway, because it has a session with them or
   * routes from them, by the short id of the gateway.
   */
  neighbors: ReadonlyMap<string, ReadonlySet<string>>
  mappings: NeighborMappings
  paths: readonly ConfiguredPath[]
  sites: readonly WhatIfSite[]
  /** Addresses of the customer's routers that operators declared, by the name of the router. */
  routers: ReadonlyMap<string, readonly string[]>
}

/**
 * Reads all data of a what-if except the route tables. Only resources that the caller may see are included.
 * @param routes learned routes, whose neighbors must be assigned to circuit paths
 */
export async function readWhatIfFacts(
  q: SqlExecutor,
  { at, now }: WhatIfMoment,
  routes: readonly RouteAtMoment[],
): Promise<WhatIfFacts> {
  const [then, past] = [at === undefined ? {} : { at }, createPastReader(q, at)]
  const types = [armTypes.virtualHub, armTypes.virtualNetwork, armTypes.hubBgpConnection]
  const topology = await readTopology(q, at)
  const [resources, hubs, links, sessions, declared] = await Promise.all([
    readResourcePage(q, { types, ...then }),
    readHubForwarding(q, at),
    readConnectionCircuitLinks(q, topology, at),
    readSessionsAtMoment(past),
    readCurrentDeclarations(past),
  ])
  const learned = await readLearnedSites(q, declared)
  // Neighbors without routes are kept, because the order of a circuit's neighbors shows which of them belongs to the
  // primary path.
  const neighbors = findLearningNeighbors(sessions, routes)
  return {
    topology,
    networks: networksIn(resources),
    hubs,
    routeServerOf: routeServersIn(resources, topology),
    links,
    neighbors,
    mappings: await readNeighborCircuitPathsAtMoment(past, topology, neighbors, at ?? now),
    paths: topology.circuits.flatMap(pathsOf),
    sites: [
      ...declared.sites.map(({ name, prefixes, home }) => ({ name, prefixes, circuits: home === null ? [] : [home] })),
      ...learned.map(({ name, prefixes, circuits }) => ({ name, prefixes, circuits })),
    ],
    routers: new Map(declared.sites.flatMap(({ routers }) => routers.map(({ name, addresses }) => [name, addresses]))),
  }
}

function networksIn(resources: readonly ResourceView[]) {
  return new Map(
    resources.flatMap((resource) => {
      const config = decodeResourceConfig(resource.type, resource.config)
      return config?.resource === 'network'
        ? [[normalizeArmId(resource.resourceId), { resource, config }] as const]
        : []
    }),
  )
}

function routeServersIn(resources: readonly ResourceView[], { byKey }: EstateTopology): Map<string, string> {
  return new Map(
    resources.flatMap(({ id, type, resourceId }) => {
      const server =
        type === armTypes.hubBgpConnection ? byKey.get(normalizeArmId(getTopLevelResourceId(resourceId))) : undefined
      return server ? [[id, server.id] as const] : []
    }),
  )
}

function pathsOf(circuit: CircuitResource): ConfiguredPath[] {
  return expandByPeering(circuit).flatMap((one) => {
    const peering = one.peering && parsePeeringType(one.peering.type)
    if (!peering) return []
    return circuitPaths.flatMap((path): ConfiguredPath[] => {
      const links = getCircuitLinks(one, path)
      if (links.length === 0) return []
      const customer = links.map((link) => link.customer)
      return [
        { circuit: circuit.resource.id, peering, path, customer, microsoft: links.map(({ microsoft }) => microsoft) },
      ]
    })
  })
}
