import type { RouteAttributes, RouteChange, RouteRow } from '#lib/contract/index.ts'
import {
  getIntervalBeginBounds,
  type ClosedInterval,
  endStateInterval,
  getIntervalEndBounds,
  type OpenInterval,
  beginStateInterval,
  openIntervalAfter,
} from '../interval.ts'
import type { ProvenAbsenceOfPoll } from '../poll-reading.ts'
import {
  parseAttributesText,
  type RouteKey,
  formatRouteKey,
  type TableEntry,
  groupRowsByRouteKey,
} from './route-table.ts'

/** Identifier of a set of attributes in a store: a row ID (number) in the database, or the canonical text in memory. */
export type AttributeSetId = number | string

/** A stored route. */
export interface KnownRoute extends RouteKey {
  /** database ID; null = the route is not stored yet */
  id: number | null
  /** attribute set that the route has now; null = the route is absent */
  set: AttributeSetId | null
  open: OpenInterval | null
}

/** A route table of a (source, kind) before a poll, as a store knows it. */
export interface KnownTable {
  /** every route that the table ever had, by `formatRouteKey` */
  routes: ReadonlyMap<string, KnownRoute>
  /**
   * Returns the identifier of a set of attributes by its canonical text; null = the store does not have the set yet.
   */
  setOf(text: string): AttributeSetId | null
  /** the rows of the poll by key, if the store has already computed them */
  read?: ReadonlyMap<string, TableEntry>
}

/** Result of a poll for one route. */
export interface RouteComparison extends RouteKey {
  known: KnownRoute | null
  /** canonical text of the route's attributes after this poll; null = withdrawn */
  text: string | null
  open: OpenInterval | null
  past: ClosedInterval | null
}

/**
 * Compares a poll of a route table with the known routes.
 * @returns the new and changed routes in the order of the poll, then the withdrawn routes
 */
export function compareRouteTable(
  known: KnownTable,
  reading: ProvenAbsenceOfPoll,
  observation: { readonly rows: readonly RouteRow[] },
): RouteComparison[] {
  const table = known.read ?? groupRowsByRouteKey(observation.rows)
  const steps: RouteComparison[] = []
  for (const [name, { text, ...key }] of table) {
    const route = known.routes.get(name) ?? null
    if (route?.open && route.set === known.setOf(text)) continue
    const past = route?.open ? endStateInterval(route.open, reading, key.instance) : null
    const open = past ? openIntervalAfter(reading, past.lastPresent) : beginStateInterval(reading, key.instance)
    steps.push({ ...key, known: route, text, open, past })
  }
  for (const [name, route] of known.routes) {
    const { instance, peer, prefix, open } = route
    if (!open || table.has(name) || !reading.readsAbsence(instance)) continue
    const past = endStateInterval(open, reading, instance)
    steps.push({ instance, peer, prefix, known: route, text: null, open: null, past })
  }
  return steps
}

/**
 * Returns the route changes that the steps contain, ordered by instance, peer and prefix.
 * @param attributesOf returns the attributes of a stored set
 */
export function listTableChanges(
  steps: readonly RouteComparison[],
  attributesOf: (set: AttributeSetId) => RouteAttributes[],
): RouteChange[] {
  return steps
    .map((step) => ({ step, name: formatRouteKey(step) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ step }) => routeChange(step, attributesOf))
}

function routeChange(
  { instance, peer, prefix, known, text, open, past }: RouteComparison,
  attributesOf: (set: AttributeSetId) => RouteAttributes[],
): RouteChange {
  const key = { type: 'route' as const, instance: instance || null, peer: peer || null, prefix }
  const before = past && known?.set != null ? attributesOf(known.set) : []
  const after = text === null ? [] : parseAttributesText(text)
  if (past) return { ...key, op: open ? 'change' : 'withdraw', before, after, between: getIntervalEndBounds(past) }
  if (!open) throw new Error('a route that neither was nor is')
  return { ...key, op: 'announce', before, after, between: getIntervalBeginBounds(open) }
}

/** Returns the stored form of a route after a step. */
export const getRouteAfterTransition = (
  { instance, peer, prefix, known, text, open }: RouteComparison,
  set: AttributeSetId | null,
) => ({ id: known?.id ?? null, instance, peer, prefix, set: text === null ? null : set, open }) satisfies KnownRoute
