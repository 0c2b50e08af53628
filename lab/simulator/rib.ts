/** Route tables: announcements and session states, carried from the on-premises edge to the gateway instances. */
import type { RouteMatch, Stage } from './effect.ts'
import { covers, type Prefix, parsePrefix, PrefixIndex } from './prefix.ts'
import type { VnetSpec } from './schema.ts'
import type { AzureRoute, DomainState } from './state.ts'
import { peeredSpace, type PeerSession, type Route } from './topology.ts'

/** Reports whether a change of announcements applies to a route. */
export const matchesRoute = ({ site, prefixes }: RouteMatch, route: Route): boolean =>
  (site === null || site === route.site) && (prefixes === null || prefixes.has(route.prefix.text))

/**
 * Returns the routes that the Microsoft edge (or, for a VPN key, the VPN gateway) receives from the customer's side.
 * @param stage `gateway` = the routes that have already reached the gateways
 */
export function receivedRoutes(state: DomainState, key: string, stage: Stage): readonly Route[] {
  return state.once(`received/${key}/${stage}`, () => {
    if (state.observed) return state.observed.received.get(key) ?? []
    if (state.routesGone(key, stage)) return []
    const touches = (e: { keys: readonly string[]; stage: Stage }): boolean => e.stage === stage && e.keys.includes(key)
    const withdrawn = state.of('withdraw').filter(touches)
    const added = state.of('announce').filter(touches)
    const prepended = state.of('prepend').filter((e) => touches(e) && !e.byMsee)
    let routes: readonly Route[] = state.topology.received.get(key) ?? []
    if (withdrawn.length > 0) routes = routes.filter((r) => !withdrawn.some((e) => matchesRoute(e.match, r)))
    if (added.length > 0) routes = [...routes, ...added.flatMap((e) => e.routes)]
    for (const e of prepended)
      routes = routes.map((r) => (matchesRoute(e.match, r) ? { ...r, path: [...e.asns, ...r.path] } : r))
    return routes
  })
}

/**
 * Returns the number of additional times that an MSEE prepends 12076 to paths in both directions. Microsoft drains an
 * MSEE in this way.
 */
export function drainLength(state: DomainState, key: string, stage: Stage): number {
  return state
    .of('prepend')
    .reduce((n, e) => (e.byMsee && e.stage === stage && e.keys.includes(key) ? n + e.asns.length : n), 0)
}

/** Reports whether a gateway instance's session is up. */
export function peerUp(state: DomainState, peer: PeerSession): boolean {
  return (
    !peer.neverConnects &&
    state.sessionWord(peer.key) === null &&
    !state.instanceAbsent(peer.gateway.name, peer.instance) &&
    (peer.connection === null || state.configured(`connection/${peer.connection.name}`, peer.connection) !== null)
  )
}

export interface Learned {
  readonly routes: readonly Route[]
  /** ASNs that are prepended to each route's path. */
  readonly front: readonly number[]
}

/** Returns the routes that a session brings to its gateway instance. */
export function learnedFrom(state: DomainState, peer: PeerSession): Learned {
  return state.once(`learned/${peer.key}`, () => {
    if (state.observed) return { routes: state.observed.learned.get(peer.key) ?? [], front: [] }
    const none = { routes: [], front: [] }
    if (!peer.source || !peerUp(state, peer) || state.routesGone(peer.key, 'gateway')) return none
    const routes = receivedRoutes(state, peer.source, 'gateway')
    if (peer.role === 'device') return { routes, front: [] }
    return { routes, front: Array<number>(1 + drainLength(state, peer.source, 'gateway')).fill(12076) }
  })
}

/**
 * Returns the VNet address space behind a gateway. It consists of its own VNet's space, and the spaces of spokes that
 * use the gateway over a connected peering.
 */
export function vnetSpace(state: DomainState, vnetName: string): readonly Prefix[] {
  return state.once(`space/${vnetName}`, () => {
    const live = (name: string): VnetSpec | null => {
      const spec = state.topology.vnets.get(name)
      return spec ? state.configured(`vnet/${name}`, spec) : null
    }
    const peeringOf = (from: VnetSpec, to: string) => {
      const spec = from.peerings.find((p) => p.remote === to)
      const now = spec ? state.configured(`vnet-peering/${from.name}/${spec.name}`, spec) : null
      return now?.state === 'Connected' ? now : null
    }
    const hub = live(vnetName)
    if (!hub) return []
    const spokes = hub.peerings.flatMap((p) => {
      const spoke = live(p.remote)
      if (!spoke || !peeringOf(hub, spoke.name)?.gatewayTransit) return []
      return peeringOf(spoke, hub.name)?.useRemoteGateways ? peeredSpace(p, spoke) : []
    })
    // if the VNet has "Advertised gateway prefixes", they replace its own address space and the spokes that they
    // contain
    const summaries = hub.advertised.flatMap((text) => parsePrefix(text) ?? [])
    const own = summaries.length > 0 ? hub.advertised : hub.addressSpace
    return [...own, ...spokes].flatMap((text) => {
      const prefix = parsePrefix(text)
      if (!prefix) return []
      const isCovered = summaries.some((summary) => summary.text !== prefix.text && covers(summary, prefix))
      return isCovered ? [] : [prefix]
    })
  })
}

/** Returns gateway sessions that end on an edge's MSEE and are up. */
export function peersOnEdge(state: DomainState, key: string): readonly PeerSession[] {
  return state.once(`on/${key}`, () =>
    state.domain.peers.filter((p) => p.role === 'msee' && p.source === key && peerUp(state, p)),
  )
}

/** Returns the routes that an edge's MSEE has from the gateway instances whose sessions are up. */
export function azureRoutes(state: DomainState, key: string): readonly AzureRoute[] {
  if (state.observed) return state.observed.azure.get(key) ?? []
  const drain = Array<number>(drainLength(state, key, 'edge')).fill(12076)
  return peersOnEdge(state, key).flatMap((peer) =>
    vnetSpace(state, peer.gateway.vnet).map((prefix) => ({
      prefix,
      nextHop: peer.instance,
      path: [...drain, peer.gateway.asn],
    })),
  )
}

const indexes = new WeakMap<readonly Route[], PrefixIndex<Route>>()
/** Returns the routes with the longest matching prefix. The index of a table is cached as long as the table exists. */
export function lookup(routes: readonly Route[], target: Prefix): readonly Route[] {
  let index = indexes.get(routes)
  if (!index) {
    index = new PrefixIndex(routes)
    indexes.set(routes, index)
  }
  return index.match(target)
}
