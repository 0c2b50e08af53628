import { asPathLength } from '#lib/bgp/index.ts'
import { instanceKey, pathKey, type WhatIfRoute } from './what-if-route.ts'

/**
 * Everything that a what-if assumes to be lost or configured differently, in terms of the resources on which routes
 * depend.
 */
export interface Failure {
  /** IDs of lost gateways and hubs */
  gateways: ReadonlySet<string>
  /** lost instances, by {@link instanceKey} */
  instances: ReadonlySet<string>
  /** lost paths, by {@link pathKey} */
  paths: ReadonlySet<string>
  /** circuits that lose private peering on both paths */
  circuits: ReadonlySet<string>
  /** deleted connections by ID, with the gateway and circuit that they connect; circuit null = a VPN connection */
  connections: ReadonlyMap<string, { gateway: string; circuit: string | null }>
  /** addresses of lost routers on premises that are neighbors of gateways */
  neighbors: ReadonlySet<string>
  /** number of times the customer prepends its own ASN, by circuit */
  prepends: ReadonlyMap<string, number>
  /** routing weights by connection, with the gateway of the connection */
  weights: ReadonlyMap<string, { gateway: string; weight: number }>
  /** prefixes that the customer withdraws, by circuit */
  withdrawn: ReadonlyMap<string, ReadonlySet<string>>
}

export const NO_FAILURE: Failure = {
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

/** The effect of a failure on a route: unchanged, changed, lost or unknown. */
type Fate = { is: 'kept' | 'lost' | 'unknown' } | { is: 'changed'; to: WhatIfRoute }

const KEPT: Fate = { is: 'kept' }
const LOST: Fate = { is: 'lost' }
const UNKNOWN: Fate = { is: 'unknown' }

/**
 * Returns the effect of a failure on one route. If the circuit or path of a route is unknown, the route is kept only if
 * all possible circuits and paths are kept.
 */
export function applyFailure(route: WhatIfRoute, failure: Failure): Fate {
  const { gateway, instance, peer, nextHop } = route
  if (gateway !== null && failure.gateways.has(gateway)) return LOST
  if (gateway !== null && failure.instances.size > 0) {
    const gone = (address: string | null) => address !== null && failure.instances.has(instanceKey(gateway, address))
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
 * Returns the effect of deleted connections on a route. On the customer's side, routes that a gateway announces over a
 * circuit depend on the connection between them.
 */
function withoutConnection({ connection, instance, gateway, circuit, possible }: WhatIfRoute, failure: Failure): Fate {
  if (connection !== null) return failure.connections.has(connection) ? LOST : KEPT
  const mayBe = (cut: string | null) => cut === circuit || (cut !== null && circuit === null && possible.includes(cut))
  const own = [...failure.connections.values()].filter((cut) => mayBe(cut.circuit))
  const isOf = own.some((cut) => cut.gateway === gateway)
  // the routes of a VPN gateway's individual connections are not distinguished, so the effect is unknown
  if (isOf) return instance === null && circuit !== null ? LOST : UNKNOWN
  return own.length > 0 && gateway === null && circuit !== null ? UNKNOWN : KEPT
}

function ofCircuit(route: WhatIfRoute, circuit: string, failure: Failure): Fate {
  const { peering, path } = route
  if (peering === 'private' && failure.circuits.has(circuit)) return LOST
  if (path !== null && failure.paths.has(pathKey(circuit, peering, path))) return LOST
  if (path === null) {
    const [primary, secondary] = (['primary', 'secondary'] as const).map((one) =>
      failure.paths.has(pathKey(circuit, peering, one)),
    )
    if (primary && secondary) return LOST
    if (primary || secondary) {
      const left = primary ? 'secondary' : 'primary'
      const { announcedOn = [] } = route
      if (announcedOn.length === 0) return UNKNOWN
      if (!announcedOn.includes(left)) return LOST
    }
  }
  // on the customer's side the route stays, because the customer's announcements appear only in the tables of gateways
  if (!isFromCustomer(route)) return KEPT
  if (failure.withdrawn.get(circuit)?.has(route.prefix)) return LOST
  const times = failure.prepends.get(circuit) ?? 0
  const weight = weightOf(route, failure)
  if (times === 0 && weight === undefined) return KEPT
  const length = route.asPathLength ?? asPathLength(route)
  return {
    is: 'changed',
    to: { ...route, asPathLength: length + times, connectionWeight: weight ?? route.connectionWeight },
  }
}

/**
 * Reports whether the customer announced a route. Rows of gateway tables have an instance, but Azure's own prefixes in
 * the table of a path have no instance.
 */
const isFromCustomer = ({ instance }: WhatIfRoute) => instance !== null

function withoutCircuit(route: WhatIfRoute, failure: Failure): Fate {
  const { possible, peering, gateway } = route
  if (possible.length === 0) return ofConnection(route, failure)
  if (possible.every((circuit) => failure.circuits.has(circuit))) return LOST
  const isTouched = possible.some(
    (circuit) =>
      failure.circuits.has(circuit) ||
      failure.paths.has(pathKey(circuit, peering, 'primary')) ||
      failure.paths.has(pathKey(circuit, peering, 'secondary')) ||
      failure.prepends.has(circuit) ||
      failure.withdrawn.get(circuit)?.has(route.prefix) === true,
  )
  // if the circuit is unknown, the connection over which the route came is also unknown, so a changed weight may affect
  // it
  const isWeighted = [...failure.weights.values()].some((one) => one.gateway === gateway)
  return isTouched || isWeighted ? UNKNOWN : KEPT
}

const weightOf = ({ connection }: WhatIfRoute, { weights }: Failure) =>
  connection === null ? undefined : weights.get(connection)?.weight

function ofConnection(route: WhatIfRoute, failure: Failure): Fate {
  const weight = weightOf(route, failure)
  return weight === undefined ? KEPT : { is: 'changed', to: { ...route, connectionWeight: weight } }
}

/** Returns the keys of the resources in a failure on which routes may depend, in the format of {@link dependencyKeys}. */
export function failureKeys(failure: Failure): Set<string> {
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

/** Returns the keys of all resources on which a route may depend. */
export function dependencyKeys({ gateway, instance, peer, nextHop, circuit, possible }: WhatIfRoute): string[] {
  const keys = [...(circuit === null ? possible : [circuit])]
  if (gateway !== null) {
    keys.push(gateway)
    if (instance !== null) keys.push(instanceKey(gateway, instance))
    if (peer !== null) keys.push(instanceKey(gateway, peer))
    if (nextHop !== null && nextHop !== peer) keys.push(instanceKey(gateway, nextHop))
  }
  if (peer !== null) keys.push(peer)
  if (nextHop !== null && nextHop !== peer) keys.push(nextHop)
  return keys
}
