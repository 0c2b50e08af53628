import { isNetworkSpaceRoute } from '#lib/bgp/index.ts'
import { armTypes, getNetworkPeeringState } from '#lib/contract/index.ts'
import type { RouteAtMoment } from '#lib/history/index.ts'
import type { WhatIfRoute, WhatIfTable } from '../../rules/index.ts'
import { findCarryingConnection, type GatewayResource } from '#lib/questions/index.ts'
import type { WhatIfFacts } from './what-if-facts.ts'
import type { PathRouteTable, WhatIfRouteRows } from './table-rows.ts'
import {
  type CustomerPrefixesByCircuitPath,
  findAnnouncedPrefixes,
  findPathsAnnouncingPrefix,
  type GatewayNeighborPathLookup,
  readNeighborPaths,
} from './open-neighbors.ts'

/** A group of gateways that use the same routes because they are in the same virtual network or hub. */
interface Group {
  /** Short id of the gateway or hub under which the rows of this group are shown. */
  scope: string
  members: readonly GatewayResource[]
  /** Key of the virtual network or hub; null = unknown. */
  networkKey: string | null
}

/**
 * Returns the route tables that decide how Azure forwards packets, one for each virtual network or hub with a gateway.
 * The table of a hub is its default table.
 */
export function createAzureTables(
  facts: WhatIfFacts,
  read: WhatIfRouteRows,
  paths: readonly PathRouteTable[],
): WhatIfTable[] {
  const announced = findAnnouncedPrefixes(read, paths)
  const byScope = Map.groupBy(
    read.routes.filter(({ kind }) => kind === 'learned'),
    ({ scope }) => facts.routeServerOf.get(scope) ?? scope,
  )
  const space = facts.sites.flatMap(({ prefixes }) => prefixes)
  return groupGatewaysSharingTable(facts).map((group): WhatIfTable => {
    const rows = group.members.flatMap((member) =>
      (byScope.get(member.resource.id) ?? []).map((row) => ({ row, member })),
    )
    const ofHub = read.routes.filter(({ kind, scope }) => kind === 'tables' && scope === group.scope)
    const learned = rows.filter(({ row }) => !isNetworkSpaceRoute(row) || isInHub(row))
    const neighbors = new Map(
      group.members.map((member) => {
        const { id } = member.resource
        return [id, readNeighborPaths(member, facts, byScope.get(id) ?? [], announced)] as const
      }),
    )
    const statics = facts.hubs.get(group.networkKey ?? '')?.staticPrefixes ?? []
    return {
      side: 'azure',
      scope: group.scope,
      site: null,
      isPartial: findUnreadTables(group, facts, read).length > 0,
      preference: preferenceOf(group, facts),
      ownSpace: [
        ...ownSpaceOf(group, facts),
        ...ownPrefixes(rows.map(({ row }) => row)),
        ...ofHub.filter(isRouteToNetwork(statics)).map(({ prefix }) => prefix),
      ],
      space,
      routes: [
        ...learned.map(({ row, member }) =>
          gatewayRoute(row, member, facts, { announced, neighbors: neighbors.get(member.resource.id) }),
        ),
        ...ofHub.filter((row) => isRouteByAppliance(row, statics)).map((row) => convertHubRow(row, group.scope)),
      ],
      open: [...neighbors.values()].flatMap(({ open }) => open),
    }
  })
}

const isInHub = ({ resourceType }: RouteAtMoment) =>
  resourceType === armTypes.expressRouteGateway || resourceType === armTypes.vpnGateway

const KINDS = ['expressRoute', 'vwan', 'vpn', 'routeServer'] as const

/** Returns the gateways that share a route table, one group for each virtual network or hub. */
export function groupGatewaysSharingTable({ topology, networks }: WhatIfFacts): Group[] {
  const byNetwork = Map.groupBy(topology.gateways, ({ resource, config }) => config.networkKey ?? resource.id)
  return [...byNetwork.values()].flatMap((members): Group[] => {
    const sorted = members.toSorted(
      (a, b) => KINDS.indexOf(a.config.kind) - KINDS.indexOf(b.config.kind) || (a.resource.id < b.resource.id ? -1 : 1),
    )
    const [first] = sorted
    if (!first) return []
    const { networkKey } = first.config
    const network = networkKey === null ? undefined : networks.get(networkKey)
    const scope = network?.resource.type === armTypes.virtualHub ? network.resource.id : first.resource.id
    return [{ scope, members: sorted, networkKey }]
  })
}

/** Returns the short ids of all resources whose route tables are combined for a group of gateways. */
function tablesOf({ scope, members }: Group, { routeServerOf }: WhatIfFacts): string[] {
  const own = members.map(({ resource }) => resource.id)
  const peers = [...routeServerOf].flatMap(([peer, server]) => (own.includes(server) ? [peer] : []))
  return [...new Set([scope, ...own, ...peers])]
}

/**
 * Returns the short ids of the resources of a group whose route tables were not read. Returns all of them if none of
 * the tables was read.
 */
function findUnreadTables(group: Group, facts: WhatIfFacts, { seen, unseen }: WhatIfRouteRows): string[] {
  const tables = tablesOf(group, facts)
  return tables.some((id) => seen.has(id)) ? tables.filter((id) => unseen.has(id)) : tables
}

/**
 * Returns a function that finds route tables that were not read and may contain prefixes of a circuit. It returns the
 * short ids of their resources. These may be the circuit itself, and hubs, gateways and BGP peers of Route Servers in
 * each network or hub to which the circuit is connected.
 */
export function createUnreadTableFinder(facts: WhatIfFacts, read: WhatIfRouteRows): (circuit: string) => string[] {
  const groups = groupGatewaysSharingTable(facts)
  return (circuit) => {
    const isLinked = ({ resource }: GatewayResource) =>
      facts.links.get(resource.id)?.some((link) => link.circuit === circuit) === true
    const unread = groups
      .filter(({ members }) => members.some(isLinked))
      .flatMap((group) => findUnreadTables(group, facts, read))
    return [...new Set([...unread, ...(read.unseen.has(circuit) ? [circuit] : [])])]
  }
}

function preferenceOf({ networkKey, members }: Group, { networks }: WhatIfFacts): WhatIfTable['preference'] {
  const network = networkKey === null ? undefined : networks.get(networkKey)
  if (network?.resource.type === armTypes.virtualHub) return network.config.routingPreference
  return members.find(({ config }) => config.kind === 'routeServer')?.config.routingPreference ?? 'expressRoute'
}

/**
 * Returns the prefixes to which Azure delivers packets by system routes. They are the address space of the network and
 * of networks that are peered with it.
 */
function ownSpaceOf({ networkKey }: Group, { networks, hubs }: WhatIfFacts): string[] {
  const network = networkKey === null ? undefined : networks.get(networkKey)?.config
  if (!network) return []
  // If a hub sends private traffic to a firewall, its route table contains no routes to the connected networks. The
  // prefixes of these networks are added here.
  const connected = (hubs.get(networkKey ?? '')?.networkKeys ?? []).flatMap(
    (key) => networks.get(key)?.config.addressPrefixes ?? [],
  )
  const peered = network.peerings.filter(({ state }) => getNetworkPeeringState(state) === 'connected')
  return [...network.addressPrefixes, ...connected, ...peered.flatMap(({ remotePrefixes }) => remotePrefixes)]
}

const ownPrefixes = (rows: readonly RouteAtMoment[]) =>
  rows.filter((row) => isNetworkSpaceRoute(row) && !isInHub(row)).map(({ prefix }) => prefix)

/**
 * Returns a function that reports whether a route of a hub has the given next hop type. ARM reports this type, and it
 * is stored as the origin of the route. Source: "View virtual hub effective routes".
 * @param but prefixes of static routes, for which the function returns false
 */
const leadsTo =
  (word: string, but: readonly string[] = []) =>
  ({ origin, prefix }: RouteAtMoment): boolean =>
    origin?.toLowerCase() === word && !but.includes(prefix)

/**
 * Reports whether a route of a hub leads to a network appliance. This is so for a route from a BGP peer of the hub. It
 * is also so for a static route to a connected network, because the appliance is in that network. A static route to a
 * firewall in the hub is excluded, because it only decides which traffic passes the firewall. Routes over the gateways
 * of the hub are excluded as well, because they are read from the tables of the gateways, which also contain routes
 * that are not the best.
 * @param statics prefixes of static routes
 */
export const isRouteByAppliance = (row: RouteAtMoment, statics: readonly string[]): boolean =>
  leadsTo('hubbgpconnection')(row) || (leadsTo('virtual network connection')(row) && statics.includes(row.prefix))

/** Returns a function that reports whether a route of a hub leads to a connected network by a system route. */
export const isRouteToNetwork = (statics: readonly string[]) => leadsTo('virtual network connection', statics)

function gatewayRoute(
  row: RouteAtMoment,
  { resource, config }: GatewayResource,
  facts: WhatIfFacts,
  {
    announced,
    neighbors,
  }: { announced: CustomerPrefixesByCircuitPath; neighbors: GatewayNeighborPathLookup | undefined },
): WhatIfRoute {
  const links = facts.links.get(resource.id) ?? []
  const pathOf = (neighbor: string) => neighbors?.pathOf(neighbor) ?? null
  const behind = findCarryingConnection(row, { resource, config }, { topology: facts.topology, links, pathOf })
  const isOverHub = config.hubConnections.some(({ name }) => name === row.peer)
  const announcedOn =
    isOverHub && behind.circuit !== null ? findPathsAnnouncingPrefix(announced, behind.circuit, row.prefix) : undefined
  const isByCircuit = behind.transport === 'er' || behind.transport === 'unknown'
  const link = links.find((one) => one.circuit === behind.circuit && (behind.circuit !== null || links.length === 1))
  return {
    ...candidateOf(row),
    ...behind,
    // the route tables of hubs and of Route Server peers do not show which instance has a route
    instance: row.instance ?? '',
    gateway: resource.id,
    connection: link?.connection ?? null,
    peering: 'private',
    possible: behind.circuit === null && isByCircuit ? links.flatMap((one) => one.circuit ?? []) : [],
    ...(announcedOn && { announcedOn }),
  }
}

/**
 * Converts a row of a hub's table to a route over an appliance.
 * @param gateway short id of the hub, or of the gateway if the row leads over one
 */
export const convertHubRow = (row: RouteAtMoment, gateway: string): WhatIfRoute => ({
  ...candidateOf(row),
  instance: '',
  transport: 'nva',
  circuit: null,
  path: null,
  connectionWeight: null,
  gateway,
  connection: null,
  peering: 'private',
  possible: [],
})

function candidateOf(route: RouteAtMoment) {
  const { scope, resourceId, prefix, nextHop, peer, asPath, asPathText, weight, localPref, origin } = route
  return { scope, resourceId, prefix, nextHop, peer, asPath, asPathText, weight, localPref, origin }
}
