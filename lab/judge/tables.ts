/**
 * Computes the true route tables of a simulated estate, and how the route of each prefix changes. They are derived only
 * from the estate's script.
 */
import type { EpochMs } from '#lib/contract/index.ts'
import { findHubCircuit, findHubGateway, inboundHubRoutes } from '../simulator/hub-routes.ts'
import { listEffectChangeTimes } from '../simulator/index.ts'
import { listRoutesLearnedBySession } from '../simulator/rib.ts'
import type { RoutingDomain } from '../simulator/topology.ts'
import type { SimulatedEstateRun } from './play.ts'

/** A route of a virtual network's gateways, or of a hub. */
export interface SimulatedTableRoute {
  readonly prefix: string
  readonly gateway: string
  /** address of the neighbor; for a hub, the name of the connection */
  readonly by: string
  /** the circuit or VPN connection from which the route comes */
  readonly behind: string
  readonly isVpn: boolean
  readonly hops: number
}

/** Gateways that forward by the same routes. */
export interface NetworkWithRouteTable {
  readonly name: string
  readonly table: (at: EpochMs) => readonly SimulatedTableRoute[]
}

export function listNetworksWithRouteTables({ world, estate }: SimulatedEstateRun): NetworkWithRouteTable[] {
  const { domains } = world.topology
  const ofGateways = (vnet: string): NetworkWithRouteTable => ({
    name: vnet,
    table: (at) => domains.flatMap((domain) => learnedAt(domain, vnet, at)),
  })
  const learnedAt = (domain: RoutingDomain, vnet: string, at: EpochMs): SimulatedTableRoute[] => {
    const state = world.state(domain, at)
    return domain.peers.flatMap((peer): SimulatedTableRoute[] => {
      if (peer.role === 'internal' || peer.gateway.vnet !== vnet) return []
      const { routes, front } = listRoutesLearnedBySession(state, peer)
      return routes.map(({ prefix, path }) => ({
        prefix: prefix.text,
        gateway: peer.gateway.name,
        by: peer.neighbor,
        behind: peer.connection?.circuit ?? peer.connection?.name ?? '',
        isVpn: peer.role === 'device',
        hops: front.length + path.length,
      }))
    })
  }
  const { hubs } = world.scenario
  const ofHub = (hub: (typeof hubs)[number]): NetworkWithRouteTable => ({
    name: hub.name,
    table: (at) => {
      const domain = domains.find(({ circuits }) =>
        circuits.some(({ name }) => hub.expressRoute?.connections.some(({ circuit }) => circuit === name)),
      )
      const routes = domain ? inboundHubRoutes(world.state(domain, at), hub) : []
      return routes.flatMap(({ prefix, path, hop, connection }): SimulatedTableRoute[] => {
        if (hop === 'network') return []
        const circuit = findHubCircuit(hub, connection)
        const gateway = findHubGateway(hub, hop) ?? ''
        const by = { gateway, by: connection, behind: circuit ?? connection }
        return [{ prefix: prefix.text, ...by, isVpn: hop === 'vpn', hops: path.length }]
      })
    },
  })
  const vnets = [...new Set(world.scenario.gateways.map(({ vnet }) => vnet))]
  return [...vnets.map(ofGateways), ...(estate.hub ? hubs.map(ofHub) : [])]
}

/** Effects that a change of routes can have on a prefix, the most severe first. */
export const prefixRoutingOutcomes = ['lost', 'covered', 'rerouted', 'none'] as const
export type PrefixRoutingOutcome = (typeof prefixRoutingOutcomes)[number]

const known = new Map<string, { value: number; length: number }>()
const bitsOf = (prefix: string) => {
  const bits = known.get(prefix) ?? readBits(prefix)
  known.set(prefix, bits)
  return bits
}
const readBits = (prefix: string) => {
  const [address = '', length = ''] = prefix.split('/')
  const value = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)
  return { value, length: Number(length) }
}
const covers = (prefix: string, address: number) => {
  const { value, length } = bitsOf(prefix)
  return Math.floor(address / 2 ** (32 - length)) === Math.floor(value / 2 ** (32 - length))
}

/**
 * Returns an address of a prefix that is not in any longer prefix; null if all addresses that were tried are in longer
 * prefixes.
 */
function addressIn(prefix: string, others: readonly string[]): number | null {
  const { value, length } = bitsOf(prefix)
  const longer = others.filter((other) => bitsOf(other).length > length)
  const tried = [0, 1, 0.25, 0.5, 0.75, 0.99].map((share) => value + Math.floor(share * (2 ** (32 - length) - 1)))
  return tried.find((address) => !longer.some((other) => covers(other, address))) ?? null
}

/** Returns the routes that decide where an address is forwarded. */
function findBestRoutes(table: readonly SimulatedTableRoute[], address: number): SimulatedTableRoute[] {
  let left = table.filter(({ prefix }) => covers(prefix, address))
  const keep = (score: (route: SimulatedTableRoute) => number) => {
    const top = Math.max(...left.map(score))
    left = left.filter((route) => score(route) === top)
  }
  keep(({ prefix }) => bitsOf(prefix).length)
  keep(({ isVpn }) => (isVpn ? 0 : 1))
  keep(({ hops }) => -hops)
  return left
}

/** The change of a prefix between two tables. */
export interface ChangedPrefixOutcome {
  readonly prefix: string
  readonly fate: PrefixRoutingOutcome
  /**
   * circuits and VPN connections whose routes to the prefix ended; if no route ended, circuits and VPN connections with
   * new routes
   */
  readonly behind: ReadonlySet<string>
  readonly gateways: ReadonlySet<string>
}

const pathOf = ({ gateway, by }: SimulatedTableRoute) => `${gateway} ${by}`

export function findPrefixRoutingChanges(
  before: readonly SimulatedTableRoute[],
  after: readonly SimulatedTableRoute[],
): ChangedPrefixOutcome[] {
  const all = [...new Set([...before, ...after].map(({ prefix }) => prefix))].filter((prefix) => !prefix.includes(':'))
  return all.flatMap((prefix): ChangedPrefixOutcome[] => {
    const address = addressIn(prefix, all)
    if (address === null) return []
    const [was, is] = [findBestRoutes(before, address), findBestRoutes(after, address)]
    if (was.length === 0) return []
    const [paths, now] = [new Set(was.map(pathOf)), new Set(is.map(pathOf))]
    const lengths = [was, is].map(([one]) => (one ? bitsOf(one.prefix).length : -1))
    const fate: PrefixRoutingOutcome =
      is.length === 0
        ? 'lost'
        : (lengths[1] ?? 0) < (lengths[0] ?? 0)
          ? 'covered'
          : [...now].some((path) => !paths.has(path)) || now.size < paths.size
            ? 'rerouted'
            : 'none'
    const ended = was.filter((route) => !now.has(pathOf(route)))
    const begun = is.filter((route) => !paths.has(pathOf(route)))
    const isIn = (table: readonly SimulatedTableRoute[]) => (route: SimulatedTableRoute) =>
      table.some((one) => one.prefix === route.prefix && pathOf(one) === pathOf(route))
    // a path that still exists but is no longer the best one is not the reason that a prefix moved to a path that
    // returned
    const gone = ended.filter((route) => !isIn(after)(route))
    const isNew = begun.some((route) => !isIn(before)(route))
    // a more specific prefix attracts the traffic whatever happens to the routes that cover it, so that it caused the
    // change
    const isTaken = (lengths[1] ?? 0) > (lengths[0] ?? 0)
    const because = isTaken ? begun : gone.length > 0 ? gone : isNew || ended.length === 0 ? begun : ended
    return [
      {
        prefix,
        fate,
        behind: new Set(because.map(({ behind }) => behind)),
        gateways: new Set(because.map(({ gateway }) => gateway)),
      },
    ]
  })
}

/** Reports whether a table has a route to the first address of a prefix. */
export const hasTableRouteToPrefix = (table: readonly SimulatedTableRoute[], prefix: string): boolean =>
  findBestRoutes(table, bitsOf(prefix).value).length > 0

/** Reports whether a network had a route to the first address of a prefix. */
export const isRouted = (played: SimulatedEstateRun, prefix: string, at: EpochMs): boolean =>
  listNetworksWithRouteTables(played).some(({ table }) => hasTableRouteToPrefix(table(at), prefix))

/**
 * Returns the times in which the virtual network of a gateway had no route to the first address of a prefix, after it
 * had one.
 */
export function findTimesWithoutRoute(
  played: SimulatedEstateRun & { until: EpochMs },
  gateway: string,
  prefix: string,
): [from: EpochMs, to: EpochMs][] {
  const { start, until } = played
  const moments = [start, ...listRouteTableChangeTimes(played, start + 1, until), until]
  const network = listNetworksWithRouteTables(played).find(({ table }) =>
    moments.some((at) => table(at).some((one) => one.gateway === gateway)),
  )
  if (!network) return []
  let hadRoute = false
  const times: [from: EpochMs, to: EpochMs][] = []
  for (const [n, to] of moments.slice(1).entries()) {
    const from = moments[n] ?? start
    const isRouted = findBestRoutes(network.table(from), bitsOf(prefix).value).length > 0
    hadRoute ||= isRouted
    if (!hadRoute || isRouted) continue
    const last = times.at(-1)
    // A change of other routes does not divide the time without a route.
    if (last?.[1] === from) last[1] = to
    else times.push([from, to])
  }
  return times
}

/** Returns every moment in a time range at which a table may change. */
export const listRouteTableChangeTimes = ({ world }: SimulatedEstateRun, from: EpochMs, to: EpochMs): EpochMs[] =>
  listEffectChangeTimes(world, from, to)
