import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  armKey,
  armTypes,
  circuitPaths,
  type EpochMs,
  type NetworkConfig,
  owningResource,
  peeringKind,
} from '#lib/contract/index.ts'
import type { ResourceView, RouteAt } from '#lib/history/index.ts'
import { listResources, pastReader, readDeclarations, sessionsAt } from '#lib/history/index.ts'
import type { PeeringLink } from '#lib/detection/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  type CarrierLink,
  readCarrierLinks,
  readLearnedSites,
  type Mappings,
  findLearningNeighbors,
  readMappings,
  circuitLinks,
  type CircuitResource,
  onEachPeering,
  readTopology,
  type Topology,
} from '#lib/questions/index.ts'

import { readHubForwarding, type HubForwarding } from '#lib/gateways/answers/index.ts'

export interface WhatIfMoment {
  /** time of the tables; undefined = now */
  at: EpochMs | undefined
  now: EpochMs
}

/** A configured path of a circuit's peering, with the addresses at both ends. */
export interface ConfiguredPath extends Pick<PeeringLink, 'peering' | 'path'> {
  circuit: string
  customer: string[]
  microsoft: string[]
}

/** A site of the customer. */
export interface WhatIfSite {
  name: string
  prefixes: readonly string[]
  /** short IDs of the circuits that carry the site's prefixes, as far as known */
  circuits: readonly string[]
}

/** All data on which a what-if depends in addition to route tables, as of one moment. */
export interface WhatIfFacts {
  topology: Topology
  /** hubs of Virtual WANs and virtual networks, by key */
  networks: ReadonlyMap<string, { resource: ResourceView; config: NetworkConfig }>
  /** configuration of hubs that affects forwarding in addition to route tables, by hub key */
  hubs: ReadonlyMap<string, HubForwarding>
  /**
   * short ID of the Route Server for each of its BGP peers; the key is the peer's short ID, because each peer has its
   * own table
   */
  routeServerOf: ReadonlyMap<string, string>
  /** connections to circuits, by the gateway's short ID */
  links: ReadonlyMap<string, readonly CarrierLink[]>
  /** addresses of Microsoft edge routers from which a gateway has sessions or routes, by the gateway's short ID */
  neighbors: ReadonlyMap<string, ReadonlySet<string>>
  mappings: Mappings
  paths: readonly ConfiguredPath[]
  sites: readonly WhatIfSite[]
  /** addresses of declared routers on premises, by name */
  routers: ReadonlyMap<string, readonly string[]>
}

/**
 * Reads the data of a what-if other than route tables, limited to the resources that the reader may see.
 * @param routes learned routes, whose neighbors are mapped to paths
 */
export async function readFacts(
  q: Queryable,
  { at, now }: WhatIfMoment,
  routes: readonly RouteAt[],
): Promise<WhatIfFacts> {
  const [then, past] = [at === undefined ? {} : { at }, pastReader(q, at)]
  const types = [armTypes.virtualHub, armTypes.virtualNetwork, armTypes.hubBgpConnection]
  const topology = await readTopology(q, at)
  const [resources, hubs, links, sessions, declared] = await Promise.all([
    listResources(q, { types, ...then }),
    readHubForwarding(q, at),
    readCarrierLinks(q, topology, at),
    sessionsAt(past),
    readDeclarations(past),
  ])
  const learned = await readLearnedSites(q, declared)
  // a neighbor that has lost its routes stays in the list of its circuit's neighbors, because the order of the
  // neighbors distinguishes the primary from the secondary path
  const neighbors = findLearningNeighbors(sessions, routes)
  return {
    topology,
    networks: networksIn(resources),
    hubs,
    routeServerOf: routeServersIn(resources, topology),
    links,
    neighbors,
    mappings: await readMappings(past, topology, neighbors, at ?? now),
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
      const config = decodeConfig(resource.type, resource.config)
      return config?.resource === 'network' ? [[armKey(resource.resourceId), { resource, config }] as const] : []
    }),
  )
}

function routeServersIn(resources: readonly ResourceView[], { byKey }: Topology): Map<string, string> {
  return new Map(
    resources.flatMap(({ id, type, resourceId }) => {
      const server = type === armTypes.hubBgpConnection ? byKey.get(armKey(owningResource(resourceId))) : undefined
      return server ? [[id, server.id] as const] : []
    }),
  )
}

function pathsOf(circuit: CircuitResource): ConfiguredPath[] {
  return onEachPeering(circuit).flatMap((one) => {
    const peering = one.peering && peeringKind(one.peering.type)
    if (!peering) return []
    return circuitPaths.flatMap((path): ConfiguredPath[] => {
      const links = circuitLinks(one, path)
      if (links.length === 0) return []
      const customer = links.map((link) => link.customer)
      return [
        { circuit: circuit.resource.id, peering, path, customer, microsoft: links.map(({ microsoft }) => microsoft) },
      ]
    })
  })
}
