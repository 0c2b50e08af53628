/** Routes of the hub of a Virtual WAN: by connection, and the best ones in its route tables. */
import { edgeKey, hubKey } from './keys.ts'
import { type ParsedPrefix, parsePrefixWithoutHostBits } from './prefix.ts'
import { countMseeDrainPrepends, listRoutesLearnedBySession, peerUp, listRoutesReceivedByEdge } from './rib.ts'
import type { GatewaySpec, VirtualHubSpec } from './schema.ts'
import type { DomainState } from './state.ts'
import { expandPrefixSets } from './topology.ts'

export type HubHop = 'network' | 'expressRoute' | 'vpn' | 'bgp' | 'firewall'

export interface HubRoute {
  readonly prefix: ParsedPrefix
  readonly path: readonly (number | null)[]
  readonly hop: HubHop
  /** the connection from which the route comes */
  readonly connection: string
}

/** Returns the names of a hub's connections, except those of its networks. */
export const connectionsOfHub = ({ expressRoute, vpn, bgp }: VirtualHubSpec): string[] =>
  [...(expressRoute?.connections ?? []), ...(vpn?.connections ?? []), ...bgp].map(({ name }) => name)

/** Returns the circuit of a connection of a hub; undefined if the connection is not to a circuit. */
export const findHubCircuit = ({ expressRoute }: VirtualHubSpec, connection: string): string | undefined =>
  expressRoute?.connections.find(({ name }) => name === connection)?.circuit

/** Returns the name of the hub's gateway that forwards a route: its VPN gateway, or its ExpressRoute gateway. */
export const findHubGateway = ({ expressRoute, vpn }: VirtualHubSpec, hop: HubHop): string | undefined =>
  hop === 'vpn' ? vpn?.name : expressRoute?.name

/** Reports whether a connection of a hub is up. */
export const isHubConnectionUp = (state: DomainState, hub: VirtualHubSpec, connection: string): boolean =>
  state.sessionWord(hubKey(hub.name, connection)) === null

/** Returns the prefixes that routing intent and static routes of the default table send to the hub's firewall. */
export const prefixesToFirewall = ({ firewall }: VirtualHubSpec): string[] =>
  firewall === undefined
    ? []
    : [
        ...(firewall.policies.includes('PrivateTraffic') ? ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] : []),
        ...(firewall.policies.includes('Internet') ? ['0.0.0.0/0'] : []),
        ...firewall.prefixes,
      ]

/**
 * Returns the routes that each connection brings. A prefix that both paths of a circuit bring occurs once, with the
 * shorter AS path.
 */
export function inboundHubRoutes(state: DomainState, hub: VirtualHubSpec): readonly HubRoute[] {
  return state.once(`hub/${hub.name}`, () =>
    [
      ...hub.vnets.flatMap(({ name, vnet }) => {
        const spec = state.topology.vnets.get(vnet)
        const now = spec && state.configured(`vnet/${vnet}`, spec)
        return (now?.addressSpace ?? []).flatMap((text): HubRoute[] => {
          const prefix = parsePrefixWithoutHostBits(text)
          return prefix ? [{ prefix, path: [], hop: 'network', connection: name }] : []
        })
      }),
      ...(hub.expressRoute?.connections ?? []).flatMap(({ name, circuit }) =>
        isHubConnectionUp(state, hub, name) ? shortest(overCircuit(state, name, circuit)) : [],
      ),
      ...(hub.vpn?.connections ?? []).flatMap((one) => ofPeer(state, hub, one, 'vpn')),
      ...state.domain.gateways.flatMap((gateway) => (gateway.hub === hub.name ? ofGateway(state, gateway) : [])),
      ...hub.bgp.flatMap((one) => ofPeer(state, hub, one, 'bgp')),
    ].filter((route) => !isDropped(listHubRouteMaps(state, hub), route)),
  )
}

/** Returns the route maps of a hub as they are configured. */
export const listHubRouteMaps = (state: DomainState, { name: hub, routeMaps }: VirtualHubSpec) =>
  routeMaps.flatMap((map) => state.configured(`route-map/${hub}/${map.name}`, map) ?? [])

const isDropped = (maps: VirtualHubSpec['routeMaps'], { connection, prefix }: HubRoute): boolean =>
  maps.some(({ inbound, drops }) => inbound.includes(connection) && (drops.length === 0 || drops.includes(prefix.text)))

function overCircuit(state: DomainState, connection: string, circuit: string): HubRoute[] {
  return (['primary', 'secondary'] as const).flatMap((path) => {
    const key = edgeKey(circuit, 'AzurePrivatePeering', path)
    const front = Array<number>(1 + countMseeDrainPrepends(state, key, 'gateway')).fill(12076)
    return listRoutesReceivedByEdge(state, key, 'gateway').map(
      (route): HubRoute => ({
        prefix: route.prefix,
        path: [...front, ...route.path],
        hop: 'expressRoute',
        connection,
      }),
    )
  })
}

/** Returns the routes that a gateway in the hub learns over each of its connections, over any of its sessions. */
function ofGateway(state: DomainState, gateway: GatewaySpec): HubRoute[] {
  const hop = gateway.kind === 'Vpn' ? 'vpn' : 'expressRoute'
  const learned = state.domain.peers.flatMap((peer) => {
    const connection = peer.connection && state.configured(`connection/${peer.connection.name}`, peer.connection)
    if (peer.gateway.name !== gateway.name || !connection || !peerUp(state, peer)) return []
    const { routes, front } = listRoutesLearnedBySession(state, peer)
    return routes.map(
      ({ prefix, path }): HubRoute => ({ prefix, path: [...front, ...path], hop, connection: connection.name }),
    )
  })
  return [...Map.groupBy(learned, ({ connection }) => connection).values()].flatMap(shortest)
}

function ofPeer(
  state: DomainState,
  hub: VirtualHubSpec,
  {
    name,
    asn,
    prefixes,
    prepend = 0,
  }: { name: string; asn: number; prefixes: VirtualHubSpec['bgp'][number]['prefixes']; prepend?: number },
  hop: HubHop,
): HubRoute[] {
  if (!isHubConnectionUp(state, hub, name)) return []
  return expandPrefixSets(prefixes).map((prefix) => ({
    prefix,
    path: Array<number>(1 + prepend).fill(asn),
    hop,
    connection: name,
  }))
}

function shortest(routes: readonly HubRoute[]): HubRoute[] {
  const best = new Map<string, HubRoute>()
  for (const route of routes) {
    const known = best.get(route.prefix.text)
    if (!known || route.path.length < known.path.length) best.set(route.prefix.text, route)
  }
  return [...best.values()]
}

/**
 * Preference of next hops by the hub's routing preference ("Virtual hub routing preference"). With `ASPath`, the length
 * of the AS path decides first.
 */
const ORDER: Readonly<Record<VirtualHubSpec['preference'], readonly HubHop[]>> = {
  ExpressRoute: ['network', 'expressRoute', 'vpn', 'bgp'],
  VpnGateway: ['network', 'vpn', 'expressRoute', 'bgp'],
  ASPath: ['network', 'expressRoute', 'vpn', 'bgp'],
}

/**
 * Returns the routes of the default table ("Prefix advertisement to on-premises" and "Effective Routes" of routing
 * policies). With a policy for private traffic, connections propagate to no table.
 */
export function defaultHubRoutes(state: DomainState, hub: VirtualHubSpec): HubRoute[] {
  const toFirewall = prefixesToFirewall(hub).flatMap((text): HubRoute[] => {
    const prefix = parsePrefixWithoutHostBits(text)
    return prefix ? [{ prefix, path: [], hop: 'firewall', connection: '' }] : []
  })
  const toNetworks = hub.staticRoutes.flatMap(({ prefix: text, connection }): HubRoute[] => {
    const prefix = parsePrefixWithoutHostBits(text)
    return prefix ? [{ prefix, path: [], hop: 'network', connection }] : []
  })
  const own = [...toFirewall, ...toNetworks]
  return hub.firewall?.policies.includes('PrivateTraffic') ? own : [...own, ...effectiveHubRoutes(state, hub)]
}

/**
 * Returns a route table with the best route for each prefix.
 * @param from connections that propagate to it; absent = all, as for the default table
 */
export function effectiveHubRoutes(state: DomainState, hub: VirtualHubSpec, from?: readonly string[]): HubRoute[] {
  const place = ({ hop }: HubRoute): number => ORDER[hub.preference].indexOf(hop)
  const before = (a: HubRoute, b: HubRoute): number =>
    hub.preference === 'ASPath'
      ? a.path.length - b.path.length || place(a) - place(b)
      : place(a) - place(b) || a.path.length - b.path.length
  const brought = inboundHubRoutes(state, hub).filter(({ connection }) => from?.includes(connection) ?? true)
  const byPrefix = Map.groupBy(brought, ({ prefix }) => prefix.text)
  return [...byPrefix.values()].flatMap((routes) => routes.toSorted(before).slice(0, 1))
}
