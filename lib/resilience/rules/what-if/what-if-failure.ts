import { computeAsPathLength } from '#lib/bgp/index.ts'
import { formatInstanceKey, formatCircuitPathKey, type WhatIfRoute } from './what-if-route.ts'

/** Everything that a what-if assumes to be lost or changed. */
export interface WhatIfFailure {
  /** Short ids of lost gateways and hubs. */
  gateways: ReadonlySet<string>
  /** Keys of lost gateway instances, see {@link formatInstanceKey}. */
  instances: ReadonlySet<string>
  /** Keys of lost circuit paths, see {@link formatCircuitPathKey}. */
  paths: ReadonlySet<string>
  /** Short ids of the circuits that lose private peering on both paths. */
  circuits: ReadonlySet<string>
  /** Deleted connections by short id, each with its gateway and circuit; circuit null = a VPN connection. */
  connections: ReadonlyMap<string, { gateway: string; circuit: string | null }>
  /** Addresses of lost routers of the customer that are BGP neighbors of gateways. */
  neighbors: ReadonlySet<string>
  /** number of additional times that the customer prepends its own ASN, by short id of the circuit */
  prepends: ReadonlyMap<string, number>
  /** Changed routing weights by short id of the connection, each with the gateway of the connection. */
  weights: ReadonlyMap<string, { gateway: string; weight: number }>
  /** Prefixes that the customer withdraws, by short id of the circuit. */
  withdrawn: ReadonlyMap<string, ReadonlySet<string>>
}

export const EMPTY_WHAT_IF_FAILURE: WhatIfFailure = {
  gateways: new Set(),
  instances: new Set(),
  paths: new Set(),
  circuits: new Set(),
  connections: new Map(),
  neighbors: new Set(),
  prepends: new Map(),
  weights: new Map(),
  withdrawn: new Map(),
}

/** Effect of a failure on a route: the route is kept, changed or lost, or the effect is unknown. */
type Fate = { is: 'kept' | 'lost' | 'unknown' } | { is: 'changed'; to: WhatIfRoute }

const KEPT: Fate = { is: 'kept' }
const LOST: Fate = { is: 'lost' }
const UNKNOWN: Fate = { is: 'unknown' }

/**
 * Returns the effect of a failure on a route. If the circuit or path of the route is unknown, the route counts as kept
 * only if none of the possible circuits and paths is affected.
 */
export function determineFailureEffectOnRoute(route: WhatIfRoute, failure: WhatIfFailure): Fate {
  const { gateway, instance, peer, nextHop } = route
  if (gateway !== null && failure.gateways.has(gateway)) return LOST
  if (gateway !== null && failure.instances.size > 0) {
    const gone = (address: string | null) =>
      address !== null && failure.instances.has(formatInstanceKey(gateway, address))
    if (gone(instance) || gone(peer) || gone(nextHop)) return LOST
  }
  if (peer !== null && failure.neighbors.has(peer)) return LOST
  if (nextHop !== null && failure.neighbors.has(nextHop)) return LOST
  if (failure.connections.size > 0) {
    const fate = withoutConnection(route, failure)
    if (fate !== KEPT) return fate
  }
  return route.circuit === null ? withoutCircuit(route, failure) : ofCircuit(route, route.circuit, failure)
}

/**
 * Returns the effect of deleted connections on a route. If a gateway announces the route to the customer over a
 * circuit, the route depends on the connection between the gateway and the circuit.
 */
function withoutConnection(
  { connection, instance, gateway, circuit, possible }: WhatIfRoute,
  failure: WhatIfFailure,
): Fate {
  if (connection !== null) return failure.connections.has(connection) ? LOST : KEPT
  const mayBe = (cut: string | null) => cut === circuit || (cut !== null && circuit === null && possible.includes(cut))
  const own = [...failure.connections.values()].filter((cut) => mayBe(cut.circuit))
  const isOf = own.some((cut) => cut.gateway === gateway)
  // The routes of a VPN gateway do not show over which of its connections they were learned, so the effect is unknown.
  if (isOf) return instance === null && circuit !== null ? LOST : UNKNOWN
  return own.length > 0 && gateway === null && circuit !== null ? UNKNOWN : KEPT
}

function ofCircuit(route: WhatIfRoute, circuit: string, failure: WhatIfFailure): Fate {
  const { peering, path } = route
  if (peering === 'private' && failure.circuits.has(circuit)) return LOST
  if (path !== null && failure.paths.has(formatCircuitPathKey(circuit, peering, path))) return LOST
  if (path === null) {
    const [primary, secondary] = (['primary', 'secondary'] as const).map((one) =>
      failure.paths.has(formatCircuitPathKey(circuit, peering, one)),
    )
    if (primary && secondary) return LOST
    if (primary || secondary) {
      const left = primary ? 'secondary' : 'primary'
      const { announcedOn = [] } = route
      if (announcedOn.length === 0) return UNKNOWN
      if (!announcedOn.includes(left)) return LOST
    }
  }
  // The customer's own announcements are only in the tables of gateways. In a table of the customer's side, nothing
  // changes.
  if (!isFromCustomer(route)) return KEPT
  if (failure.withdrawn.get(circuit)?.has(route.prefix)) return LOST
  const times = failure.prepends.get(circuit) ?? 0
  const weight = weightOf(route, failure)
  if (times === 0 && weight === undefined) return KEPT
  const length = route.asPathLength ?? computeAsPathLength(route)
  return {
    is: 'changed',
    to: { ...route, asPathLength: length + times, connectionWeight: weight ?? route.connectionWeight },
  }
}

/**
 * Reports whether the customer announced a route. Such a route is in the table of a gateway and has an instance.
 * Azure's own prefixes in the table of a circuit path have no instance.
 */
const isFromCustomer = ({ instance }: WhatIfRoute) => instance !== null

function withoutCircuit(route: WhatIfRoute, failure: WhatIfFailure): Fate {
  const { possible, peering, gateway } = route
  if (possible.length === 0) return ofConnection(route, failure)
  if (possible.every((circuit) => failure.circuits.has(circuit))) return LOST
  const isTouched = possible.some(
    (circuit) =>
      failure.circuits.has(circuit) ||
      failure.paths.has(formatCircuitPathKey(circuit, peering, 'primary')) ||
      failure.paths.has(formatCircuitPathKey(circuit, peering, 'secondary')) ||
      failure.prepends.has(circuit) ||
      failure.withdrawn.get(circuit)?.has(route.prefix) === true,
  )
  // If the circuit of the route is unknown, its connection is unknown as well. A changed weight may therefore affect
  // the route.
  const isWeighted = [...failure.weights.values()].some((one) => one.gateway === gateway)
  return isTouched || isWeighted ? UNKNOWN : KEPT
}

const weightOf = ({ connection }: WhatIfRoute, { weights }: WhatIfFailure) =>
  connection === null ? undefined : weights.get(connection)?.weight

function ofConnection(route: WhatIfRoute, failure: WhatIfFailure): Fate {
  const weight = weightOf(route, failure)
  return weight === undefined ? KEPT : { is: 'changed', to: { ...route, connectionWeight: weight } }
}

/** Returns the keys of all resources that a failure affects. They have the form of {@link listRouteDependencyKeys}. */
export function listFailureKeys(failure: WhatIfFailure): Set<string> {
  return new Set([
    ...failure.gateways,
    ...failure.instances,
    ...failure.neighbors,
    ...failure.circuits,
    ...[...failure.paths].map((key) => key.slice(0, key.indexOf('/'))),
    ...[...failure.connections.values()].flatMap(({ gateway, circuit }) => [gateway, ...(circuit ? [circuit] : [])]),
    ...failure.prepends.keys(),
    ...failure.withdrawn.keys(),
    ...[...failure.weights.values()].map(({ gateway }) => gateway),
  ])
}

/** Returns the keys of all resources that a route may depend on. */
export function listRouteDependencyKeys({
  gateway,
  instance,
  peer,
  nextHop,
  circuit,
  possible,
}: WhatIfRoute): string[] {
  const keys = [...(circuit === null ? possible : [circuit])]
  if (gateway !== null) {
    keys.push(gateway)
    if (instance !== null) keys.push(formatInstanceKey(gateway, instance))
    if (peer !== null) keys.push(formatInstanceKey(gateway, peer))
    if (nextHop !== null && nextHop !== peer) keys.push(formatInstanceKey(gateway, nextHop))
  }
  if (peer !== null) keys.push(peer)
  if (nextHop !== null && nextHop !== peer) keys.push(nextHop)
  return keys
}
