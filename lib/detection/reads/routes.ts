import { formatPrefix, overlapsPrefix, parsePrefix, getCoveringPrefixOfLength } from '#lib/bgp/index.ts'
import { parseHubConnectionName, type RouteChange } from '#lib/contract/index.ts'
import {
  collectCustomerAsns,
  type TableSidesComparison,
  getCustomerOriginAsn,
  listComparedTableSides,
} from '../group/rules/routes/index.ts'
import type { SiteRoutes } from '../group/rules/sites/index.ts'
import { isEventOpen, listLostInstances, listReturnedInstances } from '../model/context.ts'
import type { PastPrefixOrigins, RoutesOfChangedPrefixes } from '../model/route.ts'
import { isHubTablePoll, type GroupTopology } from '../model/topology.ts'
import {
  listGatewayIds,
  canShowReturnedRoutes,
  type GroupPollEvaluationInput,
  listGatewaysWithRouteTables,
} from './group-poll.ts'
import type { RequestDetectionRead } from './read.ts'

/** Maximum number of changed prefixes of one poll whose best paths are compared. Further prefixes are ignored. */
const COMPARED_PREFIXES = 5_000
/**
 * Maximum number of prefixes of one poll for which earlier origins and peers are read. These are prefixes that are new
 * or have a new origin. Further prefixes are ignored.
 */
const ASKED_PAST = 500
/**
 * Maximum number of shorter prefixes that are looked up because they may contain new prefixes. A shorter prefix that
 * contains several new prefixes counts once.
 */
const ASKED_COVERING = 2_000

/** Maximum number of prefixes that contain an IPv6 prefix, without the default route. */
const MAX_SHORTER_PREFIXES = 127

/** The data that rules about routes need for a poll that changed routes; empty if none changed. */
interface RouteReads {
  routes: RoutesOfChangedPrefixes | null
  siteRoutes: SiteRoutes
  comparisons: TableSidesComparison[]
}

const NOTHING: RouteReads = { routes: null, siteRoutes: {}, comparisons: [] }

export function planRouteReads(
  poll: GroupPollEvaluationInput,
  topology: GroupTopology,
  ask: RequestDetectionRead,
): RouteReads | undefined {
  const { mark, signals } = poll
  const changes = signals.flatMap((signal) =>
    signal.type === 'routes' && signal.kind === mark.kind ? signal.changes : [],
  )
  if (canShowReturnedRoutes(poll)) return returnedReads(poll, topology, ask)
  const isBack = mark.kind === 'learned' && listReturnedInstances(poll.state, mark).length > 0
  const reported = isBack ? prefixesOfOpenEvents(poll) : []
  if (changes.length === 0 && reported.length === 0) return NOTHING
  if (isHubTablePoll(topology, mark)) {
    const connectionRoutes = connectionRoutesOf(poll, changes, ask)
    const routes = routeTable(poll, changes, ask)
    return routes && connectionRoutes && { ...NOTHING, routes: { ...routes, connectionRoutes } }
  }
  if (mark.kind === 'tables') {
    const comparisons = comparisonsOf(poll, ask)
    return comparisons && { ...NOTHING, comparisons }
  }
  if (mark.kind !== 'learned' || parseHubConnectionName(mark.subresource) !== null) return NOTHING
  const routes = routeTable(poll, changes, ask, reported)
  const changed = changes.map(({ prefix }) => prefix)
  const siteRoutes = siteRoutesOf({ topology, mark }, [...changed, ...reported], ask)
  return routes && siteRoutes && { ...NOTHING, routes, siteRoutes }
}

/**
 * Reads the current routes to the prefixes of open events. If the routes came back while their circuit and the gateway
 * were not in one group, the events did not end at that time.
 */
function returnedReads(
  poll: GroupPollEvaluationInput,
  topology: GroupTopology,
  ask: RequestDetectionRead,
): RouteReads | undefined {
  const prefixes = prefixesOfOpenEvents(poll)
  if (prefixes.length === 0) return NOTHING
  const found = ask({ kind: 'routesTo', gateways: listGatewayIds(topology), prefixes })
  const siteRoutes = siteRoutesOf({ topology, mark: poll.mark }, prefixes, ask)
  if (!found || !siteRoutes) return undefined
  const byPrefix = Map.groupBy(found.entries, ({ prefix }) => prefix)
  const entries = Object.fromEntries(prefixes.map((prefix) => [prefix, byPrefix.get(prefix) ?? []]))
  return { ...NOTHING, routes: { ...found, ...NO_PAST, entries }, siteRoutes }
}

/** Returns the prefixes of the group's open events about lost or moved routes, at most {@link COMPARED_PREFIXES}. */
function prefixesOfOpenEvents({ state }: GroupPollEvaluationInput): string[] {
  const open = Object.values(state).flatMap(({ live }) =>
    Object.values(live).filter((one) => isEventOpen(one) && one.peersBefore !== undefined),
  )
  return [...new Set(open.flatMap((live) => live.prefixes ?? []))].toSorted().slice(0, COMPARED_PREFIXES)
}

/**
 * Returns the routes of the connections of a hub's gateways to the changed prefixes; undefined = not read yet. These
 * routes show to which connection a row of the hub's table belongs. A gateway with only one connection does not need
 * them for the default table. For a custom table, they also show whether a connection still brings a lost prefix, even
 * if the inventory already shows that the connection does not propagate to the table any more.
 */
function connectionRoutesOf(
  { topology, mark }: GroupPollEvaluationInput,
  changes: readonly RouteChange[],
  ask: RequestDetectionRead,
): RoutesOfChangedPrefixes['connectionRoutes'] {
  const { connections = {}, table } = topology.hubs?.find(({ scope }) => scope === mark.scope) ?? {}
  const gateways = Object.entries(connections).flatMap(([gateway, names]) => (table || names.length > 1 ? gateway : []))
  if (gateways.length === 0) return []
  const prefixes = [...new Set(changes.map(({ prefix }) => prefix))].slice(0, COMPARED_PREFIXES)
  return ask({ kind: 'connectionRoutes', gateways, prefixes })
}

function routeTable(
  poll: GroupPollEvaluationInput,
  changes: readonly RouteChange[],
  ask: RequestDetectionRead,
  more: readonly string[] = [],
): RoutesOfChangedPrefixes | undefined {
  const { mark } = poll
  const gateways = listGatewaysWithRouteTables(poll)
  const prefixes = [...new Set([...changes.map(({ prefix }) => prefix), ...more])].slice(0, COMPARED_PREFIXES)
  const found = ask({ kind: 'routesTo', gateways, prefixes })
  // The first table has no earlier state, and no rule uses the earlier origins of a hub's table.
  const past = mark.previousOkAt === null || mark.kind === 'tables' ? NO_PAST : pastOf(poll, changes, ask)
  if (!found) return undefined
  const byPrefix = Map.groupBy(found.entries, ({ prefix }) => prefix)
  // A prefix that lost its own route uses the route of the next shorter prefix. These routes are requested in the same
  // round as those of `past`.
  const gone = found.covered.filter((prefix) => !byPrefix.has(prefix))
  const instead = coveringOf(gateways, gone, ask)
  if (!past || !instead) return undefined
  // The store also counts routes of lost instances as covering ones, which the answers do not contain
  // (`leaveOutLostInstances`). If more shorter prefixes exist than are looked up, its result is used.
  const isLookedUp = listLostInstances(poll.state).length > 0 && gone.length * MAX_SHORTER_PREFIXES <= ASKED_COVERING
  const isUncovered = (prefix: string) => isLookedUp && !byPrefix.has(prefix) && instead[prefix] === undefined
  return {
    entries: Object.fromEntries(prefixes.map((prefix) => [prefix, byPrefix.get(prefix) ?? []])),
    covered: found.covered.filter((prefix) => !isUncovered(prefix)),
    ownSpace: found.ownSpace,
    ...(found.readAt && { readAt: found.readAt }),
    ...past,
    covering: { ...past.covering, ...instead },
  }
}

type Past = Pick<RoutesOfChangedPrefixes, 'past' | 'covering' | 'asnsElsewhere'>
const NO_PAST: Past = { past: {}, covering: {}, asnsElsewhere: [] }

/**
 * Returns the earlier origins and peers of prefixes with a new origin; undefined = not read yet. For a prefix that was
 * never announced before, the prefixes that may contain it are needed too. They are read in a second round.
 */
function pastOf(
  poll: GroupPollEvaluationInput,
  changes: readonly RouteChange[],
  ask: RequestDetectionRead,
): Past | undefined {
  const gateways = listGatewaysWithRouteTables(poll)
  const prefixes = [...new Set(changes.filter(hasNewOrigin).map(({ prefix }) => prefix))].slice(0, ASKED_PAST)
  const past: Record<string, PastPrefixOrigins> | undefined =
    prefixes.length === 0 ? {} : ask({ kind: 'routePast', gateways, prefixes, before: poll.mark.startedAt })
  const covering =
    past &&
    coveringOf(
      gateways,
      prefixes.filter((prefix) => !past[prefix]),
      ask,
    )
  const elsewhere = asnsElsewhere(poll, changes, ask)
  return covering && elsewhere && { past, covering, asnsElsewhere: elsewhere }
}

function hasNewOrigin({ op, before, after }: RouteChange): boolean {
  if (op === 'withdraw') return false
  const had = new Set(before.map(getCustomerOriginAsn))
  return after.some((entry) => !had.has(getCustomerOriginAsn(entry)))
}

/**
 * Returns the routes to the longest prefix that contains each of these prefixes, except a default route; undefined =
 * not read yet.
 */
function coveringOf(
  gateways: readonly string[],
  prefixes: readonly string[],
  ask: RequestDetectionRead,
): RoutesOfChangedPrefixes['covering'] | undefined {
  const wanted = new Set<string>()
  const shorterOf = new Map<string, string[]>()
  for (const prefix of prefixes) {
    const shorter = shorterPrefixes(prefix)
    if (wanted.size + shorter.length > ASKED_COVERING) break
    for (const one of shorter) wanted.add(one)
    shorterOf.set(prefix, shorter)
  }
  if (wanted.size === 0) return {}
  const found = ask({ kind: 'routesTo', gateways, prefixes: [...wanted] })
  if (!found) return undefined
  const byPrefix = Map.groupBy(found.entries, ({ prefix }) => prefix)
  return Object.fromEntries(
    [...shorterOf].flatMap(([prefix, shorter]) => {
      const longest = shorter.find((one) => byPrefix.has(one))
      return longest === undefined ? [] : [[prefix, byPrefix.get(longest) ?? []]]
    }),
  )
}

/** Returns every prefix that contains the given one, longest first, without the default route. */
function shorterPrefixes(text: string): string[] {
  const prefix = parsePrefix(text)
  if (!prefix) return []
  return Array.from({ length: Math.max(0, prefix.length - 1) }, (_, n) =>
    formatPrefix(getCoveringPrefixOfLength(prefix, prefix.length - 1 - n)),
  )
}

/**
 * Returns the ASNs of all routes that this poll did not change; undefined = not read yet. They are read only if one of
 * the poll's AS paths contains an ASN that is not stored as known; otherwise the result is empty.
 */
function asnsElsewhere(
  { mark, state }: GroupPollEvaluationInput,
  changes: readonly RouteChange[],
  ask: RequestDetectionRead,
): number[] | undefined {
  const remembered = state[mark.scope]?.asns ?? {}
  const before = collectCustomerAsns(changes, 'before')
  const isFresh = [...collectCustomerAsns(changes, 'after')].some(
    (asn) => remembered[asn] === undefined && !before.has(asn),
  )
  if (!isFresh) return []
  const reported = ask({ kind: 'reportedRoutes', scopes: [mark.scope], since: mark.startedAt })
  const changed = new Set(changes.map(({ prefix }) => prefix))
  return reported && [...new Set(reported.filter(({ prefix }) => !changed.has(prefix)).flatMap(({ asPath }) => asPath))]
}

/**
 * Returns, by site name, the routes to each site whose address ranges overlap one of the prefixes; a site with too many
 * routes is left out. The whole result is undefined while the routes of a site have not been read yet.
 */
function siteRoutesOf(
  { topology, mark }: Pick<GroupPollEvaluationInput, 'topology' | 'mark'>,
  prefixes: readonly string[],
  ask: RequestDetectionRead,
): SiteRoutes | undefined {
  const changed = [...new Set(prefixes)].flatMap((text) => parsePrefix(text) ?? [])
  const touched = [...topology.sites, ...(topology.learned ?? [])].filter(({ prefixes }) => {
    const space = prefixes.flatMap((text) => parsePrefix(text) ?? [])
    return space.some((own) => changed.some((prefix) => overlapsPrefix(own, prefix)))
  })
  const gateways = listGatewaysWithRouteTables({ topology, mark })
  const found = touched.map(({ name, prefixes: ranges }) => ({
    name,
    entries: ask({ kind: 'routesWithin', gateways, ranges }),
  }))
  if (found.some(({ entries }) => entries === undefined)) return undefined
  return Object.fromEntries(found.flatMap(({ name, entries }) => (entries ? [[name, entries]] : [])))
}

/**
 * Returns the comparisons that include the polled route table. Comparisons are left out if one of their tables was
 * never read. Undefined = not read yet.
 */
function comparisonsOf(
  { mark, topology }: GroupPollEvaluationInput,
  ask: RequestDetectionRead,
): TableSidesComparison[] | undefined {
  const found = listComparedTableSides(topology, { scope: mark.scope, subresource: mark.subresource }).map(
    ({ scope, name, a, b, within }) => ({
      scope,
      name,
      result: ask({ kind: 'pathTables', a, b, within }),
    }),
  )
  if (found.some(({ result }) => result === undefined)) return undefined
  return found.flatMap(({ scope, name, result }) => (result ? [{ scope, name, result }] : []))
}
