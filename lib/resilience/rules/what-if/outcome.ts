import { bestToPrefix, uncoveredSystemRoute } from '#lib/bgp/index.ts'
import { oncePerObject } from '#lib/bgp/once.ts'
import type { WhatIfOutcome, WhatIfPath, WhatIfRow } from '../../api/index.ts'
import { type Atom, type AtomTable, firstAddressOf } from './atoms.ts'
import { basisOf, bestForCustomer } from './customer-choice.ts'
import { type Failure, fateOf, keysIn } from './failure.ts'
import { type NeighborWorld, openKeyOf, placedRoute, worldsOf } from './neighbor-worlds.ts'
import type { WhatIfRoute, WhatIfTable } from './what-if-route.ts'

/** The routes that an atom's addresses take, and the atom whose prefix decides; null = none covers it. */
interface Best {
  at: Atom | null
  routes: readonly WhatIfRoute[]
}

const NONE: Best = { at: null, routes: [] }

/** What becomes of each atom of a table: `rowsOf` asks it for one failure after the other. */
export interface WhatIfRib extends AtomTable {
  /** by the atom: its best routes, found when they are first wanted */
  best: Map<Atom, readonly WhatIfRoute[]>
}

export const whatIfRib = (table: AtomTable): WhatIfRib => ({ ...table, best: new Map() })

/** How rows name what they are about. */
export interface Names {
  /** the site that a prefix of the customer's belongs to */
  siteOf: (prefix: string) => string | null
  /** the name of a gateway, hub or circuit */
  nameOf: (id: string) => string
}

/**
 * Finds, of many tables, those in which anything depends on a failure, as their places in order: most failures of an estate touch few
 * of its tables, and {@link rowsOf} has nothing that changed in the others.
 */
export function tablesTouched(ribs: readonly WhatIfRib[]): (failure: Failure) => number[] {
  const places = new Map<string, number[]>()
  for (const [place, { dependents }] of ribs.entries())
    for (const key of dependents.keys()) {
      const known = places.get(key)
      if (known) known.push(place)
      else places.set(key, [place])
    }
  return (failure) => {
    const touched = new Set([...keysIn(failure)].flatMap((key) => places.get(key) ?? []))
    return [...touched].toSorted((a, b) => a - b)
  }
}

/**
 * One row for each atom, system routes' own space left out. An atom whose deciding prefix depends on nothing in the failure stays as it is and
 * is not computed again.
 * @param only `changed` leaves out what stays with all of its paths
 */
export function rowsOf(rib: WhatIfRib, failure: Failure, names: Names, only: 'all' | 'changed' = 'all'): WhatIfRow[] {
  const touched = new Set<Atom>()
  for (const key of keysIn(failure)) for (const atom of rib.dependents.get(key) ?? []) touched.add(atom)
  const placements = placementsOf(rib, failure)
  return rib.atoms.flatMap((atom) => {
    if (atom.isOwn || atom.first === null) return []
    const before = bestNow(rib, atom)
    if (before.at === null || !touched.has(before.at)) {
      // what was not seen may hold a route to it
      const outcome = before.at === null && rib.table.isPartial ? 'unknown' : 'stays'
      return only === 'changed' ? [] : [rowOf(rib, atom, before, { ...before, outcome, reduced: false }, names)]
    }
    const after = afterwards(rib, atom, before, failure, touched, placements)
    if (only === 'changed' && after.outcome === 'stays' && !after.reduced) return []
    return [rowOf(rib, atom, before, after, names)]
  })
}

function bestNow(rib: WhatIfRib, atom: Atom): Best {
  for (let at: Atom | null = atom; at; at = at.parent) {
    if (at.routes.length > 0) return { at, routes: bestOf(rib, at) }
  }
  return NONE
}

/** Returns the best routes of all atoms of a table, a route once for each atom. */
export const routesInUse = (rib: WhatIfRib): WhatIfRoute[] =>
  rib.atoms.flatMap((atom) => (atom.isOwn || atom.first === null ? [] : bestNow(rib, atom).routes))

function bestOf(rib: WhatIfRib, at: Atom): readonly WhatIfRoute[] {
  const known = rib.best.get(at)
  if (known) return known
  const found = bestAt(rib.table, at, at.routes)
  rib.best.set(at, found)
  return found
}

/** @param routes what is left of those to the atom's prefix */
const bestAt = ({ side, preference }: WhatIfTable, at: Atom, routes: readonly WhatIfRoute[]) =>
  side === 'onprem' ? bestForCustomer(routes, at.routes, preference) : bestToPrefix(routes, preference)

/** What a failure leaves of the routes to one prefix. */
interface Left {
  /** with those of which nobody knows whether they are left */
  most: readonly WhatIfRoute[]
  /** without them */
  least: readonly WhatIfRoute[]
}

/** A placement in which the open neighbors of a table may be on the open paths, and the routes that it leaves, as far as they are known. */
interface Placement {
  world: NeighborWorld
  left: Map<Atom, Left>
}

/** Too many placements to compare are one in which each open route is lost or not. */
function placementsOf({ table: { open = [] } }: WhatIfRib, failure: Failure): Placement[] {
  const worlds = worldsOf(open, failure)
  return (worlds.length > 0 ? worlds : [new Map()]).map((world) => ({ world, left: new Map() }))
}

function leftOf(at: Atom, failure: Failure, world: NeighborWorld): Left {
  const most: WhatIfRoute[] = []
  const least: WhatIfRoute[] = []
  for (const route of at.routes) {
    const placed = placedRoute(route, world)
    const fate = fateOf(placed, failure)
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

/** An outcome that each placement gives; placements that part leave it unknown. */
function afterwards(
  { table }: WhatIfRib,
  atom: Atom,
  before: Best,
  failure: Failure,
  touched: ReadonlySet<Atom>,
  placements: readonly Placement[],
): After {
  let agreed: { after: After; text: string } | null = null
  for (const { world, left: known } of placements) {
    const left = (at: Atom): Left => {
      if (!touched.has(at)) return { most: at.routes, least: at.routes }
      const found = known.get(at) ?? leftOf(at, failure, world)
      known.set(at, found)
      return found
    }
    const optimistic = bestAmong(atom, table, (at) => left(at).most)
    const pessimistic = bestAmong(atom, table, (at) => left(at).least)
    if (!isSame(optimistic, pessimistic)) return UNDECIDED
    const after = judge(table, atom, before, pessimistic)
    const text = textOf(after, world)
    if (agreed !== null && agreed.text !== text) return UNDECIDED
    agreed ??= { after, text }
  }
  // what was not seen may hold a route that takes over
  const isUnsure = table.isPartial && agreed?.after.outcome !== 'stays'
  return agreed === null || isUnsure ? UNDECIDED : agreed.after
}

const UNDECIDED: After = { ...NONE, outcome: 'unknown', reduced: false }

/**
 * Names an outcome up to the exchange of open neighbors: as many of them stay, whichever they are. Instances are left out, because a row's paths
 * do not name them.
 */
function textOf({ at, routes, outcome, reduced }: After, world: NeighborWorld): string {
  const hops = new Map(
    routes.map((route) => [
      pathText(pathOf(route)),
      openKeyOf(route, world) === null ? pathText(pathOf(route)) : `${route.gateway} ${route.circuit}`,
    ]),
  )
  return [at?.text, outcome, reduced, ...[...hops.values()].toSorted()].join('\n')
}

function bestAmong(atom: Atom, table: WhatIfTable, routesTo: (at: Atom) => readonly WhatIfRoute[]): Best {
  for (let at: Atom | null = atom; at; at = at.parent) {
    const routes = routesTo(at)
    if (routes.length > 0) return { at, routes: bestAt(table, at, routes) }
  }
  return NONE
}

const isSame = (a: Best, b: Best) =>
  a.at === b.at && a.routes.length === b.routes.length && holdsAll(keysOfHops(a), keysOfHops(b))

const keysOfHops = ({ routes }: Best) => new Set(routes.map(hopKey))
/** With the instance that holds it: fewer instances are fewer paths of ECMP. */
const hopKey = (route: WhatIfRoute) => `${pathText(pathOf(route))} ${route.gateway} ${route.instance}`
/** Names one of the paths of a table. */
export const pathText = ({ peer, circuitId, path }: WhatIfPath) => `${peer} ${circuitId} ${path}`
const holdsAll = (outer: ReadonlySet<string>, inner: ReadonlySet<string>) => [...inner].every((one) => outer.has(one))

function judge(table: WhatIfTable, atom: Atom, before: Best, after: Best): After {
  if (after.at === null) return { ...NONE, outcome: withoutRoute(table, atom, before), reduced: false }
  if (after.at.length === before.at?.length) {
    const paths = (best: Best) => new Set(best.routes.map((route) => pathText(pathOf(route))))
    if (!holdsAll(paths(before), paths(after))) return { ...after, outcome: 'moves', reduced: false }
    return { ...after, outcome: 'stays', reduced: keysOfHops(after).size < keysOfHops(before).size }
  }
  return { ...after, outcome: after.at.length === 0 ? 'default_only' : 'covered', reduced: false }
}

/** Azure sends public addresses to the Internet; the customer reaches Microsoft's services there. */
function withoutRoute({ side }: WhatIfTable, { first }: Atom, before: Best): WhatIfOutcome {
  if (side === 'onprem') return before.routes.some(({ peering }) => peering !== 'private') ? 'internet' : 'stranded'
  return first && uncoveredSystemRoute(first) === 'internet' ? 'internet' : 'stranded'
}

/** A row that the sibling instance passed on has the MSEE as its next hop. */
export function pathOf({ peer, nextHop, origin, circuit, path }: WhatIfRoute): WhatIfPath {
  const neighbor = origin?.toLowerCase() === 'ibgp' ? (nextHop ?? peer) : peer
  return { peer: neighbor, circuitId: circuit, path }
}

/** The same routes are the best of an atom in case after case. */
const pathsOf = oncePerObject((routes: readonly WhatIfRoute[]): WhatIfPath[] => {
  const distinct = new Map(routes.map((route) => [pathText(pathOf(route)), pathOf(route)]))
  return [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path)
})

function rowOf({ table }: WhatIfRib, atom: Atom, before: Best, after: After, { siteOf, nameOf }: Names): WhatIfRow {
  const [best] = before.routes
  // a prefix of Microsoft's comes from no gateway, but by a circuit
  const scope = (table.side === 'onprem' ? (best?.gateway ?? best?.circuit) : null) ?? table.scope
  return {
    prefix: atom.text,
    firstAddress: firstAddressOf(atom) ?? '',
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
    basis: table.side === 'onprem' ? basisOf([before.at, after.at, atom]) : null,
  }
}
