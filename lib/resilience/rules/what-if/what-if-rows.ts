import { findBestCandidates, findSystemRoute } from '#lib/bgp/index.ts'
import { memoizePerObject } from '#lib/bgp/memoize.ts'
import type { WhatIfOutcome, WhatIfPath, WhatIfRow } from '../../api/index.ts'
import { type RouteTableAtom, type RouteTableSplitIntoAtoms, formatFirstAddress } from './table-atoms.ts'
import { getPreferenceBasis, selectCustomerBestRoutes } from './customer-choice.ts'
import { type WhatIfFailure, determineFailureEffectOnRoute, listFailureKeys } from './what-if-failure.ts'
import {
  type NeighborPathAssignment,
  findUnassignedNeighborKey,
  assignRouteToPath,
  listNeighborAssignments,
} from './neighbor-assignments.ts'
import type { WhatIfRoute, WhatIfTable } from './what-if-route.ts'

/**
 * The best routes to the addresses of an atom (a prefix without its more specific prefixes). `at` is the atom of the
 * longest prefix that has a route to these addresses; null = there is no route.
 */
interface Best {
  at: RouteTableAtom | null
  routes: readonly WhatIfRoute[]
}

const NONE: Best = { at: null, routes: [] }

/**
 * A route table for what-ifs. The same object is used for many failures, so that the best routes without a failure are
 * computed only once.
 */
export interface WhatIfRib extends RouteTableSplitIntoAtoms {
  /** Cache of the best routes to each atom (a prefix without its more specific prefixes) while nothing has failed. */
  best: Map<RouteTableAtom, readonly WhatIfRoute[]>
}

export const createWhatIfRib = (table: RouteTableSplitIntoAtoms): WhatIfRib => ({ ...table, best: new Map() })

/** Functions that return the names that rows contain. */
export interface RowNameFunctions {
  /** Returns the site of a prefix of the customer; null = unknown. */
  siteOf: (prefix: string) => string | null
  /** Returns the name of a gateway, hub or circuit. */
  nameOf: (id: string) => string
}

/**
 * Returns a function that returns the indexes of the route tables that a failure may affect, in ascending order. Most
 * failures affect few tables. {@link computeWhatIfRows} finds no change in the other tables.
 */
export function createAffectedTablesFinder(ribs: readonly WhatIfRib[]): (failure: WhatIfFailure) => number[] {
  const places = new Map<string, number[]>()
  for (const [place, { dependents }] of ribs.entries())
    for (const key of dependents.keys()) {
      const known = places.get(key)
      if (known) known.push(place)
      else places.set(key, [place])
    }
  return (failure) => {
    const touched = new Set([...listFailureKeys(failure)].flatMap((key) => places.get(key) ?? []))
    return [...touched].toSorted((a, b) => a - b)
  }
}

/**
 * Returns a row for each atom of a route table, except atoms to which system routes deliver. If the failure does not
 * affect the prefix that decides about an atom, the outcome is `stays` and nothing is computed. If no prefix decides
 * and a part of the table was not read, the outcome is `unknown`.
 * @param only `changed` = leave out atoms whose deciding prefix is not affected, and atoms that keep all their paths
 */
export function computeWhatIfRows(
  rib: WhatIfRib,
  failure: WhatIfFailure,
  names: RowNameFunctions,
  only: 'all' | 'changed' = 'all',
): WhatIfRow[] {
  const touched = new Set<RouteTableAtom>()
  for (const key of listFailureKeys(failure)) for (const atom of rib.dependents.get(key) ?? []) touched.add(atom)
  const placements = placementsOf(rib, failure)
  return rib.atoms.flatMap((atom) => {
    if (atom.isOwn || atom.first === null) return []
    const before = bestNow(rib, atom)
    if (before.at === null || !touched.has(before.at)) {
      // The unread part of the table may contain a route, so the outcome is unknown.
      const outcome = before.at === null && rib.table.isPartial ? 'unknown' : 'stays'
      return only === 'changed' ? [] : [rowOf(rib, atom, before, { ...before, outcome, reduced: false }, names)]
    }
    const after = afterwards(rib, atom, before, failure, touched, placements)
    if (only === 'changed' && after.outcome === 'stays' && !after.reduced) return []
    return [rowOf(rib, atom, before, after, names)]
  })
}

function bestNow(rib: WhatIfRib, atom: RouteTableAtom): Best {
  for (let at: RouteTableAtom | null = atom; at; at = at.parent) {
    if (at.routes.length > 0) return { at, routes: findBestRoutes(rib, at) }
  }
  return NONE
}

/**
 * Returns the best routes of all atoms of a table. If several atoms use the same route, the result contains it several
 * times.
 */
export const listBestRoutes = (rib: WhatIfRib): WhatIfRoute[] =>
  rib.atoms.flatMap((atom) => (atom.isOwn || atom.first === null ? [] : bestNow(rib, atom).routes))

/** Returns the best routes to the prefix of an atom while nothing has failed. */
export function findBestRoutes(rib: WhatIfRib, at: RouteTableAtom): readonly WhatIfRoute[] {
  const known = rib.best.get(at)
  if (known) return known
  const found = selectBestRemaining(rib.table, at, at.routes)
  rib.best.set(at, found)
  return found
}

/**
 * Returns the best routes to the prefix of an atom.
 * @param routes the remaining routes to the prefix
 */
export const selectBestRemaining = (
  { side, preference }: WhatIfTable,
  at: RouteTableAtom,
  routes: readonly WhatIfRoute[],
) =>
  side === 'onprem' ? selectCustomerBestRoutes(routes, at.routes, preference) : findBestCandidates(routes, preference)

/** The routes to a prefix that remain after a failure, as maximum and minimum. */
interface Left {
  /** routes that certainly or possibly remain, including those for which the effect of the failure is unknown */
  most: readonly WhatIfRoute[]
  /** Routes that certainly remain. */
  least: readonly WhatIfRoute[]
}

/**
 * A possible assignment of paths to the neighbors whose path is unknown. It caches the remaining routes that were
 * computed for it.
 */
interface Placement {
  world: NeighborPathAssignment
  left: Map<RouteTableAtom, Left>
}

/**
 * Returns the assignments for which outcomes must be compared. If there are too many, the result is a single empty
 * assignment. Then each route of a neighbor whose path is unknown may be lost or may remain.
 */
function placementsOf({ table: { open = [] } }: WhatIfRib, failure: WhatIfFailure): Placement[] {
  const worlds = listNeighborAssignments(open, failure)
  return (worlds.length > 0 ? worlds : [new Map()]).map((world) => ({ world, left: new Map() }))
}

function leftOf(at: RouteTableAtom, failure: WhatIfFailure, world: NeighborPathAssignment): Left {
  const most: WhatIfRoute[] = []
  const least: WhatIfRoute[] = []
  for (const route of at.routes) {
    const placed = assignRouteToPath(route, world)
    const fate = determineFailureEffectOnRoute(placed, failure)
    if (fate.is === 'lost') continue
    const { circuit, path, connection, possible } = route
    const then = fate.is === 'changed' ? { ...fate.to, circuit, path, connection, possible } : route
    most.push(then)
    if (fate.is !== 'unknown') least.push(then)
  }
  return most.length === least.length ? { most, least: most } : { most, least }
}

interface After extends Best {
  outcome: WhatIfOutcome
  reduced: boolean
}

/**
 * Returns the outcome of an atom if it is the same for all possible assignments of paths to neighbors; otherwise
 * `unknown`. If a part of the table was not read, every outcome except `stays` becomes `unknown`.
 */
function afterwards(
  { table }: WhatIfRib,
  atom: RouteTableAtom,
  before: Best,
  failure: WhatIfFailure,
  touched: ReadonlySet<RouteTableAtom>,
  placements: readonly Placement[],
): After {
  let agreed: { after: After; text: string } | null = null
  for (const { world, left: known } of placements) {
    const left = (at: RouteTableAtom): Left => {
      if (!touched.has(at)) return { most: at.routes, least: at.routes }
      const found = known.get(at) ?? leftOf(at, failure, world)
      known.set(at, found)
      return table.uncertain?.has(at.text) ? { most: found.most, least: [] } : found
    }
    const optimistic = bestAmong(atom, table, (at) => left(at).most)
    const pessimistic = bestAmong(atom, table, (at) => left(at).least)
    if (!isSame(optimistic, pessimistic)) return UNDECIDED
    const after = judge(table, atom, before, pessimistic)
    const text = textOf(after, world)
    if (agreed !== null && agreed.text !== text) return UNDECIDED
    agreed ??= { after, text }
  }
  // The unread part of the table, or another hub, may have a route that takes over the traffic.
  const isWithout = agreed !== null && agreed.after.at !== before.at
  const isUnsure =
    (table.isPartial && agreed?.after.outcome !== 'stays') ||
    (isWithout && hasRouteElsewhere(table, before.at, failure))
  return agreed === null || isUnsure ? UNDECIDED : agreed.after
}

/**
 * Reports whether another hub of the Virtual WAN may still have a route to a prefix after a failure. It does not help if
 * the hub of the table itself is lost.
 */
const hasRouteElsewhere = (
  { hub, scope, elsewhere }: WhatIfTable,
  at: RouteTableAtom | null,
  failure: WhatIfFailure,
): boolean =>
  at !== null &&
  !failure.gateways.has(hub ?? scope) &&
  (elsewhere?.get(at.text) ?? []).some((route) => determineFailureEffectOnRoute(route, failure).is !== 'lost')

const UNDECIDED: After = { ...NONE, outcome: 'unknown', reduced: false }

/**
 * Returns a text by which outcomes are compared. Neighbors of a circuit whose paths are unknown are not distinguished,
 * because only their number matters. Gateway instances are left out, because the paths of a row do not contain them.
 */
function textOf({ at, routes, outcome, reduced }: After, world: NeighborPathAssignment): string {
  const hops = new Map(
    routes.map((route) => [
      formatPathId(getRoutePath(route)),
      findUnassignedNeighborKey(route, world) === null
        ? formatPathId(getRoutePath(route))
        : `${route.gateway} ${route.circuit}`,
    ]),
  )
  return [at?.text, outcome, reduced, ...[...hops.values()].toSorted()].join('\n')
}

function bestAmong(
  atom: RouteTableAtom,
  table: WhatIfTable,
  routesTo: (at: RouteTableAtom) => readonly WhatIfRoute[],
): Best {
  for (let at: RouteTableAtom | null = atom; at; at = at.parent) {
    const routes = routesTo(at)
    if (routes.length > 0) return { at, routes: selectBestRemaining(table, at, routes) }
  }
  return NONE
}

const isSame = (a: Best, b: Best) =>
  a.at === b.at && a.routes.length === b.routes.length && holdsAll(keysOfHops(a), keysOfHops(b))

const keysOfHops = ({ routes }: Best) => new Set(routes.map(hopKey))
/**
 * Returns a key of a route that contains the gateway instance. If the route remains on fewer instances, there are fewer
 * ECMP paths.
 */
const hopKey = (route: WhatIfRoute) => `${formatPathId(getRoutePath(route))} ${route.gateway} ${route.instance}`
/** Returns a text that identifies a path within a route table. */
export const formatPathId = ({ peer, circuitId, path }: WhatIfPath) => `${peer} ${circuitId} ${path}`
const holdsAll = (outer: ReadonlySet<string>, inner: ReadonlySet<string>) => [...inner].every((one) => outer.has(one))

function judge(table: WhatIfTable, atom: RouteTableAtom, before: Best, after: Best): After {
  if (after.at === null) return { ...NONE, outcome: withoutRoute(table, atom, before), reduced: false }
  if (after.at.length === before.at?.length) {
    const paths = (best: Best) => new Set(best.routes.map((route) => formatPathId(getRoutePath(route))))
    if (!holdsAll(paths(before), paths(after))) return { ...after, outcome: 'moves', reduced: false }
    return { ...after, outcome: 'stays', reduced: keysOfHops(after).size < keysOfHops(before).size }
  }
  return { ...after, outcome: after.at.length === 0 ? 'default_only' : 'covered', reduced: false }
}

/**
 * Returns the outcome for an atom that has no BGP route: `internet` or `stranded`. From Azure, public addresses can
 * still be reached over the Internet. From the customer's side, addresses can be reached over the Internet if their
 * route came over Microsoft peering, because they belong to public services.
 */
function withoutRoute({ side }: WhatIfTable, { first }: RouteTableAtom, before: Best): WhatIfOutcome {
  if (side === 'onprem') return before.routes.some(({ peering }) => peering !== 'private') ? 'internet' : 'stranded'
  return first && findSystemRoute(first) === 'internet' ? 'internet' : 'stranded'
}

/**
 * Returns the path of a route. If one gateway instance has the route from the other instance (iBGP), the neighbor is
 * the next hop of the route.
 */
export function getRoutePath({ peer, nextHop, origin, circuit, path }: WhatIfRoute): WhatIfPath {
  const neighbor = origin?.toLowerCase() === 'ibgp' ? (nextHop ?? peer) : peer
  return { peer: neighbor, circuitId: circuit, path }
}

/**
 * Returns the paths of the given routes, each once. The result is cached by the list of routes, because many atoms have
 * the same list.
 */
const pathsOf = memoizePerObject((routes: readonly WhatIfRoute[]): WhatIfPath[] => {
  const distinct = new Map(routes.map((route) => [formatPathId(getRoutePath(route)), getRoutePath(route)]))
  return [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path)
})

function rowOf(
  { table }: WhatIfRib,
  atom: RouteTableAtom,
  before: Best,
  after: After,
  { siteOf, nameOf }: RowNameFunctions,
): WhatIfRow {
  const [best] = before.routes
  // At the customer's side, a row belongs to the gateway that announces the prefix. Microsoft's public prefixes have a
  // circuit but no gateway, so their row belongs to the circuit.
  const scope = (table.side === 'onprem' ? (best?.gateway ?? best?.circuit) : null) ?? table.scope
  return {
    prefix: atom.text,
    firstAddress: formatFirstAddress(atom) ?? '',
    scope,
    scopeName: nameOf(scope),
    side: table.side,
    site: table.side === 'onprem' ? table.site : siteOf(atom.text),
    before: pathsOf(before.routes),
    after: pathsOf(after.routes),
    matchBefore: before.at?.text ?? null,
    matchAfter: after.at?.text ?? null,
    outcome: after.outcome,
    reduced: after.reduced,
    basis: table.side === 'onprem' ? getPreferenceBasis([before.at, after.at, atom]) : null,
  }
}
