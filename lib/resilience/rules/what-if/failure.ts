import { asPathLength } from '#lib/bgp/index.ts'
import { instanceKey, pathKey, type WhatIfRoute } from './what-if-route.ts'

/** Everything that is assumed lost or set differently, down to what routes rest on. */
export interface Failure {
  /** gateways and hubs */
  gateways: ReadonlySet<string>
  /** by {@link instanceKey} */
  instances: ReadonlySet<string>
  /** by {@link pathKey} */
  paths: ReadonlySet<string>
  /** circuits whose private peering is lost as a whole */
  circuits: ReadonlySet<string>
  /** connections that are deleted, each with its ends; circuit null = a VPN connection */
  connections: ReadonlyMap<string, { gateway: string; circuit: string | null }>
  /** addresses of routers on premises that gateways speak to */
  neighbors: ReadonlySet<string>
  /** times that the customer prepends its own ASN, by circuit */
  prepends: ReadonlyMap<string, number>
  /** routing weights by connection, with the gateway that it is of */
  weights: ReadonlyMap<string, { gateway: string; weight: number }>
  /** prefixes that the customer announces no more, by circuit */
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

/** What becomes of a route: it is there as it was, as something else, no more, or nobody knows. */
type Fate = { is: 'kept' | 'lost' | 'unknown' } | { is: 'changed'; to: WhatIfRoute }

const KEPT: Fate = { is: 'kept' }
const LOST: Fate = { is: 'lost' }
const UNKNOWN: Fate = { is: 'unknown' }

/** What a failure does to one route. A route whose circuit or path is not known is never kept where that one may be lost. */
export function fateOf(route: WhatIfRoute, failure: Failure): Fate {
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

/** On the customer's side what a gateway announces over a circuit comes by the connection between them. */
function withoutConnection({ connection, instance, gateway, circuit, possible }: WhatIfRoute, failure: Failure): Fate {
  if (connection !== null) return failure.connections.has(connection) ? LOST : KEPT
  const mayBe = (cut: string | null) => cut === circuit || (cut !== null && circuit === null && possible.includes(cut))
  const own = [...failure.connections.values()].filter((cut) => mayBe(cut.circuit))
  const isOf = own.some((cut) => cut.gateway === gateway)
  // a VPN gateway's connections are not distinguished
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
  // what the customer announces stands in gateways' tables
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

/** A path table's rows of Azure's own prefixes have no gateway's instance; a gateway's rows have. */
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
  // which of the gateway's connections it came by is not known either
  const isWeighted = [...failure.weights.values()].some((one) => one.gateway === gateway)
  return isTouched || isWeighted ? UNKNOWN : KEPT
}

const weightOf = ({ connection }: WhatIfRoute, { weights }: Failure) =>
  connection === null ? undefined : weights.get(connection)?.weight

function ofConnection(route: WhatIfRoute, failure: Failure): Fate {
  const weight = weightOf(route, failure)
  return weight === undefined ? KEPT : { is: 'changed', to: { ...route, connectionWeight: weight } }
}

/** What a failure names of which routes may depend: the keys under which {@link keysOf} files a route. */
export function keysIn(failure: Failure): Set<string> {
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

/** Everything that a route may depend on. */
export function keysOf({ gateway, instance, peer, nextHop, circuit, possible }: WhatIfRoute): string[] {
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
