import { memoizePerObject } from '#lib/bgp/memoize.ts'
import type { CircuitPath } from '#lib/contract/index.ts'
import type { HindranceKind, WhatIfRow } from '../../../api/index.ts'
import type { RouteTableAtom } from '../table-atoms.ts'
import { determineFailureEffectOnRoute, type WhatIfFailure } from '../what-if-failure.ts'
import type { PathDirection } from '../path-loads.ts'
import { findBestRoutes, selectBestRemaining, type WhatIfRib } from '../what-if-rows.ts'
import type { WhatIfRoute, WhatIfTable } from '../what-if-route.ts'

/** A route that Azure prefers to BGP routes, for example a user-defined route. */
export interface PinnedRoute {
  /** scope of the route table to whose traffic the route applies */
  table: string
  prefix: string
  /** Short id and name of the resource that has the route. */
  scope: string
  scopeName: string
  /** Destination of the traffic as text, for example `10.0.9.4` or `the firewall fw-hub`. */
  to: string
}

/** Facts about resources that the route tables of a what-if do not contain. */
export interface TrafficMoveInput {
  nameOf: (id: string) => string
  siteOf: (prefix: string) => string | null
  /** Returns the short ids of the circuits that are connected to the gateways of a table. */
  circuitsAt: (table: WhatIfTable) => readonly string[]
  /**
   * Returns a text with the reason why the configuration of a circuit prevents it from carrying traffic; null = there
   * is no such reason
   */
  reasonUnprovisioned: (circuit: string) => string | null
  /** Returns the paths of a circuit's private peering that are configured. */
  pathsOf: (circuit: string) => readonly CircuitPath[]
  pins: readonly PinnedRoute[]
}

/** Facts about one what-if. */
export interface TrafficMoveCase {
  failure: WhatIfFailure
  ribs: readonly WhatIfRib[]
  facts: TrafficMoveInput
  /** paths whose bandwidth would be exceeded after the loss, as far as their traffic was measured */
  full: readonly PathDirection[]
}

/** A row of a what-if with a changed path, and the routes from which it was computed. */
export interface WhatIfRowWithChangedPaths {
  row: WhatIfRow
  rib: WhatIfRib
  /** routes to the deciding prefix before the loss, split into the lost routes and the routes that certainly remain */
  lost: readonly WhatIfRoute[]
  left: readonly WhatIfRoute[]
  /** Best routes before and after the loss. */
  used: readonly WhatIfRoute[]
  next: readonly WhatIfRoute[]
  /**
   * all remaining routes to the prefix that decides after the loss, with the weights and path lengths that the what-if
   * changed
   */
  rest: readonly WhatIfRoute[]
  /** Remaining routes that the customer's routers refuse. */
  refused: readonly WhatIfRoute[]
}

/** A hindrance for one prefix. */
export interface PrefixFailoverHindrance {
  kind: HindranceKind
  scope: string | null
  /** Name of a site; absent = the name of the resource `scope`. */
  scopeName?: string
  prefix: string
  /** Returns a sentence about the hindrance for the given prefixes. Findings with the same sentence are combined. */
  formatText: (prefixes: string) => string
}

const atomsByText = memoizePerObject(
  ({ atoms }: WhatIfRib): ReadonlyMap<string, RouteTableAtom> => new Map(atoms.map((atom) => [atom.text, atom])),
)

/** Returns the rows whose paths change by a loss, each with its routes before and after. */
export function collectMovedRows(
  rib: WhatIfRib,
  rows: readonly WhatIfRow[],
  failure: WhatIfFailure,
): WhatIfRowWithChangedPaths[] {
  const atoms = atomsByText(rib)
  const at = (text: string | null) => (text === null ? null : (atoms.get(text) ?? null))
  const fateOf = (route: WhatIfRoute) => determineFailureEffectOnRoute(route, failure).is
  const isRemaining = (route: WhatIfRoute) => fateOf(route) === 'kept' || fateOf(route) === 'changed'
  const applyTo = (route: WhatIfRoute) => {
    const fate = determineFailureEffectOnRoute(route, failure)
    return fate.is === 'kept' ? [route] : fate.is === 'changed' ? [fate.to] : []
  }
  return rows
    .filter(({ outcome, reduced }) => outcome !== 'stays' || reduced)
    .map((row) => {
      const [before, after] = [at(row.matchBefore), at(row.matchAfter)]
      const rest = (after?.routes ?? []).flatMap(applyTo)
      return {
        row,
        rib,
        lost: (before?.routes ?? []).filter((route) => fateOf(route) === 'lost'),
        left: (before?.routes ?? []).filter(isRemaining),
        used: before === null ? [] : findBestRoutes(rib, before),
        next: after === null || rest.length === 0 ? [] : selectBestRemaining(rib.table, after, rest),
        rest,
        refused: (before?.refused ?? []).filter(isRemaining),
      }
    })
}

export const listRouteCircuits = (routes: readonly WhatIfRoute[]): string[] => [
  ...new Set(routes.flatMap(({ circuit }) => circuit ?? [])),
]
