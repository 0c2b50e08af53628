/**
 * The forwarding of a simulated world at a moment, for each virtual network with a gateway and for each hub.
 * Independent of the product's code.
 */
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { defaultHubRoutes, findHubCircuit } from '../../simulator/hub-routes.ts'
import { type ParsedPrefix, parsePrefixWithoutHostBits } from '../../simulator/prefix.ts'
import { listRoutesLearnedBySession, lookUpLongestMatchRoutes, vnetSpace } from '../../simulator/rib.ts'
import { createWorld, type HappeningInput, parseSimulatorScenario, type SimulatedWorld } from '../../simulator/index.ts'
import type { JudgedEstate, JudgedEstatePathName } from '../estate.ts'

/** A path from a place to an address. */
interface PathTo {
  /** the circuit; null = a VPN, a virtual network or a firewall of a hub */
  readonly circuit: string | null
  readonly path: JudgedEstatePathName | null
  /** the address of the neighbor, or a hub's name for its next hop */
  readonly neighbor: string
  readonly instance: string
  readonly gateway: string
}

export interface PathsToAddress {
  /** length of the longest matching prefix; null = no prefix covers the address */
  readonly length: number | null
  readonly paths: readonly PathTo[]
}

const NOWHERE: PathsToAddress = { length: null, paths: [] }

/** A place where traffic may start. */
export interface TrafficOrigin {
  readonly kind: 'network' | 'hub'
  readonly name: string
  /** the virtual network's gateways */
  readonly gateways: readonly string[]
}

export function listTrafficOrigins({ input }: JudgedEstate): TrafficOrigin[] {
  const networks = Map.groupBy(input.gateways ?? [], ({ vnet }) => vnet)
  return [
    ...[...networks].map(
      ([name, own]): TrafficOrigin => ({ kind: 'network', name, gateways: own.map((one) => one.name) }),
    ),
    ...(input.hubs ?? []).map(({ name }): TrafficOrigin => ({ kind: 'hub', name, gateways: [] })),
  ]
}

/** Returns the world of an estate with these happenings. */
export const createWorldWithHappenings = (
  estate: JudgedEstate,
  origin: string,
  happenings: readonly HappeningInput[],
): SimulatedWorld =>
  createWorld(
    parseSimulatorScenario({
      ...estate.input,
      origin,
      established: new Date(Date.parse(origin) - 12 * MS_PER_DAY).toISOString(),
      happenings: [...happenings],
    }),
    Date.parse(origin),
  )

const lengthOfPath = (path: readonly (number | null)[]) => path.filter((asn) => asn !== null).length

const highest = <T>(all: readonly T[], score: (one: T) => number): T[] => {
  const best = Math.max(...all.map(score))
  return all.filter((one) => score(one) === best)
}

/** Reports whether an address is in the address space of the virtual network itself, to which no gateway forwards. */
export function isInAddressSpaceOfOrigin(
  world: SimulatedWorld,
  at: number,
  place: TrafficOrigin,
  address: string,
): boolean {
  if (place.kind === 'hub') return false
  const domain = world.topology.domainOfGateway.get(place.gateways[0] ?? '')
  const target = parsePrefixWithoutHostBits(`${address}/32`)
  if (!domain || !target) return false
  return lookUpLongestMatchRoutes(asRoutes(vnetSpace(world.state(domain, at), place.name)), target).length > 0
}

const asRoutes = (prefixes: readonly ParsedPrefix[]) => prefixes.map((prefix) => ({ prefix, path: [], site: '' }))

/**
 * Returns the paths from a place to an address.
 * @param only name of the only gateway whose table counts; absent = the tables of all gateways of the network
 */
export function findPathsToAddress(
  world: SimulatedWorld,
  at: number,
  place: TrafficOrigin,
  address: string,
  only?: string,
): PathsToAddress {
  const target = parsePrefixWithoutHostBits(`${address}/32`)
  if (!target) throw new Error(address)
  return place.kind === 'hub' ? ofHub(world, at, place, target) : ofNetwork(world, at, place, target, only)
}

function ofNetwork(
  world: SimulatedWorld,
  at: number,
  place: TrafficOrigin,
  target: ParsedPrefix,
  only?: string,
): PathsToAddress {
  const gateways = new Set(only === undefined ? place.gateways : [only])
  const domains = new Set([...gateways].flatMap((name) => world.topology.domainOfGateway.get(name) ?? []))
  const found = [...domains].flatMap((domain) => {
    const state = world.state(domain, at)
    return domain.peers.flatMap((peer) => {
      if (peer.role === 'internal' || !gateways.has(peer.gateway.name) || !peer.connection) return []
      const { routes, front } = listRoutesLearnedBySession(state, peer)
      const covering = lookUpLongestMatchRoutes(routes, target)
      const [first] = covering
      if (!first) return []
      const length = front.length + Math.min(...covering.map(({ path }) => lengthOfPath(path)))
      const [circuit = null, , path = null] = peer.role === 'msee' ? (peer.source ?? '').split('/') : []
      const taken: PathTo = {
        circuit,
        path: path === 'primary' || path === 'secondary' ? path : null,
        neighbor: peer.neighbor,
        instance: peer.instance,
        gateway: peer.gateway.name,
      }
      const weight = state.configured(`connection/${peer.connection.name}`, peer.connection)?.weight ?? 0
      return [{ taken, bits: first.prefix.length, isVpn: peer.role === 'device', weight, length }]
    })
  })
  if (found.length === 0) return NOWHERE
  let left = highest(found, ({ bits }) => bits)
  left = highest(left, ({ isVpn }) => (isVpn ? 0 : 1))
  left = highest(left, ({ weight }) => weight)
  left = highest(left, ({ length }) => -length)
  return { length: left[0]?.bits ?? null, paths: left.map(({ taken }) => taken) }
}

function ofHub(world: SimulatedWorld, at: number, place: TrafficOrigin, target: ParsedPrefix): PathsToAddress {
  const hub = world.scenario.hubs.find(({ name }) => name === place.name)
  const domain = world.topology.domainOfHub.get(place.name)
  if (!hub || !domain) return NOWHERE
  const routes = defaultHubRoutes(world.state(domain, at), hub)
  const best = lookUpLongestMatchRoutes(
    routes.map((route) => ({ ...route, site: '' })),
    target,
  )
  const [first] = best
  if (!first) return NOWHERE
  const own = routes.filter(({ prefix }) => prefix.text === first.prefix.text)
  return {
    length: first.prefix.length,
    paths: own.map(({ connection }) => ({
      circuit: findHubCircuit(hub, connection) ?? null,
      path: null,
      neighbor: connection,
      instance: '',
      gateway: hub.name,
    })),
  }
}

/** Returns one address of each announced prefix, one of each virtual network, and some without a route. */
export function listTestAddresses({ input }: JudgedEstate): string[] {
  const hosts = [
    ...(input.sites ?? []).flatMap(({ prefixes }) => prefixes.flatMap((one) => (typeof one === 'string' ? [one] : []))),
    ...(input.vnets ?? []).flatMap(({ addressSpace }) => addressSpace),
    ...(input.hubs ?? []).flatMap(({ vpn }) =>
      (vpn?.connections ?? []).flatMap(({ prefixes = [] }) =>
        prefixes.flatMap((one) => (typeof one === 'string' ? [one] : [])),
      ),
    ),
  ].map((text) => text.replace(/\.0\.0\/16$/, '.200.7'))
  const within = (input.sites ?? []).flatMap(({ prefixes: [one] }) =>
    typeof one === 'string' ? [one.replace('.0.0/16', '.5.9')] : [],
  )
  return [...hosts, ...within, '10.249.3.3', '172.20.1.1', '8.8.8.8']
}
