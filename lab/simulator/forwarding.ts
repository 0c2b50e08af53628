/**
 * Computes over which links traffic flows. Out of Azure, a route is selected by the longest prefix, then ExpressRoute
 * before VPN, then the weight of the connection, then the length of the AS path; equal routes share the traffic evenly.
 * Into Azure, the site's routers select a circuit among those on which they receive the VNets' prefixes, by weight and
 * then by path length. A packet that is sent over a dead link or along a withdrawn route is lost, and no counter counts
 * it.
 */
import {
  connectionCounter,
  type TrafficDirectionName,
  edgeCounter,
  edgeKey,
  instanceCounter,
  isInstanceCounter,
  tunnelCounter,
  vpnKey,
} from './keys.ts'
import { type ParsedPrefix, parsePrefixWithoutHostBits } from './prefix.ts'
import {
  countMseeDrainPrepends,
  listRoutesLearnedBySession,
  lookUpLongestMatchRoutes,
  peersOnEdge,
  peerUp,
  listRoutesReceivedByEdge,
} from './rib.ts'
import type { TrafficDemandSpec, CustomerSiteSpec } from './schema.ts'
import type { DomainState } from './state.ts'
import { expandPrefixSets, type PeerSession } from './topology.ts'

/** A part of a demand's bytes that passes a counter. */
export interface CountedTrafficFlow {
  readonly demand: string
  readonly direction: TrafficDirectionName
  readonly counter: string
  readonly share: number
}

interface Candidate {
  readonly peer: PeerSession
  readonly length: number
  readonly vpn: boolean
  readonly weight: number
  readonly asLength: number
}

/** Returns the number of ASNs, without the empty segments that Azure prints as double dashes. */
const pathLength = (path: readonly (number | null)[]): number => path.filter((n) => n !== null).length

function candidatesFor(state: DomainState, target: ParsedPrefix): Candidate[] {
  return state.domain.peers.flatMap((peer): Candidate[] => {
    if (peer.role === 'internal') return []
    const { routes, front } = listRoutesLearnedBySession(state, peer)
    const found = lookUpLongestMatchRoutes(routes, target)
    const [first] = found
    if (!first || !peer.connection) return []
    const weight = state.configured(`connection/${peer.connection.name}`, peer.connection)?.weight ?? 0
    const asLength = front.length + Math.min(...found.map((r) => pathLength(r.path)))
    return [{ peer, length: first.prefix.length, vpn: peer.role === 'device', weight, asLength }]
  })
}

/**
 * Returns the sessions whose routes Azure uses to send to a destination. These are only the best ones, and they share
 * the traffic evenly.
 */
export function findBestSessionsToPrefix(state: DomainState, target: ParsedPrefix): readonly PeerSession[] {
  return state.once(`best/${target.text}`, () => {
    let left = candidatesFor(state, target)
    const keep = (score: (c: Candidate) => number): void => {
      const top = Math.max(...left.map(score))
      left = left.filter((c) => score(c) === top)
    }
    keep((c) => c.length)
    keep((c) => (c.vpn ? 0 : 1))
    keep((c) => c.weight)
    keep((c) => -c.asLength)
    return left.map((c) => c.peer)
  })
}

function outbound(
  state: DomainState,
  demand: Pick<TrafficDemandSpec, 'name'>,
  prefixes: readonly ParsedPrefix[],
): CountedTrafficFlow[] {
  const flows: CountedTrafficFlow[] = []
  const add = (counter: string, share: number): void => {
    flows.push({ demand: demand.name, direction: 'out', counter, share })
  }
  for (const prefix of prefixes) {
    const best = findBestSessionsToPrefix(state, prefix)
    for (const peer of best) {
      const source = peer.source ?? ''
      const sent = 1 / (best.length * prefixes.length)
      // the edge may already have lost the route, while the gateway still sends over it
      const reachable = lookUpLongestMatchRoutes(listRoutesReceivedByEdge(state, source, 'edge'), prefix).length > 0
      const share = reachable ? sent * (1 - state.lost(source, 'out')) : 0
      if (share === 0) continue
      if (peer.role === 'msee') add(edgeCounter(source, 'out'), share)
      if (peer.connection) add(connectionCounter(peer.connection.name, 'out'), share)
      if (peer.connection?.device) add(tunnelCounter(peer.connection.name, peer.instance, 'out'), share)
      add(instanceCounter(peer.gateway.name, peer.instance, 'out'), share)
    }
  }
  return flows
}

interface Egress {
  readonly source: string
  readonly peers: readonly PeerSession[]
  readonly weight: number
  readonly length: number
}

function egressesOf(state: DomainState, site: CustomerSiteSpec): Egress[] {
  return site.egress.flatMap((choice): Egress[] => {
    if (choice.circuit) {
      const name = choice.circuit
      const paths = choice.path ? [choice.path] : (['primary', 'secondary'] as const)
      return paths.flatMap((path): Egress[] => {
        const source = edgeKey(name, 'AzurePrivatePeering', path)
        const peers = peersOnEdge(state, source)
        if (state.sessionWord(source) !== null || peers.length === 0) return []
        return [{ source, peers, weight: choice.weight, length: 2 + countMseeDrainPrepends(state, source, 'edge') }]
      })
    }
    const source = vpnKey(choice.connection ?? '')
    const peers = state.domain.peers.filter((p) => p.role === 'device' && p.source === source && peerUp(state, p))
    return peers.length > 0 ? [{ source, peers, weight: choice.weight, length: 1 }] : []
  })
}

function inbound(
  state: DomainState,
  demand: Pick<TrafficDemandSpec, 'name'>,
  site: CustomerSiteSpec,
): CountedTrafficFlow[] {
  const egresses = egressesOf(state, site)
  const weight = Math.max(...egresses.map((w) => w.weight))
  const heavy = egresses.filter((w) => w.weight === weight)
  const shortest = Math.min(...heavy.map((w) => w.length))
  const chosen = heavy.filter((w) => w.length === shortest)
  return chosen.flatMap(({ source, peers }): CountedTrafficFlow[] => {
    const share = (1 - state.lost(source, 'in')) / chosen.length
    if (share === 0) return []
    const flow = (counter: string, part: number): CountedTrafficFlow => ({
      demand: demand.name,
      direction: 'in',
      counter,
      share: part,
    })
    const each = share / peers.length
    return [
      ...(state.topology.edges.has(source) ? [flow(edgeCounter(source, 'in'), share)] : []),
      ...peers.flatMap((p) => [
        ...(p.connection ? [flow(connectionCounter(p.connection.name, 'in'), each)] : []),
        ...(p.connection?.device ? [flow(tunnelCounter(p.connection.name, p.instance, 'in'), each)] : []),
        flow(instanceCounter(p.gateway.name, p.instance, 'in'), each),
      ]),
    ]
  })
}

/** Returns the share of packets to an address of a site that arrive and whose answers return. */
export function computeDeliveredPacketShare(state: DomainState, site: CustomerSiteSpec, target: ParsedPrefix): number {
  return state.once(`delivered/${site.name}/${target.text}`, () => {
    const there = outbound(state, { name: '' }, [target])
    const back = inbound(state, { name: '' }, site)
    const arriving = (flows: readonly CountedTrafficFlow[]) =>
      flows.filter(({ counter }) => isInstanceCounter(counter)).reduce((sum, { share }) => sum + share, 0)
    return Math.min(1, arriving(there)) * Math.min(1, arriving(back))
  })
}

/** Returns the flows of Microsoft peering, which has no gateway. Both directions use all paths that are up. */
function publicFlows(state: DomainState, demand: TrafficDemandSpec, circuit: string): CountedTrafficFlow[] {
  const keys = (['primary', 'secondary'] as const)
    .map((path) => edgeKey(circuit, 'MicrosoftPeering', path))
    .filter((key) => state.topology.edges.has(key) && state.sessionWord(key) === null)
  return keys.flatMap((key) =>
    (['in', 'out'] as const).map((direction) => ({
      demand: demand.name,
      direction,
      counter: edgeCounter(key, direction),
      share: (1 - state.lost(key, direction)) / keys.length,
    })),
  )
}

/** Returns all flows of a domain in one state. */
export function listTrafficFlowsOfDomain(state: DomainState): readonly CountedTrafficFlow[] {
  return state.once('flows', () =>
    state.domain.sites.flatMap((site) =>
      state.topology.scenario.demands
        .filter((d) => d.site === site.name)
        .flatMap((demand): CountedTrafficFlow[] => {
          if (demand.microsoftPeeringOf) return publicFlows(state, demand, demand.microsoftPeeringOf)
          const chosen = demand.prefixes ?? site.prefixes.map((set) => (typeof set === 'string' ? set : set.first))
          const prefixes = expandPrefixSets(chosen).flatMap((p) => parsePrefixWithoutHostBits(p.text) ?? [])
          return [...outbound(state, demand, prefixes), ...inbound(state, demand, site)]
        }),
    ),
  )
}
