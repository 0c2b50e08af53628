/** BGP tables of gateway instances: peers, learned and advertised routes. */
import { timeSpan } from '../duration.ts'
import { hash32 } from '../hash.ts'
import { listRoutesLearnedBySession, vnetSpace } from '../rib.ts'
import type { GatewaySpec } from '../schema.ts'
import type { DomainState } from '../state.ts'
import type { RoutingDomain, PeerSession } from '../topology.ts'
import { type ArmOperationContext, getGatewayOfRequestPath } from './context.ts'
import { ArmError } from './message.ts'
import { CachedResponseBody } from './steady.ts'

function peersShown(state: DomainState, domain: RoutingDomain, gateway: GatewaySpec): PeerSession[] {
  return domain.peers.filter(
    (p) =>
      p.gateway.name === gateway.name &&
      p.connection?.device?.bgp !== false &&
      !state.instanceAbsent(gateway.name, p.instance) &&
      (p.connection === null || state.configured(`connection/${p.connection.name}`, p.connection) !== null),
  )
}

/**
 * Answers VirtualNetworkGateways_GetBgpPeerStatus. `peer` in the query restricts it to one neighbor.
 * @param inHub kind of a gateway in a hub; absent = a gateway of a virtual network
 */
export function bgpPeerStatus(c: ArmOperationContext, inHub?: GatewaySpec['kind']) {
  const { spec, domain } = getGatewayOfRequestPath(c, inHub)
  const state = c.world.state(domain, c.at)
  const wanted = c.query.get('peer')
  const rows = peersShown(state, domain, spec).filter((p) => wanted === null || p.neighbor === wanted)
  return {
    value: rows.map((p) => {
      const { up, since } = c.world.sessions.at(p.key, c.at)
      const connected = up && !p.neverConnects
      const messages = p.neverConnects ? { sent: 1, received: 2 } : c.world.sessions.messages(p.key, c.at)
      return {
        localAddress: p.instance,
        neighbor: p.neighbor,
        asn: p.asn,
        state: connected ? 'Connected' : 'Connecting',
        // the digits below a millisecond are derived from the key of the session, so that they do not change between
        // requests
        connectedDuration: connected ? timeSpan(c.at - since, hash32(p.key) % 10_000) : null,
        routesReceived: listRoutesLearnedBySession(state, p).routes.length,
        messagesSent: messages.sent,
        messagesReceived: messages.received,
      }
    }),
  }
}

/** Formats an AS path as Azure does: `12076-65001`, with an empty segment for null. */
export const formatDashedAsPath = (path: readonly (number | null)[]): string =>
  path.map((n) => (n === null ? '' : String(n))).join('-')

/**
 * Answers VirtualNetworkGateways_GetLearnedRoutes: each instance's own VNet space, then the routes of each of its
 * sessions.
 */
export function learnedRoutes(c: ArmOperationContext) {
  const { spec, domain } = getGatewayOfRequestPath(c)
  const state = c.world.state(domain, c.at)
  return new CachedResponseBody(state, `learned/${spec.name}`, () => learnedBody(state, domain, spec))
}

function learnedBody(state: DomainState, domain: RoutingDomain, spec: GatewaySpec) {
  const instances = spec.instances.filter((i) => !state.instanceAbsent(spec.name, i.address))
  const rows = instances.flatMap(({ address }) => [
    ...vnetSpace(state, spec.vnet).map((prefix) => ({
      localAddress: address,
      network: prefix.text,
      nextHop: null,
      sourcePeer: address,
      origin: 'Network',
      asPath: '',
      weight: 32768,
    })),
    ...peersShown(state, domain, spec)
      .filter((p) => p.instance === address && p.role !== 'internal')
      .flatMap((p) => {
        const { routes, front } = listRoutesLearnedBySession(state, p)
        const head = front.length > 0 ? `${formatDashedAsPath(front)}-` : ''
        return routes.map((r) => ({
          localAddress: address,
          network: r.prefix.text,
          nextHop: r.prefix.family === 6 ? (p.nextHop6 ?? p.neighbor) : p.neighbor,
          sourcePeer: p.neighbor,
          origin: 'EBgp',
          asPath: `${head}${formatDashedAsPath(r.path)}`,
          weight: 32769,
        }))
      }),
  ])
  return { value: rows }
}

/**
 * Answers VirtualNetworkGateways_GetAdvertisedRoutes for one peer: the VNet space. Prefixes outside of the gateway's
 * own VNet have no source peer and the origin Incomplete, as observed in the service.
 */
export function advertisedRoutes(c: ArmOperationContext) {
  const { spec, domain } = getGatewayOfRequestPath(c)
  const state = c.world.state(domain, c.at)
  const peer = c.query.get('peer')
  if (!peer) throw new ArmError(400, 'MissingParameter', "The required query parameter 'peer' is missing.")
  const sessions = peersShown(state, domain, spec).filter(
    (p) => p.neighbor === peer && !p.neverConnects && state.sessionWord(p.key) === null,
  )
  const rows = sessions.flatMap((p) =>
    vnetSpace(state, spec.vnet).map((prefix, n) => {
      const ownSpace = n === 0
      return {
        localAddress: p.instance,
        network: prefix.text,
        nextHop: p.instance,
        sourcePeer: ownSpace ? p.instance : null,
        origin: ownSpace ? 'Igp' : 'Incomplete',
        asPath: p.role === 'internal' ? '' : String(spec.asn),
        weight: 0,
      }
    }),
  )
  return { value: rows }
}

/** Answers VirtualNetworkGateways_GetEffectiveRoutes. */
export function effectiveRoutes(c: ArmOperationContext) {
  const { spec, domain } = getGatewayOfRequestPath(c)
  const state = c.world.state(domain, c.at)
  return {
    value: spec.instances.map(({ address }) => ({
      localAddress: address,
      addressPrefixes: vnetSpace(state, spec.vnet).map((p) => p.text),
      nextHopIpAddress: null,
      nextHopType: 'VirtualNetwork',
    })),
  }
}
