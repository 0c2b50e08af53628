/**
 * Builds the routers of a twin (a copy of the network) from recorded tables; see docs/plan.md, rehearsal. Each path of
 * a circuit becomes a customer router and a Microsoft router (MSEE). Each gateway instance and each device behind a VPN
 * becomes a router. The routers announce the recorded routes, and compute the best paths themselves.
 */
import type {
  BirdNeighbor,
  BgpSpeakerPolicy,
  NeighborLocalPreference,
  BgpSpeaker,
} from '#lab/simulator/daemons/bird-config.ts'
import { parsePrefixWithoutHostBits } from '#lab/simulator/prefix.ts'
import { GATEWAY_ASN, MSEE_ASN } from '#lib/bgp/index.ts'
import type { PlanRehearsalInput, RehearsedRoute, RehearsedRouteTable } from '#lib/plan/api/index.ts'
import type { WhatIfPath, WhatIfRow } from '#lib/resilience/api/index.ts'

/** A router of the twin, which is a copy of the network. */
export interface NetworkTwinRouter {
  /** name of the router's network namespace and files */
  name: string
  kind: 'customer' | 'msee' | 'instance' | 'device'
  /** name for users, for example `er-lon primary, customer` */
  label: string
  /**
   * ID of the gateway to which the router belongs; null = it does not belong to a gateway. `circuit` is the ID of its
   * circuit, with the same meaning of null
   */
  gateway: string | null
  circuit: string | null
  /**
   * ID of the route table of a hub that the router represents. A table that a user created in a hub has routers of its
   * own, which announce no routes. Absent = every other router
   */
  hubTable?: string
  /**
   * key of the resource that the router represents: `<circuit>/<peering>/<path>`, `<gateway>/<instance>`, or the
   * address of a device
   */
  of: string
  asn: number
  /**
   * routes that the router originates: AS paths by prefix. The first number of an AS path is usually the router's own
   * ASN
   */
  own: ReadonlyMap<string, readonly number[]>
}

/** A BGP session between two routers of the twin. */
interface TwinSession {
  name: string
  /** the two routers, each with its address in the session */
  ends: readonly [TwinEnd, TwinEnd]
  /** IDs of the Azure connections that this session represents */
  connections: ReadonlySet<string>
  weight: number
  /**
   * Neighbor of the gateway instance from which the recorded routes of this session came. If the other instance of the
   * gateway passed the routes on, it is the address of that instance. Empty = the session is not between a gateway
   * instance and an MSEE, or no recorded route uses the session
   */
  leadsTo: string
}
interface TwinEnd {
  router: string
  address: string
}

/**
 * A router whose forwarding table represents a recorded route table. The key of `hops` is the address of a neighbor,
 * and `hop` is the recorded path over this neighbor. Among routes that are equal in prefix length, local preference and
 * AS path length, the higher `tie` wins.
 */
export interface TwinForwardingRouter {
  router: string
  hops: ReadonlyMap<string, { hop: string; tie: number }>
}

export interface NetworkTwin {
  routers: ReadonlyMap<string, NetworkTwinRouter>
  sessions: readonly TwinSession[]
  /** for each recorded route table, the routers that together represent it */
  readers: readonly (readonly TwinForwardingRouter[])[]
  /** local preferences by router; if several apply to a route, the last one is used */
  preferences: ReadonlyMap<string, readonly NeighborLocalPreference[]>
  /** for each recorded route table, the prefixes that the twin leaves out, each with the reason */
  notPlayed: readonly ReadonlyMap<string, string>[]
}

/**
 * Formats a path as circuit, path and peer. Paths of the model and of the routers are compared as texts in this format.
 */
export const formatTwinHop = ({ peer, circuitId, path }: WhatIfPath) => `${circuitId ?? ''} ${path ?? ''} ${peer ?? ''}`

/**
 * Difference of the local preference between transports (ExpressRoute and VPN). It is higher than every routing weight
 * that Azure accepts, so that the transport always decides first.
 */
const TRANSPORT_STEP = 100_000
const EVERYTHING = ['0.0.0.0/0+']
const BASE = 100
/**
 * Amount that is added to each local preference which a customer's real router reports. It exceeds every local
 * preference that the twin assumes for customer routers, so that reported values decide.
 */
const REPORTED = 10_000

interface Node extends Omit<NetworkTwinRouter, 'name' | 'asn' | 'own'> {
  key: string
  own: Map<string, number[]>
  asns: Map<number, number>
}
interface Edge {
  ends: [string, string]
  connections: Set<string>
  weight: number
  /** priority of this session at the first router of `ends`; the highest value is preferred */
  rank: number
  leadsTo: string
}

/**
 * Builds the routers and sessions of a twin. The result depends only on the arguments, so that equal tables give equal
 * names of routers and sessions.
 */
export function buildNetworkTwin({
  tables,
  names,
  acts,
}: Pick<PlanRehearsalInput, 'tables' | 'names' | 'acts'>): NetworkTwin {
  const maker = new Maker(names)
  const instances = instancesIn(tables)
  const notPlayed = tables.map((table) => {
    const left = new Map(table.others.map((prefix) => [prefix, 'paths of others compete']))
    for (const prefix of table.unknown ?? []) left.set(prefix, 'the hub’s connections that bring it are not known')
    for (const route of table.routes) {
      // A route that is only possible must not be announced, because other tables would receive it, too.
      if (table.unknown?.includes(route.prefix)) continue
      const why = route.prefix.includes(':') ? 'IPv6' : maker.add(table, route, instances)
      if (why !== null) left.set(route.prefix, why)
      // With the routing preference `asPath`, a change of a weight cannot be replayed. The twin represents a weight by
      // the local preference, but BGP compares the local preference before the AS path.
      if (table.preference === 'asPath' && acts.some(({ kind }) => kind === 'weight'))
        left.set(route.prefix, 'a weight changes where the AS path comes first')
    }
    return left
  })
  maker.finish()
  const preferences = new Map<string, NeighborLocalPreference[]>()
  const prefer = (router: string, one: NeighborLocalPreference) =>
    preferences.set(router, [...(preferences.get(router) ?? []), one])
  for (const [key, edge] of maker.edges) {
    const router = maker.nameOf(edge.ends[0])
    prefer(router, { neighbor: maker.sessionOf(key), prefixes: EVERYTHING, localPref: BASE + edge.rank })
  }
  for (const [n, table] of tables.entries()) {
    if (table.side !== 'onprem') continue
    for (const row of table.rows) reportOf(row, n)
  }
  return {
    routers: maker.routers(),
    sessions: maker.sessions(),
    readers: tables.map((_, n) => maker.readers(tables[n] as RehearsedRouteTable)),
    preferences,
    notPlayed,
  }

  /**
   * Adds the local preferences that a customer's real router has reported. If that router decides by attributes that
   * the twin does not represent, the prefix is left out of the rehearsal.
   */
  function reportOf({ prefix, basis }: WhatIfRow, n: number): void {
    if (!basis || basis.is === 'assumed') return
    const meds = new Set(basis.routes.map(({ med }) => med))
    const isByOther = basis.parted !== null && basis.parted.by !== 'local_preference'
    const isOverVpn = basis.is === 'reported' && basis.routes.some(({ circuitId }) => circuitId === null)
    if (basis.refused.length > 0 || meds.size > 1 || isByOther || isOverVpn) {
      notPlayed[n]?.set(prefix, 'the customer’s router decides by its own policy')
      return
    }
    for (const { circuitId, peering, path, localPref } of basis.routes) {
      const key = `customer ${circuitId}/${peering}/${path}`
      for (const [edgeKey, { ends }] of maker.edges) {
        if (ends[0] !== key) continue
        const neighbor = maker.sessionOf(edgeKey)
        prefer(maker.nameOf(key), { neighbor, prefixes: [prefix], localPref: REPORTED + localPref })
      }
    }
  }
}

/**
 * Returns the path of a route. Its peer is the neighbor from which the gateway learned the route, even if another
 * instance passed the route on.
 */
const hopOf = ({ leadsTo, circuit, path }: RehearsedRoute): WhatIfPath => ({
  peer: leadsTo,
  circuitId: circuit,
  path,
})

/** Returns the instances of each gateway that occur in the tables. */
function instancesIn(tables: readonly RehearsedRouteTable[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { routes } of tables)
    for (const { gateway, instance } of routes)
      if (gateway !== null && instance !== null) found.set(gateway, (found.get(gateway) ?? new Set()).add(instance))
  return found
}

const TRANSPORTS: Record<RehearsedRouteTable['preference'], Record<RehearsedRoute['transport'], number>> = {
  expressRoute: { er: 2, vpn: 1, nva: 1, unknown: 0 },
  vpn: { er: 1, vpn: 2, nva: 2, unknown: 0 },
  asPath: { er: 2, vpn: 1, nva: 1, unknown: 0 },
}

const orderOf = ({ preference }: RehearsedRouteTable, { transport, connectionWeight }: RehearsedRoute) =>
  TRANSPORTS[preference][transport] * TRANSPORT_STEP + (connectionWeight ?? 0)

const pairOf = (ends: readonly string[]) => ends.toSorted().join(' ~ ')

class Maker {
  readonly #names: Readonly<Record<string, string>>
  readonly #nodes = new Map<string, Node>()
  readonly edges = new Map<string, Edge>()
  /**
   * Pairs of a gateway instance and an MSEE to which the instance announces routes, so that they need a session. The
   * method `finish` adds a session for each pair that has none.
   */
  readonly #needed: [Node, Node][] = []
  readonly #hops = new Map<RehearsedRouteTable, Map<string, Map<string, { hop: string; tie: number }>>>()

  constructor(names: Readonly<Record<string, string>>) {
    this.#names = names
  }

  /**
   * Adds the routers, the session and the announcement that a recorded route needs.
   * @returns the reason why the twin leaves the route out; null if it does not
   */
  add(
    table: RehearsedRouteTable,
    route: RehearsedRoute,
    instances: ReadonlyMap<string, ReadonlySet<string>>,
  ): string | null {
    const hop = hopOf(route)
    if (table.side === 'azure') {
      const { gateway, instance, prefix } = route
      if (gateway === null || instance === null) return 'its gateway is not known'
      const own = this.#instance(gateway, instance, table)
      // The other instance of the gateway has a recorded table with this route. In the twin, the router of that
      // instance passes the route on, so that nothing needs to be added here.
      if (route.handedOnBy !== null && instances.get(gateway)?.has(route.handedOnBy)) return null
      const [first] = route.asPath
      const rest = first === MSEE_ASN ? route.asPath.slice(1) : route.asPath
      if (route.transport === 'er' && route.circuit !== null) {
        if (rest[0] === undefined || rest[0] === MSEE_ASN || rest[0] === GATEWAY_ASN)
          return 'another gateway announces it, or Microsoft prepends'
        const isHandedOn = route.nextHop !== null && route.leadsTo !== route.nextHop
        const msee = isHandedOn ? this.#side('msee', route, ` from ${route.leadsTo}`) : this.#side('msee', route)
        if (route.path === null || isHandedOn) announce(msee, prefix, [MSEE_ASN, ...rest])
        else announce(this.#side('customer', route), prefix, rest)
        this.#join(table, own, msee, { route, hop })
        return null
      }
      if (rest[0] === undefined) return 'it has no AS path: nobody announces it'
      const device = this.#device(gateway, hop.peer ?? route.nextHop ?? '')
      announce(device, prefix, route.asPath)
      this.#join(table, own, device, { route, hop })
      return null
    }
    const rest = route.asPath[0] === MSEE_ASN ? route.asPath.slice(1) : route.asPath
    if (route.circuit === null) return this.#offeredOverVpn(table, route, hop)
    const msee = this.#side('msee', route)
    const customer = this.#side('customer', route)
    this.#join(table, customer, msee, { route, hop })
    if (route.peering !== 'private') {
      announce(msee, route.prefix, [MSEE_ASN, ...rest])
      return null
    }
    if (route.gateway === null || rest[0] === undefined) return 'which gateway announces it is not known'
    const known = instances.get(route.gateway) ?? new Set()
    const of = route.nextHop !== null && (known.has(route.nextHop) || known.size === 0) ? [route.nextHop] : [...known]
    if (of.length === 0) return 'which gateway announces it is not known'
    for (const address of of) {
      const instance = this.#instance(route.gateway, address)
      announce(instance, route.prefix, rest)
      this.#needed.push([instance, msee])
    }
    return null
  }

  #offeredOverVpn(table: RehearsedRouteTable, route: RehearsedRoute, hop: WhatIfPath): string | null {
    const { gateway, leadsTo, nextHop, prefix } = route
    if (gateway === null || leadsTo === null || nextHop === null) return 'its tunnel is not known'
    const instance = this.#instance(gateway, leadsTo)
    announce(instance, prefix, route.asPath.length > 0 ? route.asPath : [GATEWAY_ASN])
    this.#join(table, this.#device(gateway, nextHop), instance, { route, hop })
    return null
  }

  #node(made: Omit<Node, 'own' | 'asns'>): Node {
    const node = this.#nodes.get(made.key) ?? { ...made, own: new Map(), asns: new Map() }
    this.#nodes.set(made.key, node)
    return node
  }

  #called = (id: string | null) => (id === null ? '' : (this.#names[id] ?? id))

  /**
   * Returns the customer router or the MSEE of a circuit's path, and creates it if needed.
   * @param by makes the key unique if the routes came through a gateway instance without a recorded table, because such
   *   routes may differ from the MSEE's own
   */
  #side(kind: 'customer' | 'msee', { circuit, peering, path, leadsTo }: RehearsedRoute, by = ''): Node {
    const of = `${circuit}/${peering}/${path ?? leadsTo ?? ''}`
    const label = [this.#called(circuit), peering === 'private' ? '' : peering, path, kind].filter(Boolean).join(' ')
    return this.#node({ key: `${kind} ${of}${by}`, kind, label: label + by, gateway: null, circuit, of })
  }

  /**
   * Returns the router of a gateway's instance, and creates it if needed.
   * @param table a custom table of a hub has a separate router, because it has the routes of some connections only;
   *   absent = the router that announces the gateway's routes
   */
  #instance(gateway: string, address: string, table?: RehearsedRouteTable): Node {
    const hubTable = table?.hub === undefined ? undefined : table.scope
    const inTable = hubTable === undefined ? '' : ` in ${this.#called(hubTable)}`
    const label = `${this.#called(gateway)} ${address || 'all instances'}${inTable}`
    const of = `${gateway}/${address}`
    const key = `instance ${of}${hubTable === undefined ? '' : ` in ${hubTable}`}`
    return this.#node({
      key,
      kind: 'instance',
      label,
      gateway,
      circuit: null,
      of,
      ...(hubTable !== undefined && { hubTable }),
    })
  }

  #device(gateway: string, address: string): Node {
    const label = `${address} behind ${this.#called(gateway)}`
    const key = `device ${gateway}/${address}`
    return this.#node({ key, kind: 'device', label, gateway, circuit: null, of: address })
  }

  /**
   * Returns the session between two routers, and creates it if needed.
   * @param from router whose priority for this session is stored (`rank`)
   */
  #edge(from: Node, to: Node, leadsTo = ''): { key: string; edge: Edge } {
    const ends: [string, string] = [from.key, to.key]
    const key = `${pairOf(ends)} ${leadsTo}`
    const edge = this.edges.get(key) ?? { ends, connections: new Set<string>(), weight: 0, rank: 0, leadsTo }
    this.edges.set(key, edge)
    return { key, edge }
  }

  /**
   * Adds the session between two routers, and records that `from` uses the other router as the next hop of a route.
   * @param table recorded table with the route
   */
  #join(
    table: RehearsedRouteTable,
    from: Node,
    to: Node,
    { route, hop }: { route: RehearsedRoute; hop: WhatIfPath },
  ): void {
    // Between a gateway instance and an MSEE, routes that the other gateway instance passed on have a session of their
    // own. They are kept apart from routes that came directly from the MSEE.
    const isOfInstance = from.kind === 'instance' && to.kind === 'msee'
    const { key, edge } = this.#edge(from, to, isOfInstance ? (hop.peer ?? '') : '')
    const order = orderOf(table, route)
    const tie = table.preference === 'asPath' ? order : 0
    if (table.side === 'azure') {
      edge.ends = [from.key, to.key]
      edge.weight = route.connectionWeight ?? 0
      if (route.connection !== null) edge.connections.add(route.connection)
    }
    // With the routing preference `asPath`, a gateway compares the AS path before transport and weight. All sessions of
    // the gateway then have the same rank.
    if (table.side === 'onprem') edge.rank = Math.max(edge.rank, from.kind === 'customer' ? 1 : 0)
    else edge.rank = table.preference === 'asPath' ? 0 : order
    const readers = this.#hops.get(table) ?? new Map<string, Map<string, { hop: string; tie: number }>>()
    const hops = readers.get(from.key) ?? new Map<string, { hop: string; tie: number }>()
    hops.set(key, { hop: formatTwinHop(hop), tie })
    readers.set(from.key, hops)
    this.#hops.set(table, readers)
  }

  /**
   * Adds the sessions that no recorded route has created: between the two routers of each path, and between an MSEE and
   * the gateway instances that announce routes to it.
   */
  finish(): void {
    for (const node of this.#nodes.values()) {
      const msee = node.kind === 'customer' ? this.#nodes.get(`msee ${node.of}`) : undefined
      if (msee) this.#edge(node, msee)
    }
    const known = new Set([...this.edges.values()].map(({ ends }) => pairOf(ends)))
    for (const [instance, msee] of this.#needed) {
      const pair = pairOf([instance.key, msee.key])
      if (!known.has(pair)) this.#edge(instance, msee)
      known.add(pair)
    }
  }

  nameOf = (key: string) => `r${[...this.#nodes.keys()].indexOf(key)}`
  sessionOf = (key: string) => `s${[...this.edges.keys()].indexOf(key)}`

  routers(): Map<string, NetworkTwinRouter> {
    const named = [...this.#nodes.values()].map(({ asns, key: _, ...node }, n): [string, NetworkTwinRouter] => {
      const [most] = [...asns].toSorted(([, a], [, b]) => b - a)
      const asn =
        node.kind === 'msee' ? MSEE_ASN : (most?.[0] ?? (node.kind === 'instance' ? GATEWAY_ASN : PRIVATE_ASN))
      return [`r${n}`, { ...node, name: `r${n}`, asn }]
    })
    return new Map(named)
  }

  sessions(): TwinSession[] {
    const names = new Map([...this.#nodes.keys()].map((key, n) => [key, `r${n}`]))
    return [...this.edges.values()].map(({ ends, connections, weight, leadsTo }, n) => {
      const address = (host: number) => `169.254.${(n * 4) >> 8}.${((n * 4) & 255) + host}`
      const [a, b] = ends.map((key) => names.get(key) ?? '')
      return {
        name: `s${n}`,
        ends: [
          { router: a ?? '', address: address(1) },
          { router: b ?? '', address: address(2) },
        ],
        connections,
        weight,
        leadsTo,
      }
    })
  }

  readers(table: RehearsedRouteTable): TwinForwardingRouter[] {
    const sessions = this.sessions()
    const keys = [...this.edges.keys()]
    return [...(this.#hops.get(table) ?? [])].map(([key, hops]) => {
      const router = this.nameOf(key)
      const byAddress = [...hops].map(([edge, hop]) => {
        const [a, b] = sessions[keys.indexOf(edge)]?.ends ?? []
        return [(a?.router === router ? b?.address : a?.address) ?? '', hop] as const
      })
      return { router, hops: new Map(byAddress) }
    })
  }
}

/** Private AS number (RFC 6996) of a router that announces no routes, because its real AS number is unknown. */
const PRIVATE_ASN = 64_512
/** Maximum number of sessions. Each needs a /30 network in the link-local range. */
export const MAX_TWIN_SESSIONS = 16_384

function announce(node: Node, prefix: string, path: readonly number[]): void {
  if (node.own.has(prefix)) return
  node.own.set(prefix, [...path])
  const [asn] = path
  if (asn !== undefined) node.asns.set(asn, (node.asns.get(asn) ?? 0) + 1)
}

/** Returns the configuration of a router for BIRD. */
export function createBirdRouterConfig(
  { name, asn, kind }: NetworkTwinRouter,
  twin: Pick<NetworkTwin, 'routers' | 'sessions'>,
): BgpSpeaker {
  const own = twin.sessions.filter(({ ends }) => ends.some(({ router }) => router === name))
  const isToCustomer = ({ ends }: TwinSession) =>
    ends.some(({ router }) => twin.routers.get(router)?.kind === 'customer')
  const neighbors = own.map((session): BirdNeighbor => {
    const [mine, other] = session.ends[0].router === name ? session.ends : [session.ends[1], session.ends[0]]
    const across = own.filter((one) => isToCustomer(one) !== isToCustomer(session)).map((one) => one.name)
    const isPassing = kind === 'msee' && across.length > 0
    return {
      name: session.name,
      local: mine.address,
      address: other.address,
      asn: twin.routers.get(other.router)?.asn ?? 0,
      bfd: false,
      passes: isPassing ? { learnedFrom: across } : 'own',
    }
  })
  return { name, routerId: neighbors[0]?.local ?? '169.254.0.1', asn, neighbors }
}

export const buildRouterPolicy = (
  { name, own }: NetworkTwinRouter,
  preferences: NetworkTwin['preferences'],
): BgpSpeakerPolicy => ({
  routes: [...own].flatMap(([text, path]) => {
    const prefix = parsePrefixWithoutHostBits(text)
    return prefix ? [{ prefix, path }] : []
  }),
  preferences: preferences.get(name) ?? [],
})
