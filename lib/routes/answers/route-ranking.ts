import {
  type IpAddress,
  formatAsPath,
  isNetworkSpaceRoute,
  parseAddress,
  parsePrefix,
  rankCandidates,
  type RankedCandidate,
  rankMseeRoutes,
  findSystemRoute,
} from '#lib/bgp/index.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  type EpochMs,
  getTopLevelResourceId,
  type RoutingPreference,
} from '#lib/contract/index.ts'
import type { ForwardingTablePollKind } from '#lib/contract/poll.ts'
import type { RouteLookup } from '../api/index.ts'
import {
  readResourcePage,
  listSources,
  type ResourceView,
  type RouteAtMoment,
  readCoveringRoutes,
  type SourceStatus,
} from '#lib/history/index.ts'
import { lookUpInRoutes } from '../rules/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  type OtherCustomersPaths,
  findOtherCustomersPaths,
  readTopology,
} from '#lib/questions/index.ts'
import { type VisibleRankedRoute, hideOtherCustomersPaths } from '../rules/candidates.ts'

import { type GatewayWithNetwork, readGatewayNetworks } from '#lib/gateways/answers/index.ts'

import { convertGatewayRoutes, convertPathRoutes, type RankableRoute, convertSystemRoute } from './route-candidates.ts'

import { type SystemRoute, findSystemRoutes } from './system-routes.ts'
import { findObservedTables, hasReadGivenTables, type ObservedTables } from './observed-tables.ts'

export interface RouteRankingQuery {
  ip: string
  /** queried time; undefined = now */
  at: EpochMs | undefined
  /** gateway, circuit or hub whose tables are searched; null = all gateways and hubs */
  resource: ResourceView | null
}

/** The routes that cover an address at a time, in order of preference. */
export interface RankedRoutes {
  kind: ForwardingTablePollKind
  address: IpAddress
  seen: ObservedTables
  known: RouteLookup['known']
  match: string | null
  system: RouteLookup['system']
  /** Ranked routes. Of another customer's route, only the fields are included that the caller may see */
  candidates: VisibleRankedRoute<RankableRoute>[]
  gateways: readonly GatewayWithNetwork[]
  sources: readonly SourceStatus[]
}

/**
 * Ranks the routes to an address. If a resource is given, only its tables are used: the learned tables of a gateway, or
 * the tables of a circuit's paths or of a hub. Otherwise, traffic may start in any virtual network or hub. The routes
 * of each virtual network (from its gateways and Route Server) and of each Virtual WAN hub are then ranked separately.
 */
export async function rankRoutes(
  db: ReadableDatabase,
  { ip, at, resource }: RouteRankingQuery,
  now: EpochMs,
): Promise<RankedRoutes> {
  const q = getSqlExecutor(db)
  const scope = resource?.id
  const kind: ForwardingTablePollKind = resource && hasPathTables(resource) ? 'tables' : 'learned'
  const [seen, rows, sources] = await Promise.all([
    findObservedTables(q, { scope, kind, at, now }),
    readCoveringRoutes(q, { address: ip, scope, at: at ?? null, kinds: [kind] }),
    listSources(q, { scope }),
  ])
  const routes = rows.filter(
    (row) => row.known !== 'unknown' && seen.tables.has(row.sourceId) && (scope !== undefined || !isInHub(row)),
  )
  const address = addressOf(ip)
  const gateways = kind === 'tables' ? [] : await readGatewayNetworks(q, seenScopes(sources, seen), at)
  const own = await findSystemRoutes(q, { address, gateways, at })
  const hidden = kind === 'tables' ? await hiddenHubRoutes(db, routes, { ip, at, scope }) : NOTHING_HIDDEN
  const candidates =
    kind === 'tables'
      ? convertPathRoutes([...routes, ...hidden.routes])
      : withSystemRoutes(await gatewayRoutes(db, routes, { ip, at, scope }, now), own)
  const { match, candidates: ranked } =
    kind === 'tables'
      ? lookUpInRoutes(candidates, address, rankMseeRoutes)
      : await rankStarts(q, candidates, { address, at, resource })
  const hubs = resource === null ? await rankHubs(db, sources, { address, ip, at }, now) : NO_HUBS
  const isFound = ranked.length + hubs.candidates.length > 0
  // if traffic may start anywhere, the tables of hubs are ranked in place of the tables of their connections
  const covered = resource === null ? hasReadGivenTables(seen) : seen.covered
  const known = knownWithHubs(knownOf(rows, routes, { ...seen, covered }), hubs, isFound)
  return {
    kind,
    address,
    seen: { ...seen, covered: seen.covered && hubs.isCovered, uncovered: [...seen.uncovered, ...hubs.uncovered] },
    known,
    match: match ?? hubs.match,
    system: kind === 'tables' || (ranked.length === 0 && isFound) ? null : systemOf(address, known, ranked, own),
    candidates: [
      ...[...Map.groupBy(ranked, ({ start }) => start?.id)].flatMap(([, one]) =>
        hideOtherCustomersPaths(one, isAnothersIn(db, hidden.others)),
      ),
      ...hubs.candidates,
    ],
    gateways,
    sources,
  }
}

/** Ranked routes from the route tables of all hubs. Each table is ranked separately. */
interface RankedHubs {
  match: string | null
  candidates: VisibleRankedRoute<RankableRoute>[]
  /** true if the default table of every hub was read, and no poll of a hub table has a gap at this time */
  isCovered: boolean
  uncovered: ObservedTables['uncovered']
}

const NO_HUBS: RankedHubs = { match: null, candidates: [], isCovered: true, uncovered: [] }

async function rankHubs(
  db: ReadableDatabase,
  sources: readonly SourceStatus[],
  { address, ip, at }: { address: IpAddress; ip: string; at: EpochMs | undefined },
  now: EpochMs,
): Promise<RankedHubs> {
  const q = getSqlExecutor(db)
  const types = [armTypes.virtualHub, armTypes.hubRouteTable]
  const hubs = (await readResourcePage(q, { types, ...(at !== undefined && { at }) })).filter(hasPathTables)
  if (hubs.length === 0) return NO_HUBS
  const ids = new Set(hubs.map(({ id }) => id))
  const seen = await findObservedTables(q, { scope: undefined, kind: 'tables', at, now })
  const rows = await readCoveringRoutes(q, { address: ip, at: at ?? null, kinds: ['tables'] })
  const own = rows.filter(
    ({ known, scope, sourceId }) => known !== 'unknown' && ids.has(scope) && seen.tables.has(sourceId),
  )
  const read = seenScopes(sources, seen)
  const uncovered = seen.uncovered.filter(({ scope }) => ids.has(scope))
  // The default table of every hub must have been read. Further route tables may be unpolled.
  const isRead = hubs.every(({ id, type }) => type !== armTypes.virtualHub || read.has(id))
  const matches: string[] = []
  const candidates: RankedHubs['candidates'] = []
  for (const scope of [...read].filter((one) => ids.has(one))) {
    const routes = own.filter((row) => row.scope === scope)
    const hidden = await hiddenHubRoutes(db, routes, { ip, at, scope })
    const found = lookUpInRoutes(convertPathRoutes([...routes, ...hidden.routes]), address, rankMseeRoutes)
    if (found.match !== null) matches.push(found.match)
    candidates.push(...hideOtherCustomersPaths(found.candidates, isAnothersIn(db, hidden.others)))
  }
  return { match: longestOf(matches), candidates, isCovered: isRead && uncovered.length === 0, uncovered }
}

const lengthOf = (prefix: string): number => parsePrefix(prefix)?.length ?? -1
const longestOf = (prefixes: readonly string[]): string | null =>
  prefixes.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0] ?? null

/**
 * Returns the certainty of the result when the tables of hubs are included. "No route" is certain only if the table of
 * every hub was read.
 */
function knownWithHubs(
  known: RouteLookup['known'],
  { candidates, isCovered }: RankedHubs,
  isFound: boolean,
): RouteLookup['known'] {
  if (known === 'unknown') return candidates.length > 0 ? 'indeterminate' : known
  return known === 'observed' && !isFound && !isCovered ? 'indeterminate' : known
}

/**
 * Reports whether a route is from the learned table of a gateway inside a hub. Such routes are not ranked, because the
 * hub's own table decides.
 */
const isInHub = ({ resourceType }: RouteAtMoment): boolean =>
  resourceType === armTypes.expressRouteGateway || resourceType === armTypes.vpnGateway

/**
 * Reports whether a resource has tables that contain only best routes: a circuit (for each path), a Virtual WAN hub, or
 * one of its route tables.
 */
const hasPathTables = ({ type, config }: ResourceView): boolean =>
  type === armTypes.circuit ||
  type === armTypes.hubRouteTable ||
  (type === armTypes.virtualHub && decodeResourceConfig(type, config)?.resource === 'network')

/** Returns the short IDs of the resources with at least one table that was observed at the time. */
function seenScopes(sources: readonly { sourceId: number; scope: string }[], { tables }: ObservedTables): Set<string> {
  return new Set(sources.flatMap(({ sourceId, scope }) => (tables.has(sourceId) ? [scope] : [])))
}

function addressOf(ip: string): IpAddress {
  const address = parseAddress(ip)
  if (!address) throw new RangeError(`no address: ${ip}`)
  return address
}

/**
 * Adds the system routes, which have priority over BGP routes, and the names of their virtual networks. A system route
 * is left out if the table of its gateway already contains one. Such a table contains the address space of the
 * gateway's network, and of networks that are peered with gateway transit. Other peered networks are known only from
 * the configuration. If no table contains a route, the result is empty.
 */
function withSystemRoutes(candidates: readonly RankableRoute[], own: readonly SystemRoute[]): RankableRoute[] {
  if (candidates.length === 0) return []
  const listed = new Set(candidates.filter(isNetworkSpaceRoute).map(({ scope }) => scope))
  const networkOf = new Map(own.map(({ gateway, network }) => [gateway.id, network]))
  const named = candidates.map((one) =>
    isNetworkSpaceRoute(one) ? { ...one, network: networkOf.get(one.scope) ?? null } : one,
  )
  return [...named, ...own.filter(({ gateway }) => !listed.has(gateway.id)).map(convertSystemRoute)]
}

function systemOf(
  address: IpAddress,
  known: RouteLookup['known'],
  ranked: readonly RankedCandidate<RankableRoute>[],
  own: readonly SystemRoute[],
): RouteLookup['system'] {
  if (known === 'unknown') return null
  const used = ranked.find((one) => one.rank === 1 && !isNetworkSpaceRoute(one)) ?? ranked[0]
  if (used)
    return isNetworkSpaceRoute(used) ? (own.find(({ gateway }) => gateway.id === used.scope)?.kind ?? 'vnet') : null
  const [first] = own
  if (first) return first.kind
  // If a table was not read, it may contain a route to the address. It is then unknown whether Azure uses the system
  // route.
  return known === 'observed' ? findSystemRoute(address) : null
}

/**
 * Returns the routes in the learned tables of gateways, in a form that can be ranked. A route of another customer is
 * included only if it competes with a route that the caller may see, that is, if it has the same prefix in the same
 * table.
 */
async function gatewayRoutes(
  db: ReadableDatabase,
  routes: readonly RouteAtMoment[],
  { ip, at, scope }: { ip: string; at: EpochMs | undefined; scope: string | undefined },
  now: EpochMs,
): Promise<RankableRoute[]> {
  const others = findOtherCustomersPaths(db)
  if (!others || routes.length === 0) return convertGatewayRoutes(getSqlExecutor(db), routes, at, now)
  const tableOf = ({ sourceId, prefix }: RouteAtMoment) => `${sourceId} ${prefix}`
  const seen = new Set(routes.map(tableOf))
  const all = await readCoveringRoutes(others.whole, { address: ip, scope, at: at ?? null, kinds: ['learned'] })
  const competing = all.filter(
    (route) => route.known !== 'unknown' && seen.has(tableOf(route)) && leadsToAnother(others, route),
  )
  return convertGatewayRoutes(others.whole, [...routes, ...competing], at, now)
}

const NOTHING_HIDDEN: { routes: RouteAtMoment[]; others: RouteAtMoment[] } = { routes: [], others: [] }

/**
 * Returns the routes in a hub's table that a caller with limited access may not see, for prefixes that the caller's own
 * connections announce as well. The AS path shows whether such a route belongs to the caller or to another customer.
 * @returns `routes`: all these routes; `others`: the routes among them that belong to other customers
 */
async function hiddenHubRoutes(
  db: ReadableDatabase,
  routes: readonly RouteAtMoment[],
  { ip: address, at = null, scope }: { ip: string; at: EpochMs | null | undefined; scope: string | undefined },
): Promise<typeof NOTHING_HIDDEN> {
  const others = findOtherCustomersPaths(db)
  const gateways = scope === undefined ? null : (others?.gatewaysOfHub(scope) ?? null)
  if (!others || !gateways) return NOTHING_HIDDEN
  const [brought, all] = await Promise.all([
    readCoveringRoutes(getSqlExecutor(db), { address, at, kinds: ['learned'] }),
    readCoveringRoutes(others.whole, { address, scope, at, kinds: ['tables'] }),
  ])
  const pathOf = (row: RouteAtMoment) => `${row.prefix} ${formatAsPath(row)}`
  const ownRows = brought.filter((row) => gateways.has(row.scope))
  const own = new Set(ownRows.map(({ prefix }) => prefix))
  const ownPaths = new Set(ownRows.map(pathOf))
  const rowOf = ({ sourceId, prefix, peer, nextHop, ...path }: RouteAtMoment) =>
    JSON.stringify([sourceId, prefix, peer, nextHop, formatAsPath(path)])
  const seen = new Set(routes.map(rowOf))
  const hidden = all.filter((row) => row.known !== 'unknown' && own.has(row.prefix) && !seen.has(rowOf(row)))
  return { routes: hidden, others: hidden.filter((row) => !ownPaths.has(pathOf(row))) }
}

/**
 * Returns a function that reports whether a route belongs to another customer than the caller.
 * @param hidden routes of a hub that belong to other customers
 */
function isAnothersIn(db: ReadableDatabase, hidden: readonly RouteAtMoment[]): (candidate: RankableRoute) => boolean {
  const others = findOtherCustomersPaths(db)
  return ({ route }) => others !== null && (leadsToAnother(others, route) || hidden.includes(route))
}

/**
 * Reports whether a route leads to another customer, by its peer. If another gateway instance passed the route on, the
 * next hop is compared instead of the peer.
 */
const leadsToAnother = ({ isAnothers }: OtherCustomersPaths, { scope, peer, nextHop }: RouteAtMoment): boolean =>
  isAnothers(scope, peer) || isAnothers(scope, nextHop)

/**
 * Returns the certainty of the result. It is `indeterminate` if a route was changing, or if a table or a part of a
 * table was not read and may contain a better route. It is `unknown` if no table was read.
 * @param seen `covered`: true if all tables that are ranked were read
 */
function knownOf(
  rows: readonly RouteAtMoment[],
  routes: readonly RouteAtMoment[],
  seen: ObservedTables,
): RouteLookup['known'] {
  if (seen.tables.size === 0) return 'unknown'
  const hidden = rows.some((row) => row.known === 'unknown' && seen.tables.has(row.sourceId))
  const unsure = routes.some(({ known }) => known === 'indeterminate')
  return hidden || unsure || !seen.covered ? 'indeterminate' : 'observed'
}

/** A virtual network in which traffic may start, and the routing preference in this network. */
interface StartNetwork {
  start: NonNullable<RankableRoute['start']>
  preference: RoutingPreference
}

/**
 * Ranks the routes of each virtual network separately. If the network of a gateway is unknown, the routes of this
 * gateway are ranked separately.
 */
async function rankStarts(
  q: SqlExecutor,
  candidates: readonly RankableRoute[],
  { address, at, resource }: { address: IpAddress; at: EpochMs | undefined; resource: ResourceView | null },
): Promise<{ match: string | null; candidates: RankedCandidate<RankableRoute>[] }> {
  const networkOf = await startNetworks(q, at)
  const byStart = Map.groupBy(candidates, (one) => networkOf(one)?.start.id ?? one.scope)
  const ranked = [...byStart.values()].map((own) => {
    const network = own[0] && networkOf(own[0])
    const preference = resource ? preferenceOf(resource) : (network?.preference ?? 'expressRoute')
    const rows = network ? own.map((one) => ({ ...one, start: network.start })) : own
    return lookUpInRoutes(rows, address, (routes) => rankCandidates(routes, { preference }))
  })
  return {
    match: longestOf(ranked.flatMap(({ match }) => match ?? [])),
    candidates: ranked.flatMap((one) => one.candidates),
  }
}

/**
 * Returns a function that finds the virtual network of a route, by its gateway or by the Route Server to which its peer
 * belongs.
 */
async function startNetworks(
  q: SqlExecutor,
  at: EpochMs | undefined,
): Promise<(route: Pick<RankableRoute, 'resourceId'>) => StartNetwork | undefined> {
  const { gateways } = await readTopology(q, at)
  const keys = [...new Set(gateways.flatMap(({ config }) => config.networkKey ?? []))]
  const types = [armTypes.virtualNetwork, armTypes.virtualHub]
  const networks = keys.length === 0 ? [] : await readResourcePage(q, { types, keys, ...(at !== undefined && { at }) })
  const names = new Map(networks.map(({ id, name, resourceId }) => [normalizeArmId(resourceId), { id, name }]))
  const starts = new Map<string, StartNetwork>()
  for (const own of Map.groupBy(gateways, ({ resource, config }) => config.networkKey ?? resource.id).values()) {
    const [first] = own.toSorted((a, b) => (a.resource.id < b.resource.id ? -1 : 1))
    if (!first) continue
    // If the caller may not see the network itself, the name of one of its gateways is used.
    const start = names.get(first.config.networkKey ?? '') ?? { id: first.resource.id, name: first.resource.name }
    const server = own.find(({ config }) => config.kind === 'routeServer')
    const network = { start, preference: server?.config.routingPreference ?? 'expressRoute' }
    for (const { resource } of own) starts.set(normalizeArmId(resource.resourceId), network)
  }
  return ({ resourceId }) =>
    starts.get(normalizeArmId(resourceId)) ?? starts.get(normalizeArmId(getTopLevelResourceId(resourceId)))
}

/** Returns the routing preference of a Route Server or a hub. Other resources have Azure's default (ExpressRoute). */
function preferenceOf(resource: ResourceView | null): RoutingPreference {
  const config = resource && decodeResourceConfig(resource.type, resource.config)
  const isHub = config?.resource === 'gateway' || config?.resource === 'network'
  return isHub ? config.routingPreference : 'expressRoute'
}
