/** Route tables: announcements and session states, carried from the on-premises edge to the gateway instances. */
import type { RouteMatchCriteria, RoutePropagationStage } from './effect.ts'
import { doesPrefixCover, type ParsedPrefix, parsePrefixWithoutHostBits, LongestPrefixMatchIndex } from './prefix.ts'
import type { VnetSpec } from './schema.ts'
import type { AzureRoute, DomainState } from './state.ts'
import { listPrefixesOfVnetPeering, type PeerSession, type SimulatedRoute } from './topology.ts'

/** Reports whether a change of announcements applies to a route. */
export const doesRouteMatchCriteria = ({ site, prefixes }: RouteMatchCriteria, route: SimulatedRoute): boolean =>
  (site === null || site === route.site) && (prefixes === null || prefixes.has(route.prefix.text))

/**
 * Returns the routes that the Microsoft edge (or, for a VPN key, the VPN gateway) receives from the customer's side.
 * @param stage `gateway` = the routes that have already reached the gateways
 */
export function listRoutesReceivedByEdge(
  state: DomainState,
  key: string,
  stage: RoutePropagationStage,
): readonly SimulatedRoute[] {
  return state.once(`received/${key}/${stage}`, () => {
    if (state.observed) return state.observed.received.get(key) ?? []
    if (state.routesGone(key, stage)) return []
    const touches = (e: { keys: readonly string[]; stage: RoutePropagationStage }): boolean =>
      e.stage === stage && e.keys.includes(key)
    const withdrawn = state.of('withdraw').filter(touches)
    const added = state.of('announce').filter(touches)
    const prepended = state.of('prepend').filter((e) => touches(e) && !e.byMsee)
    let routes: readonly SimulatedRoute[] = state.topology.received.get(key) ?? []
    if (withdrawn.length > 0) routes = routes.filter((r) => !withdrawn.some((e) => doesRouteMatchCriteria(e.match, r)))
    if (added.length > 0) routes = [...routes, ...added.flatMap((e) => e.routes)]
    for (const e of prepended)
      routes = routes.map((r) => (doesRouteMatchCriteria(e.match, r) ? { ...r, path: [...e.asns, ...r.path] } : r))
    return routes
  })
}

/**
 * Returns the number of additional times that an MSEE prepends 12076 to paths in both directions. Microsoft drains an
 * MSEE in this way.
 */
export function countMseeDrainPrepends(state: DomainState, key: string, stage: RoutePropagationStage): number {
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

export interface LearnedSessionRoutes {
  readonly routes: readonly SimulatedRoute[]
  /** ASNs that are prepended to each route's path. */
  readonly front: readonly number[]
}

/** Returns the routes that a session brings to its gateway instance. */
export function listRoutesLearnedBySession(state: DomainState, peer: PeerSession): LearnedSessionRoutes {
  return state.once(`learned/${peer.key}`, () => {
    if (state.observed) return { routes: state.observed.learned.get(peer.key) ?? [], front: [] }
    const none = { routes: [], front: [] }
    if (!peer.source || !peerUp(state, peer) || state.routesGone(peer.key, 'gateway')) return none
    const routes = listRoutesReceivedByEdge(state, peer.source, 'gateway')
    if (peer.role === 'device') return { routes, front: [] }
    return { routes, front: Array<number>(1 + countMseeDrainPrepends(state, peer.source, 'gateway')).fill(12076) }
  })
}

/**
 * Returns the VNet address space behind a gateway. It consists of its own VNet's space, and the spaces of spokes that
 * use the gateway over a connected peering.
 */
export function vnetSpace(state: DomainState, vnetName: string): readonly ParsedPrefix[] {
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
      return peeringOf(spoke, hub.name)?.useRemoteGateways ? listPrefixesOfVnetPeering(p, spoke) : []
    })
    // if the VNet has "Advertised gateway prefixes", they replace its own address space and the spokes that they
    // contain
    const summaries = hub.advertised.flatMap((text) => parsePrefixWithoutHostBits(text) ?? [])
    const own = summaries.length > 0 ? hub.advertised : hub.addressSpace
    return [...own, ...spokes].flatMap((text) => {
      const prefix = parsePrefixWithoutHostBits(text)
      if (!prefix) return []
      const isCovered = summaries.some((summary) => summary.text !== prefix.text && doesPrefixCover(summary, prefix))
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
export function listAzureRoutesOfMsee(state: DomainState, key: string): readonly AzureRoute[] {
  if (state.observed) return state.observed.azure.get(key) ?? []
  const drain = Array<number>(countMseeDrainPrepends(state, key, 'edge')).fill(12076)
  return peersOnEdge(state, key).flatMap((peer) =>
    vnetSpace(state, peer.gateway.vnet).map((prefix) => ({
      prefix,
      nextHop: peer.instance,
      path: [...drain, peer.gateway.asn],
    })),
  )
}

const indexes = new WeakMap<readonly SimulatedRoute[], LongestPrefixMatchIndex<SimulatedRoute>>()
/** Returns the routes with the longest matching prefix. The index of a table is cached as long as the table exists. */
export function lookUpLongestMatchRoutes(
  routes: readonly SimulatedRoute[],
  target: ParsedPrefix,
): readonly SimulatedRoute[] {
  let index = indexes.get(routes)
  if (!index) {
    index = new LongestPrefixMatchIndex(routes)
    indexes.set(routes, index)
  }
  return index.match(target)
}
