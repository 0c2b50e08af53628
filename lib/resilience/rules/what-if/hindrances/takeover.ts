import { overlapsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import { memoizePerObject } from '#lib/bgp/memoize.ts'
import type { WhatIfFailure } from '../what-if-failure.ts'
import type { WhatIfRib } from '../what-if-rows.ts'
import { formatCircuitPathKey, type WhatIfRoute } from '../what-if-route.ts'
import {
  type PrefixFailoverHindrance,
  listRouteCircuits,
  type TrafficMoveCase,
  type TrafficMoveInput,
  type WhatIfRowWithChangedPaths,
  type PinnedRoute,
} from './moved-row.ts'

/** Reports whether the traffic of a row has no circuit after the loss, or only a route to a less specific prefix. */
const isWithoutCircuit = ({ row, next }: WhatIfRowWithChangedPaths): boolean =>
  listRouteCircuits(next).length === 0 || row.outcome === 'covered' || row.outcome === 'default_only'

/**
 * Returns the circuits at the gateways of a table that are not affected by the loss, so that they may take over. The
 * result is empty if a gateway is lost, because no circuit at it can take over.
 */
function listOtherCircuits(
  { rib, lost }: WhatIfRowWithChangedPaths,
  { circuitsAt }: TrafficMoveInput,
  failure: WhatIfFailure,
): string[] {
  if (failure.gateways.size > 0) return []
  const failing = new Set([...listRouteCircuits(lost), ...failure.circuits])
  return circuitsAt(rib.table).filter((id) => !failing.has(id))
}

/** Finds circuits that could take over traffic but are not provisioned. */
export function findHindrancesByUnprovisionedCircuits(
  moved: WhatIfRowWithChangedPaths,
  facts: TrafficMoveInput,
  failure: WhatIfFailure,
): PrefixFailoverHindrance[] {
  const { row, next } = moved
  const { nameOf, reasonUnprovisioned } = facts
  if (row.side !== 'azure') return []
  return listOtherCircuits(moved, facts, failure).flatMap((id): PrefixFailoverHindrance[] => {
    const reason = reasonUnprovisioned(id)
    if (reason === null) return []
    const isCarrying = listRouteCircuits(next).includes(id)
    if (!isCarrying && !isWithoutCircuit(moved)) return []
    const verb = isCarrying ? 'takes over' : 'does not take over'
    return [
      {
        kind: 'not_provisioned',
        scope: id,
        prefix: row.prefix,
        formatText: (prefixes) =>
          `${nameOf(id)} ${verb} ${prefixes}${isCarrying ? ', although' : ', because'} ${reason}.`,
      },
    ]
  })
}

/** Returns the pinned routes (routes that Azure prefers to BGP routes) of each table, with their parsed prefixes. */
const parsePins = memoizePerObject((pins: readonly PinnedRoute[]) => {
  const parsed = pins.flatMap((pin) => {
    const range = parsePrefix(pin.prefix)
    return range ? [{ ...pin, range }] : []
  })
  return Map.groupBy(parsed, ({ table }) => table)
})

/** Finds routes that Azure prefers to BGP routes, so that traffic does not move to the remaining circuits. */
export function findHindrancesByPinnedRoutes(
  { row, rib }: WhatIfRowWithChangedPaths,
  { pins }: TrafficMoveInput,
): PrefixFailoverHindrance[] {
  const own = parsePins(pins).get(rib.table.scope)
  if (row.side !== 'azure' || !own) return []
  const [range, decisive] = [parsePrefix(row.prefix), parsePrefix(row.matchBefore ?? '')]
  if (!range || !decisive) return []
  return own
    .filter((pin) => pin.range.length >= decisive.length && overlapsPrefix(pin.range, range))
    .map(({ scope, scopeName, to }) => ({
      kind: 'pinned_route',
      scope,
      scopeName,
      prefix: row.prefix,
      formatText: (prefixes) => `${scopeName} sends ${prefixes} to ${to}, whichever circuit is up.`,
    }))
}

/** Finds prefixes that are covered only by a less specific prefix after the loss. */
export function findHindrancesByLessSpecificRoutes(
  { row, next, lost }: WhatIfRowWithChangedPaths,
  { nameOf }: TrafficMoveInput,
): PrefixFailoverHindrance[] {
  if (row.outcome !== 'covered' && row.outcome !== 'default_only') return []
  const [first] = next
  const scope = first?.circuit ?? first?.gateway ?? row.scope
  const keeps = listRouteCircuits(lost).includes(scope) ? ', which the failing side keeps announcing,' : ''
  return [
    {
      kind: 'summary',
      scope,
      prefix: row.prefix,
      formatText: (prefixes) =>
        `Only the shorter prefix ${row.matchAfter} of ${nameOf(scope)}${keeps} contains ${prefixes}. A summary does not show that its far end reaches each prefix.`,
    },
  ]
}

/** Finds circuits that take over a prefix on only one of their paths, because the other path has no route to it. */
export function findHindrancesByHalfEcmp(
  { row, rest, next }: WhatIfRowWithChangedPaths,
  { nameOf, pathsOf }: TrafficMoveInput,
  failure: WhatIfFailure,
): PrefixFailoverHindrance[] {
  if (row.side !== 'azure' || row.outcome === 'stranded') return []
  return listRouteCircuits(next).flatMap((id): PrefixFailoverHindrance[] => {
    const own = rest.filter(({ circuit }) => circuit === id)
    // The path of a route may be unknown, for example in a hub, which lists one route for both paths.
    if (own.some(({ path }) => path === null) || rest.some(({ circuit, possible }) => !circuit && possible.length > 0))
      return []
    const missing = pathsOf(id).filter(
      (path) =>
        !failure.paths.has(formatCircuitPathKey(id, 'private', path)) && !own.some((route) => route.path === path),
    )
    if (missing.length === 0) return []
    return [
      {
        kind: 'half_ecmp',
        scope: id,
        prefix: row.prefix,
        formatText: (prefixes) => `${nameOf(id)} does not bring ${prefixes} on its ${missing.join(' and ')} path.`,
      },
    ]
  })
}

/** Returns the pairs of circuits that have a common prefix in a table. */
const sharingCircuits = memoizePerObject(({ atoms }: WhatIfRib): ReadonlySet<string> => {
  const pairs = new Set<string>()
  for (const { routes } of atoms) {
    const circuits = listRouteCircuits(routes)
    for (const one of circuits) for (const other of circuits) if (one !== other) pairs.add(`${one} ${other}`)
  }
  return pairs
})

/**
 * Finds circuits that take over other prefixes of the lost circuit but have no route to this prefix, and routes that
 * the customer's routers refuse.
 */
export function findHindrancesByFilteredPrefixes(
  moved: WhatIfRowWithChangedPaths,
  facts: TrafficMoveInput,
  failure: WhatIfFailure,
): PrefixFailoverHindrance[] {
  const { row, rib, lost, left, refused } = moved
  const { nameOf, reasonUnprovisioned } = facts
  if (row.side === 'onprem') return refused.flatMap((route) => findRefusal(moved, route, nameOf))
  if (!isWithoutCircuit(moved)) return []
  const failing = listRouteCircuits(lost)
  return listOtherCircuits(moved, facts, failure).flatMap((id): PrefixFailoverHindrance[] => {
    const isBackup = failing.some((own) => sharingCircuits(rib).has(`${own} ${id}`))
    if (!isBackup || listRouteCircuits([...left, ...refused]).includes(id) || reasonUnprovisioned(id) !== null)
      return []
    return [
      {
        kind: 'prefix_filtered',
        scope: id,
        prefix: row.prefix,
        formatText: (prefixes) =>
          `${nameOf(id)} does not bring ${prefixes}, although it brings other prefixes of ${failing.map(nameOf).join(' and ')}.`,
      },
    ]
  })
}

function findRefusal(
  { row }: WhatIfRowWithChangedPaths,
  { circuit, report }: WhatIfRoute,
  nameOf: TrafficMoveInput['nameOf'],
): PrefixFailoverHindrance[] {
  if (circuit === null || report?.is !== 'refused' || row.outcome === 'stays') return []
  const { router } = report
  return [
    {
      kind: 'prefix_filtered',
      scope: circuit,
      prefix: row.prefix,
      formatText: (prefixes) => `The router ${router} refuses ${prefixes} from ${nameOf(circuit)}.`,
    },
  ]
}

/** Finds prefixes whose traffic moves to a static route of a VPN. */
export function findHindrancesByStaticVpnRoutes(
  { row, next }: WhatIfRowWithChangedPaths,
  { nameOf }: TrafficMoveInput,
): PrefixFailoverHindrance[] {
  const found = next.find(
    ({ transport, origin, nextHop }) => transport === 'vpn' && origin?.toLowerCase() === 'network' && nextHop !== null,
  )
  if (row.side !== 'azure' || !found?.gateway) return []
  const { gateway } = found
  return [
    {
      kind: 'static_vpn',
      scope: gateway,
      prefix: row.prefix,
      formatText: (prefixes) =>
        `${nameOf(gateway)} takes over ${prefixes} by a static route, which does not show that the far end answers.`,
    },
  ]
}

/** Finds circuits on which the usual peak of the traffic that moves to them would exceed the bandwidth of a path. */
export function findHindrancesByFullCircuits(
  rows: readonly WhatIfRowWithChangedPaths[],
  { full, facts: { nameOf } }: TrafficMoveCase,
): PrefixFailoverHindrance[] {
  return [...Map.groupBy(full, ({ circuit }) => circuit)].flatMap(([circuit, carriers]): PrefixFailoverHindrance[] => {
    const sides = new Set(carriers.map(({ direction }) => (direction === 'out' ? 'azure' : 'onprem')))
    const paths = [...new Set(carriers.map(({ path }) => path))].toSorted().join(' and ')
    const directions = [...new Set(carriers.map(({ direction }) => (direction === 'out' ? 'from' : 'to')))].toSorted()
    return rows
      .filter(({ row, next }) => sides.has(row.side) && listRouteCircuits(next).includes(circuit))
      .map(({ row }) => ({
        kind: 'full_circuit',
        scope: circuit,
        prefix: row.prefix,
        formatText: () =>
          `The usual peak of its own and the moved traffic ${directions.join(' and ')} Azure exceeds the ${paths} path of ${nameOf(circuit)}.`,
      }))
  })
}
