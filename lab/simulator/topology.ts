/**
 * The constant facts of a scenario, computed once: IDs, sessions, the routes that each edge receives, and the domains.
 * A domain is a set of gateways, circuits and sites that can influence each other. A happening of another customer does
 * not affect a domain's tables and their cache.
 */
import { madeUpGuid } from './hash.ts'
import { edgeKey, peerKey, vpnKey } from './keys.ts'
import {
  getNthAddressInPrefix,
  getNthFollowingPrefix,
  type ParsedPrefix,
  parsePrefixWithoutHostBits,
} from './prefix.ts'
import type {
  CircuitSpec,
  GatewayConnectionSpec,
  GatewaySpec,
  PeeringSpec,
  SimulatorScenario,
  CustomerSiteSpec,
  VnetSpec,
} from './schema.ts'
import type { PathName, PeeringType, PrefixSet } from './vocabulary.ts'

export interface SimulatedRoute {
  readonly prefix: ParsedPrefix
  /** Path as the Microsoft edge receives it, neighbor first; null is an empty segment. */
  readonly path: readonly (number | null)[]
  readonly site: string
}

/** The customer's router (CE) and the Microsoft edge router (MSEE) at the two ends of one path of a peering. */
export interface CustomerToMseeLink {
  readonly key: string
  readonly circuit: CircuitSpec
  readonly peering: PeeringSpec
  readonly path: PathName
  /** First (CE) and second (MSEE) host of the path's subnet. */
  readonly ce: string
  readonly msee: string
  readonly ipv6: { readonly ce: string; readonly msee: string } | null
}

/** A session of a gateway instance: with an MSEE, with a VPN device, or inside Azure. */
export interface PeerSession {
  readonly key: string
  readonly gateway: GatewaySpec
  readonly instance: string
  readonly neighbor: string
  readonly asn: number
  readonly role: 'msee' | 'device' | 'internal'
  readonly connection: GatewayConnectionSpec | null
  /** The source of the session's routes: the edge behind an MSEE, or the VPN key behind a device. */
  readonly source: string | null
  readonly nextHop6: string | null
  readonly neverConnects: boolean
}

export interface RoutingDomain {
  readonly id: string
  readonly gateways: readonly GatewaySpec[]
  readonly circuits: readonly CircuitSpec[]
  readonly connections: readonly GatewayConnectionSpec[]
  readonly sites: readonly CustomerSiteSpec[]
  readonly edges: readonly CustomerToMseeLink[]
  readonly peers: readonly PeerSession[]
}

export interface ResourceGroup {
  readonly name: string
  readonly location: string
  readonly subscription: string
  readonly tags: Readonly<Record<string, string>>
}

export interface ScenarioTopology {
  readonly scenario: SimulatorScenario
  readonly groups: ReadonlyMap<string, ResourceGroup>
  readonly vnets: ReadonlyMap<string, VnetSpec>
  readonly domains: readonly RoutingDomain[]
  readonly domainOfGateway: ReadonlyMap<string, RoutingDomain>
  readonly domainOfCircuit: ReadonlyMap<string, RoutingDomain>
  readonly domainOfSite: ReadonlyMap<string, RoutingDomain>
  readonly domainOfHub: ReadonlyMap<string, RoutingDomain>
  readonly edges: ReadonlyMap<string, CustomerToMseeLink>
  /** Routes without happenings, by edge or VPN key. */
  readonly received: ReadonlyMap<string, readonly SimulatedRoute[]>
  readonly guid: (name: string) => string
}

/** Expands prefix sets. */
export function expandPrefixSets(sets: readonly PrefixSet[]): ParsedPrefix[] {
  return sets.flatMap((set) => {
    const first = parsePrefixWithoutHostBits(typeof set === 'string' ? set : set.first)
    if (!first) return []
    return Array.from({ length: typeof set === 'string' ? 1 : set.count }, (_, n) => getNthFollowingPrefix(first, n))
  })
}

function edgesOf(circuit: CircuitSpec): CustomerToMseeLink[] {
  const host = (text: string | undefined, n: number): string => {
    const prefix = parsePrefixWithoutHostBits(text ?? '')
    return prefix ? getNthAddressInPrefix(prefix, n) : ''
  }
  return circuit.peerings.flatMap((peering) =>
    (['primary', 'secondary'] as const).map((path) => ({
      key: edgeKey(circuit.name, peering.type, path),
      circuit,
      peering,
      path,
      ce: host(peering[path], 1),
      msee: host(peering[path], 2),
      ipv6: peering.ipv6 ? { ce: host(peering.ipv6[path], 1), msee: host(peering.ipv6[path], 2) } : null,
    })),
  )
}

function peersOf(gateway: GatewaySpec, connections: readonly GatewayConnectionSpec[]): PeerSession[] {
  const private_: PeeringType = 'AzurePrivatePeering'
  return gateway.instances.flatMap(({ address, internal }) => {
    const base = { gateway, instance: address, nextHop6: null, neverConnects: false }
    const outer = connections.flatMap((connection): PeerSession[] => {
      const { circuit, device, neighbors, neighbors6 } = connection
      if (circuit && neighbors)
        return (['primary', 'secondary'] as const).map((path) => ({
          ...base,
          key: peerKey(gateway.name, address, neighbors[path]),
          neighbor: neighbors[path],
          asn: 12076,
          role: 'msee',
          connection,
          source: edgeKey(circuit, private_, path),
          nextHop6: neighbors6?.[path] ?? null,
        }))
      if (!device) return []
      const key = peerKey(gateway.name, address, device.address)
      const source = vpnKey(connection.name)
      return [{ ...base, key, neighbor: device.address, asn: device.asn, role: 'device', connection, source }]
    })
    const inner = internal.map(
      ({ neighbor, connected }): PeerSession => ({
        ...base,
        key: peerKey(gateway.name, address, neighbor),
        neighbor,
        asn: 65515,
        role: 'internal',
        connection: null,
        source: null,
        neverConnects: !connected,
      }),
    )
    return [...outer, ...inner]
  })
}

function receivedRoutes(scenario: SimulatorScenario): Map<string, readonly SimulatedRoute[]> {
  const routes = new Map<string, SimulatedRoute[]>()
  const peerAsn = new Map<string, number>()
  for (const c of scenario.circuits) for (const p of c.peerings) peerAsn.set(`${c.name}/${p.type}`, p.peerAsn)
  for (const site of scenario.sites)
    for (const a of site.announces) {
      const device = scenario.connections.find((c) => c.name === a.connection)?.device
      const own = a.circuit ? peerAsn.get(`${a.circuit}/${a.peering}`) : device?.asn
      const path = a.asPath ?? Array<number>(1 + a.prepend).fill(own ?? 0)
      const keys = a.circuit
        ? (a.path ? [a.path] : (['primary', 'secondary'] as const)).map((p) => edgeKey(a.circuit ?? '', a.peering, p))
        : [vpnKey(a.connection ?? '')]
      const list = expandPrefixSets(a.prefixes ?? site.prefixes).map((prefix) => ({ prefix, path, site: site.name }))
      for (const key of keys) routes.set(key, [...(routes.get(key) ?? []), ...list])
    }
  return routes
}

/** Joins names that are connected into sets. Returns for each name the smallest name of its set. */
function components(names: readonly string[], joins: readonly (readonly string[])[]): Map<string, string> {
  const parent = new Map(names.map((n) => [n, n]))
  const find = (n: string): string => {
    let root = n
    while (parent.get(root) !== root) root = parent.get(root) ?? root
    parent.set(n, root)
    return root
  }
  for (const [first, ...rest] of joins)
    for (const other of rest) {
      const [a, b] = [find(first ?? ''), find(other)].sort()
      parent.set(b ?? '', a ?? '')
    }
  return new Map(names.map((n) => [n, find(n)]))
}

/**
 * Returns the prefixes for which one side of a peering has routes; for subnet peering only the other side's subnets.
 */
export const listPrefixesOfVnetPeering = (
  { subnets }: Pick<VnetSpec['peerings'][number], 'subnets'>,
  remote: VnetSpec,
): readonly string[] =>
  subnets
    ? remote.subnets.flatMap(({ name, prefix }) => (subnets.remote.includes(name) ? [prefix] : []))
    : remote.addressSpace

/** Computes the topology of a valid scenario. */
export function computeScenarioTopology(scenario: SimulatorScenario): ScenarioTopology {
  const groups = new Map<string, ResourceGroup>()
  for (const s of scenario.subscriptions) for (const g of s.groups) groups.set(g.name, { ...g, subscription: s.id })

  const tag = {
    gateway: (n: string) => `g:${n}`,
    circuit: (n: string) => `c:${n}`,
    site: (n: string) => `s:${n}`,
    hub: (n: string) => `h:${n}`,
  }
  const byConnection = new Map(scenario.connections.map((c) => [c.name, c]))
  const joins = [
    ...scenario.connections.map((c) => [tag.gateway(c.gateway), ...(c.circuit ? [tag.circuit(c.circuit)] : [])]),
    ...scenario.sites.flatMap((s) =>
      [...s.announces, ...s.egress].map((a) => [
        tag.site(s.name),
        a.circuit ? tag.circuit(a.circuit) : tag.gateway(byConnection.get(a.connection ?? '')?.gateway ?? ''),
      ]),
    ),
    // gateways in one VNet share the routes that they learn
    ...scenario.gateways.map((g) => [`v:${g.vnet}`, tag.gateway(g.name)]),
    ...scenario.gateways.flatMap((g) => (g.hub ? [[tag.hub(g.hub), tag.gateway(g.name)]] : [])),
    ...scenario.hubs.map((h) => [
      tag.hub(h.name),
      ...(h.expressRoute?.connections ?? []).map(({ circuit }) => tag.circuit(circuit)),
    ]),
  ]
  const roots = components(joins.flat().concat(scenario.circuits.map((c) => tag.circuit(c.name))), joins)

  const domains = new Map<
    string,
    { -readonly [K in keyof RoutingDomain]: RoutingDomain[K] extends readonly (infer T)[] ? T[] : RoutingDomain[K] }
  >()
  const domainOf = (name: string) => {
    const id = roots.get(name) ?? name
    const known = domains.get(id)
    if (known) return known
    const fresh = { id, gateways: [], circuits: [], connections: [], sites: [], edges: [], peers: [] }
    domains.set(id, fresh)
    return fresh
  }
  const edges = new Map<string, CustomerToMseeLink>()
  for (const circuit of scenario.circuits) {
    const domain = domainOf(tag.circuit(circuit.name))
    domain.circuits.push(circuit)
    for (const edge of edgesOf(circuit)) {
      edges.set(edge.key, edge)
      domain.edges.push(edge)
    }
  }
  const byGateway = Map.groupBy(scenario.connections, (c) => c.gateway)
  for (const gateway of scenario.gateways) {
    const domain = domainOf(tag.gateway(gateway.name))
    const connections = byGateway.get(gateway.name) ?? []
    domain.gateways.push(gateway)
    domain.connections.push(...connections)
    domain.peers.push(...peersOf(gateway, connections))
  }
  for (const site of scenario.sites) domainOf(tag.site(site.name)).sites.push(site)
  for (const hub of scenario.hubs) domainOf(tag.hub(hub.name))

  return {
    scenario,
    groups,
    vnets: new Map(scenario.vnets.map((v) => [v.name, v])),
    domains: [...domains.values()],
    domainOfGateway: new Map(scenario.gateways.map((g) => [g.name, domainOf(tag.gateway(g.name))])),
    domainOfCircuit: new Map(scenario.circuits.map((c) => [c.name, domainOf(tag.circuit(c.name))])),
    domainOfSite: new Map(scenario.sites.map((s) => [s.name, domainOf(tag.site(s.name))])),
    domainOfHub: new Map(scenario.hubs.map((h) => [h.name, domainOf(tag.hub(h.name))])),
    edges,
    received: receivedRoutes(scenario),
    guid: (name) => madeUpGuid(`${scenario.name}/${name}`),
  }
}
