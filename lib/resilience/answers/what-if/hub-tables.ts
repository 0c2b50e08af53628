import { findBestCandidates } from '#lib/bgp/index.ts'
import { armTypes, DEFAULT_HUB_TABLE, doesConnectionPropagate, parseHubRowNextHop } from '#lib/contract/index.ts'
import type { CustomHubTable } from '#lib/gateways/answers/index.ts'
import type { RouteAtMoment } from '#lib/history/index.ts'
import type { GatewayResource } from '#lib/questions/index.ts'
import { countPrefixesByOutcome, type WhatIfHubTable, type WhatIfOutcome, type WhatIfRow } from '../../api/index.ts'
import type { TableWhatIfRows, WhatIfRoute, WhatIfTable } from '../../rules/index.ts'
import { convertHubRow, groupGatewaysSharingTable, isRouteByAppliance, isRouteToNetwork } from './azure-tables.ts'
import type { WhatIfRouteRows } from './table-rows.ts'
import type { WhatIfFacts } from './what-if-facts.ts'

/**
 * Returns a function that adds to each table of a hub the routes of the other hubs of the Virtual WAN. Hubs pass their
 * routes on to each other, but only the used route of a prefix is in a hub's tables.
 * @param tables default tables of hubs
 * @source learn.microsoft.com/azure/virtual-wan/about-virtual-hub-routing-preference, "Routing scenarios"
 */
export function createOtherHubRoutesAdder(
  tables: readonly WhatIfTable[],
  { networks }: Pick<WhatIfFacts, 'networks'>,
): (table: WhatIfTable) => WhatIfTable {
  const wanOf = new Map([...networks.values()].map(({ resource, config }) => [resource.id, config.hub?.wanKey ?? null]))
  const routesOf = new Map(tables.map(({ scope, routes }) => [scope, Map.groupBy(routes, ({ prefix }) => prefix)]))
  return (table) => {
    const own = table.hub ?? table.scope
    const wan = wanOf.get(own) ?? null
    const others = wan === null ? [] : [...routesOf].filter(([hub]) => hub !== own && wanOf.get(hub) === wan)
    if (others.length === 0) return table
    const prefixes = new Set(table.routes.map(({ prefix }) => prefix))
    const elsewhere = new Map(
      [...prefixes].map((prefix) => [prefix, others.flatMap(([, routes]) => routes.get(prefix) ?? [])] as const),
    )
    return { ...table, elsewhere }
  }
}

/**
 * Returns the tables that users created in a hub and that at least one connection uses. Such a table contains the
 * routes of the connections that propagate to it. The polled table shows which prefixes it has and over which gateway
 * the hub sends them. The routes of the connections show which routes remain after a failure. If the two disagree for a
 * prefix, its routes are uncertain. A table that was not polled is partial.
 * @param tables default tables of hubs, with the routes of all connections
 * @source learn.microsoft.com/azure/virtual-wan/about-virtual-hub-routing, "Propagation"
 */
export function createCustomHubTables(
  tables: readonly WhatIfTable[],
  facts: WhatIfFacts,
  read: WhatIfRouteRows,
): WhatIfTable[] {
  return groupGatewaysSharingTable(facts).flatMap(({ scope, members, networkKey }) => {
    const ofHub = tables.find((table) => table.scope === scope)
    const hub = facts.hubs.get(networkKey ?? '')
    return (ofHub && hub?.customTables.map((own) => createCustomHubTable(own, ofHub, members, facts, read))) ?? []
  })
}

function createCustomHubTable(
  own: CustomHubTable,
  ofHub: WhatIfTable,
  members: readonly GatewayResource[],
  facts: WhatIfFacts,
  read: WhatIfRouteRows,
): WhatIfTable {
  const isRead = read.seen.has(own.id) && !read.unseen.has(own.id)
  const rows = read.routes.filter(({ kind, scope }) => kind === 'tables' && scope === own.id)
  const overGateways = Map.groupBy(
    rows.flatMap((row) => findGatewaysOfRow(row, members, facts).map((gateway) => ({ row, gateway }))),
    ({ row }) => row.prefix,
  )
  const propagated = Map.groupBy(
    ofHub.routes.filter((route) => doesPropagate(route, own, members)),
    ({ prefix }) => prefix,
  )
  const uncertain = new Set<string>()
  const routes: WhatIfRoute[] = []
  for (const prefix of isRead ? overGateways.keys() : propagated.keys()) {
    const brought = propagated.get(prefix) ?? []
    const shown = overGateways.get(prefix) ?? []
    const best = new Set(findBestCandidates(brought, ofHub.preference).map(({ gateway }) => gateway))
    routes.push(...brought)
    if (!isRead || shown.every(({ gateway }) => best.has(gateway.resource.id))) continue
    uncertain.add(prefix)
    routes.push(...shown.flatMap(({ row, gateway }) => listPossibleRoutes(row, gateway, facts)))
  }
  return {
    side: 'azure',
    scope: own.id,
    site: null,
    hub: ofHub.scope,
    isPartial: !isRead || ofHub.isPartial,
    preference: ofHub.preference,
    ownSpace: rows.filter(isRouteToNetwork(own.staticPrefixes)).map(({ prefix }) => prefix),
    space: [],
    routes: [
      ...routes,
      ...rows
        .filter((row) => isRouteByAppliance(row, own.staticPrefixes))
        .map((row) => convertHubRow(row, ofHub.scope)),
    ],
    ...(uncertain.size > 0 && { uncertain }),
  }
}

/** Reports whether a route came over a connection of the hub's gateways that propagates to a table. */
function doesPropagate(
  { gateway, peer }: WhatIfRoute,
  table: CustomHubTable,
  members: readonly GatewayResource[],
): boolean {
  const own = members.find(({ resource }) => resource.id === gateway)
  return own !== undefined && peer !== null && doesConnectionPropagate(table, own.resource.resourceId, peer)
}

/**
 * Returns the gateways over which a row of a hub's table may lead. If the row names a gateway, it is this gateway. If
 * the row leads to another hub, these are the gateways of that hub. If the row names neither, these are all gateways of
 * the type that the row names. Empty = the row leads to a network, an appliance or a firewall.
 */
function findGatewaysOfRow(
  row: RouteAtMoment,
  members: readonly GatewayResource[],
  { topology, networks }: WhatIfFacts,
): GatewayResource[] {
  const to = parseHubRowNextHop(row)
  if (to === null) return []
  const isOfKind = ({ type }: { type: string }) => type.endsWith(`/${to.kind}`)
  const isNamed = ({ name }: { name: string }) => name.toLowerCase() === to.name
  const ofHubs = topology.gateways.filter(({ config }) => {
    const network = networks.get(config.networkKey ?? '')?.resource
    return network?.type === armTypes.virtualHub && isOfKind(network) && isNamed(network)
  })
  const ofType = members.filter(({ resource }) => isOfKind(resource))
  const named = ofType.filter(({ resource }) => isNamed(resource))
  return ofHubs.length > 0 ? ofHubs : named.length > 0 ? named : ofType
}

/**
 * Returns a route for each connection of a gateway by which a row of a hub's table may lead. A gateway without a known
 * connection has one route, without a connection.
 */
function listPossibleRoutes(
  row: RouteAtMoment,
  { resource, config }: GatewayResource,
  facts: WhatIfFacts,
): WhatIfRoute[] {
  const transport = resource.type === armTypes.vpnGateway ? 'vpn' : 'er'
  const route: WhatIfRoute = { ...convertHubRow(row, resource.id), transport }
  if (config.hubConnections.length === 0) return [route]
  return config.hubConnections.map(({ name, circuitKey }) => ({
    ...route,
    peer: name,
    nextHop: null,
    circuit: (circuitKey === null ? undefined : facts.topology.byKey.get(circuitKey)?.id) ?? null,
  }))
}

/** Maximum number of prefixes of a list in {@link summarizeHubTables}. */
const MAX_LISTED = 20

/**
 * Summarizes the rows of each route table of hubs that a network or a gateway's connection uses. The default table of a
 * hub comes before its other tables.
 */
export function summarizeHubTables(facts: WhatIfFacts, tables: readonly TableWhatIfRows[]): WhatIfHubTable[] {
  const byScope = new Map(
    tables.flatMap((one) => (one.rib.table.side === 'azure' ? [[one.rib.table.scope, one] as const] : [])),
  )
  return groupGatewaysSharingTable(facts).flatMap(({ scope, members, networkKey }): WhatIfHubTable[] => {
    const hub = facts.hubs.get(networkKey ?? '')
    if (!hub) return []
    const { id: hubId, name: hubName } = hub.hub
    const describe = (id: string, table: Pick<WhatIfHubTable, 'name' | 'isDefault' | 'networks'>): WhatIfHubTable[] => {
      const found = byScope.get(id)
      if (!found) return []
      const isRead = !found.rib.table.isPartial
      return [{ id, hubId, hubName, ...table, isRead, ...listOutcomes(found.rows) }]
    }
    const isDefaultUsed = hub.defaultNetworks.length + members.flatMap(({ config }) => config.hubConnections).length > 0
    return [
      ...(isDefaultUsed
        ? describe(scope, { name: DEFAULT_HUB_TABLE, isDefault: true, networks: hub.defaultNetworks })
        : []),
      ...hub.customTables.flatMap(({ id, name, networks }) =>
        describe(id, { name, isDefault: false, networks: networks.map((one) => one.name) }),
      ),
    ]
  })
}

function listOutcomes(rows: readonly WhatIfRow[]): Pick<WhatIfHubTable, 'counts' | 'cutOff' | 'failOver' | 'unknown'> {
  const list = (...outcomes: WhatIfOutcome[]) =>
    rows.flatMap(({ prefix, outcome }) => (outcomes.includes(outcome) ? prefix : [])).slice(0, MAX_LISTED)
  return {
    counts: countPrefixesByOutcome(rows),
    cutOff: list('stranded'),
    failOver: list('moves', 'covered'),
    unknown: list('unknown'),
  }
}
