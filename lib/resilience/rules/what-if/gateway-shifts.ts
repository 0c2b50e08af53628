import type { WhatIfRow } from '../../api/index.ts'
import { type WhatIfFailure, determineFailureEffectOnRoute } from './what-if-failure.ts'
import { getRoutePath, formatPathId, type WhatIfRib } from './what-if-rows.ts'

/** A route table and its rows in a what-if. */
export interface TableWhatIfRows {
  rib: WhatIfRib
  rows: readonly WhatIfRow[]
}

/** How the traffic of a gateway changes in a failure. */
interface GatewayShift {
  gateway: string
  /** true if the routes of prefixes leave the gateway; the amount of their traffic is not measured */
  loses: boolean
  /** Short ids of the gateways whose traffic may move to this one. */
  from: readonly string[]
  /** True if an unknown amount of traffic may move to this gateway. */
  isUnknown: boolean
}

/**
 * Returns how the traffic of gateways changes in a failure. Only gateways with affected prefixes are included, and lost
 * gateways are left out. The change follows from the gateways that have the best routes before and after the failure.
 */
export function findGatewayShifts(tables: readonly TableWhatIfRows[], failure: WhatIfFailure): GatewayShift[] {
  const shifts = new Map<string, { loses: boolean; from: Set<string>; isUnknown: boolean }>()
  const shiftOf = (gateway: string) => {
    const found = shifts.get(gateway) ?? { loses: false, from: new Set<string>(), isUnknown: false }
    shifts.set(gateway, found)
    return found
  }
  for (const { rib, rows } of tables) {
    const changed = rows.filter(({ outcome, reduced }) => outcome !== 'stays' || reduced)
    if (changed.length === 0) continue
    const holders = gatewaysByPath(rib)
    const of = (paths: WhatIfRow['before']) =>
      new Set(paths.flatMap((path) => [...(holders.get(formatPathId(path)) ?? [])]))
    for (const { before, after, outcome } of changed) {
      const [held, then] = [of(before), of(after)]
      for (const gateway of held) {
        const shift = shiftOf(gateway)
        if (!then.has(gateway)) shift.loses = true
      }
      for (const gateway of then) {
        if (!held.has(gateway)) for (const one of held) shiftOf(gateway).from.add(one)
      }
      if (outcome === 'unknown')
        for (const all of holders.values()) for (const one of all) shiftOf(one).isUnknown = true
    }
  }
  return [...shifts]
    .filter(([gateway]) => !failure.gateways.has(gateway))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([gateway, { from, ...shift }]) => ({ gateway, ...shift, from: [...from].toSorted() }))
}

function gatewaysByPath({ table }: WhatIfRib): Map<string, Set<string>> {
  const holders = new Map<string, Set<string>>()
  for (const route of table.routes) {
    if (route.gateway === null) continue
    const key = formatPathId(getRoutePath(route))
    const known = holders.get(key)
    if (known) known.add(route.gateway)
    else holders.set(key, new Set([route.gateway]))
  }
  return holders
}

/**
 * Minimum and maximum of a number of prefixes. They differ if the effect of the failure on some prefixes is unknown.
 */
export interface PrefixCountBounds {
  atLeast: number
  atMost: number
}

/**
 * Returns the number of prefixes that each gateway learns from its neighbors after a failure. Lost gateways are left
 * out.
 */
export function countLearnedAfterFailure(
  tables: readonly TableWhatIfRows[],
  failure: WhatIfFailure,
): Map<string, PrefixCountBounds> {
  return countAfter(tables, failure, ({ gateway, instance }) => (instance === null ? null : gateway))
}

/**
 * Returns the number of IPv4 prefixes that each gateway announces on each circuit after a failure. The key is
 * `<gateway> <circuit>`.
 */
export function countAnnouncedAfterFailure(
  tables: readonly TableWhatIfRows[],
  failure: WhatIfFailure,
): Map<string, PrefixCountBounds> {
  return countAfter(tables, failure, ({ gateway, circuit, instance, peering, prefix }) =>
    instance === null && gateway !== null && circuit !== null && peering === 'private' && !prefix.includes(':')
      ? `${gateway} ${circuit}`
      : null,
  )
}

function countAfter(
  tables: readonly TableWhatIfRows[],
  failure: WhatIfFailure,
  keyOf: (route: TableWhatIfRows['rib']['table']['routes'][number]) => string | null,
): Map<string, PrefixCountBounds> {
  const held = new Map<string, { sure: Set<string>; possible: Set<string> }>()
  for (const { rib } of tables) {
    for (const route of rib.table.routes) {
      const key = keyOf(route)
      if (key === null) continue
      const fate = determineFailureEffectOnRoute(route, failure).is
      if (fate === 'lost') continue
      const own = held.get(key) ?? { sure: new Set<string>(), possible: new Set<string>() }
      held.set(key, own)
      own.possible.add(route.prefix)
      if (fate !== 'unknown') own.sure.add(route.prefix)
    }
  }
  return new Map([...held].map(([key, { sure, possible }]) => [key, { atLeast: sure.size, atMost: possible.size }]))
}
