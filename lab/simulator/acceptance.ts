/**
 * Checks whether Azure would accept an estate. Results from a network that cannot be built in Azure are meaningless, so
 * every estate that is served over HTTP is checked. Each line names the fault and the correction.
 */
import { parsePrefixWithoutHostBits, type ParsedPrefix } from './prefix.ts'
import { expandPrefixSets } from './topology.ts'
import type { CircuitSpec, GatewaySpec, PeeringSpec, SimulatorScenario } from './schema.ts'

/**
 * Minimum scale units of ErGwScale for FastPath. "About ExpressRoute FastPath", gateways: UltraPerformance, ErGw3AZ, or
 * ErGwScale with at least 10 scale units.
 */
const MIN_UNITS = 10
const takesFastPath = ({ sku, scaleUnits }: GatewaySpec): boolean =>
  sku === 'UltraPerformance' || sku === 'ErGw3AZ' || (sku === 'ErGwScale' && (scaleUnits ?? 0) >= MIN_UNITS)

/**
 * "ExpressRoute routing requirements", BGP communities of Microsoft 365: Exchange, SharePoint, Teams and other
 * services.
 */
const MICROSOFT_365: ReadonlySet<string> = new Set(['12076:5010', '12076:5020', '12076:5030', '12076:5100'])

/** Reports whether an ASN is private (RFC 6996). */
const isPrivate = (asn: number): boolean =>
  (asn >= 64_512 && asn <= 65_534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294)

/**
 * Longest prefix length of a gateway subnet. "About ExpressRoute virtual network gateways", gateway subnet: /27 or
 * larger, /26 with 16 circuits.
 */
const LONGEST = 27
const MANY_CIRCUITS = 16

interface Named {
  readonly where: string
  readonly prefix: ParsedPrefix
}

const contains = (outer: ParsedPrefix, inner: ParsedPrefix): boolean =>
  outer.family === inner.family &&
  outer.length <= inner.length &&
  inner.bits >> BigInt(width(outer) - outer.length) === outer.bits >> BigInt(width(outer) - outer.length)
const width = ({ family }: ParsedPrefix): number => (family === 4 ? 32 : 128)
const overlaps = (a: ParsedPrefix, b: ParsedPrefix): boolean => contains(a, b) || contains(b, a)

function fastPathFaults({ connections, gateways }: SimulatorScenario): string[] {
  return connections.flatMap((c, n) => {
    const gateway = gateways.find((g) => g.name === c.gateway)
    if (!c.fastPath || !gateway || takesFastPath(gateway)) return []
    return [
      `connections[${n}].fastPath: gateway "${gateway.name}" is ${gateway.sku}: take UltraPerformance, ErGw3AZ or ErGwScale with scaleUnits of ${MIN_UNITS} or more, or leave FastPath off`,
    ]
  })
}

/**
 * Checks that circuits with route filters for services of Microsoft 365 have the Premium add-on. Source: "Configure
 * route filters for Microsoft peering".
 */
function filterFaults({ circuits, routeFilters }: SimulatorScenario): string[] {
  return circuits.flatMap((circuit, n) =>
    circuit.peerings.flatMap(({ microsoft }, m) => {
      const filter = routeFilters.find((f) => f.name === microsoft?.routeFilter)
      const needing = (filter?.rules ?? []).flatMap((r) => r.communities).filter((c) => MICROSOFT_365.has(c))
      if (circuit.tier === 'Premium' || needing.length === 0) return []
      return [
        `circuits[${n}].peerings[${m}].microsoft.routeFilter: "${filter?.name}" has Microsoft 365 (${needing.join(', ')}), circuit "${circuit.name}" is ${circuit.tier}: make it Premium, or allow regional communities only`,
      ]
    }),
  )
}

/**
 * Checks "ExpressRoute routing requirements", Microsoft peering: a public ASN, or prefixes that are validated manually.
 */
function asnFaults({ circuits }: SimulatorScenario): string[] {
  return circuits.flatMap((circuit, n) =>
    circuit.peerings.flatMap((p, m) =>
      p.type === 'MicrosoftPeering' && isPrivate(p.peerAsn) && p.microsoft?.advertisedState !== 'ValidationNeeded'
        ? [
            `circuits[${n}].peerings[${m}].peerAsn: ${p.peerAsn} is private: take a public one on Microsoft peering, or say advertisedState "ValidationNeeded"`,
          ]
        : [],
    ),
  )
}

function gatewaySubnetFaults({ vnets, gateways, connections }: SimulatorScenario): string[] {
  return vnets.flatMap((vnet, n) => {
    const own = new Set(gateways.filter((g) => g.vnet === vnet.name).map((g) => g.name))
    if (own.size === 0) return []
    const where = `vnets[${n}].subnets`
    const circuits = new Set(connections.filter((c) => own.has(c.gateway) && c.circuit).map((c) => c.circuit)).size
    const longest = circuits >= MANY_CIRCUITS ? LONGEST - 1 : LONGEST
    const subnet = parsePrefixWithoutHostBits(
      vnet.subnets.find((s) => s.name === 'GatewaySubnet' && !s.prefix.includes(':'))?.prefix ?? '',
    )
    if (!subnet) return [`${where}: "${vnet.name}" has a gateway: add a GatewaySubnet of /${longest} or larger`]
    const spaces = vnet.addressSpace.flatMap((text) => parsePrefixWithoutHostBits(text) ?? [])
    return [
      ...(subnet.length > longest
        ? [
            `${where}: GatewaySubnet ${subnet.text} of "${vnet.name}" is too small for ${circuits} circuits: take /${longest} or larger`,
          ]
        : []),
      ...(spaces.some((space) => contains(space, subnet))
        ? []
        : [
            `${where}: GatewaySubnet ${subnet.text} lies outside the address space of "${vnet.name}": move one of them`,
          ]),
    ]
  })
}

const linksOf = (circuit: CircuitSpec, n: number): Named[] =>
  circuit.peerings.flatMap((p: PeeringSpec, m) =>
    (['primary', 'secondary'] as const).flatMap((path) => {
      const at = `circuits[${n}].peerings[${m}]`
      const v4 = parsePrefixWithoutHostBits(p[path])
      const v6 = p.ipv6 && parsePrefixWithoutHostBits(p.ipv6[path])
      return [
        ...(v4 ? [{ where: `${at}.${path}`, prefix: v4 }] : []),
        ...(v6 ? [{ where: `${at}.ipv6.${path}`, prefix: v6 }] : []),
      ]
    }),
  )

/**
 * Checks the subnets of peerings: each is a /30 (or /126), and overlaps neither another subnet nor a VNet that is
 * reached through the circuit. Circuits that have no gateway in common may use the same subnets. Source: "ExpressRoute
 * routing requirements", IP addresses for peerings.
 */
function linkFaults({ circuits, connections, gateways, vnets }: SimulatorScenario): string[] {
  const links = circuits.map(linksOf)
  const gatewaysOf = (circuit: string) =>
    new Set(connections.filter((c) => c.circuit === circuit).map((c) => c.gateway))
  const reached = circuits.map(({ name }) => gatewaysOf(name))
  return links.flatMap((own, n) => {
    const sizes = own.flatMap(({ where, prefix }) => {
      const length = prefix.family === 4 ? 30 : 126
      return prefix.length === length ? [] : [`${where}: ${prefix.text} is no /${length}: take one`]
    })
    const before: Named[] = links
      .slice(0, n)
      .flatMap((others, k) => ([...(reached[k] ?? [])].some((gateway) => reached[n]?.has(gateway)) ? others : []))
    const hubs = vnets.filter((v) => gateways.some((g) => g.vnet === v.name && reached[n]?.has(g.name)))
    const spokes = vnets.filter((v) => hubs.some((hub) => hub.peerings.some((p) => p.remote === v.name)))
    const spaces = [...hubs, ...spokes].flatMap((v) =>
      v.addressSpace.flatMap((text) => {
        const prefix = parsePrefixWithoutHostBits(text)
        return prefix ? [{ where: `"${v.name}"`, prefix }] : []
      }),
    )
    const clashes = own.flatMap((link, k) =>
      [...spaces, ...before, ...own.slice(0, k)]
        .filter(({ prefix }) => overlaps(prefix, link.prefix))
        .map(
          (other) =>
            `${link.where}: ${link.prefix.text} overlaps ${other.prefix.text} of ${other.where}: take a subnet that nothing else uses`,
        ),
    )
    return [...sizes, ...clashes]
  })
}

/**
 * Checks Global Reach: it has no Local circuit, uses a /29 (or /125), and both circuits have private peering. Source:
 * "ExpressRoute Global Reach".
 */
function reachFaults({ globalReach, circuits }: SimulatorScenario): string[] {
  return globalReach.flatMap((reach, n) => {
    const sides = [reach.circuit, reach.peer].flatMap((name) => circuits.find((one) => one.name === name) ?? [])
    const sizes = [
      [reach.prefix, 29],
      [reach.prefix6, 125],
    ] as const
    return [
      ...sides
        .filter(({ tier }) => tier === 'Local')
        .map(({ name }) => `globalReach[${n}]: circuit "${name}" is Local: take Standard or Premium`),
      ...sides
        .filter(({ peerings }) => !peerings.some(({ type }) => type === 'AzurePrivatePeering'))
        .map(({ name }) => `globalReach[${n}]: circuit "${name}" has no private peering: add one`),
      ...sizes.flatMap(([text, length]) =>
        text === undefined || parsePrefixWithoutHostBits(text)?.length === length
          ? []
          : [`globalReach[${n}]: ${text} is no /${length}: take one`],
      ),
    ]
  })
}

/** Longest prefix length of a hub's address space ("Virtual WAN FAQ", minimum address space of a hub). */
const LONGEST_HUB = 24
/** ASNs that Azure reserves ("Configure BGP peering with a virtual hub"). */
const RESERVED_BY_AZURE: ReadonlySet<number> = new Set([8074, 8075, 12076, 65515, 65517, 65518, 65519, 65520])

/**
 * Checks the address space of a hub, its connected networks and its BGP peers. A network has either one hub or its own
 * gateways.
 */
function hubFaults({ hubs, vnets, gateways, circuits }: SimulatorScenario): string[] {
  return hubs.flatMap((hub, n) => {
    const at = `hubs[${n}]`
    const own = parsePrefixWithoutHostBits(hub.addressPrefix)
    if (!own) return []
    const spaceOf = (name: string) =>
      (vnets.find((v) => v.name === name)?.addressSpace ?? []).flatMap((text) => parsePrefixWithoutHostBits(text) ?? [])
    const others: Named[] = [
      ...hub.vnets.flatMap(({ vnet }) => spaceOf(vnet).map((prefix) => ({ where: `"${vnet}"`, prefix }))),
      ...hubs.slice(0, n).flatMap(({ name, wan, addressPrefix }) => {
        const prefix = parsePrefixWithoutHostBits(addressPrefix)
        return prefix && wan === hub.wan ? [{ where: `"${name}"`, prefix }] : []
      }),
      ...(hub.expressRoute?.connections ?? []).flatMap(({ circuit }) =>
        circuits.flatMap((one, k) => (one.name === circuit ? linksOf(one, k) : [])),
      ),
    ]
    const isIn = (address: string, spaces: readonly ParsedPrefix[]): boolean => {
      const host = parsePrefixWithoutHostBits(`${address}/${address.includes(':') ? 128 : 32}`)
      return host !== null && spaces.some((space) => contains(space, host))
    }
    return [
      ...(own.family === 4 && own.length <= LONGEST_HUB
        ? []
        : [
            `${at}.addressPrefix: ${own.text} is too small for a hub: take an IPv4 prefix of /${LONGEST_HUB} or larger`,
          ]),
      ...others
        .filter(({ prefix }) => overlaps(prefix, own))
        .map(
          ({ where, prefix }) =>
            `${at}.addressPrefix: ${own.text} overlaps ${prefix.text} of ${where}: move one of them`,
        ),
      ...hub.routers
        .filter((address) => !isIn(address, [own]))
        .map((address) => `${at}.routers: ${address} lies outside ${own.text}: take an address of the hub`),
      ...hub.vnets
        .filter(({ vnet }) => gateways.some((g) => g.vnet === vnet))
        .map(({ vnet }) => `${at}.vnets: "${vnet}" has a gateway of its own: remove it, or leave the network out`),
      ...hub.vnets
        .filter(({ vnet }) => hubs.slice(0, n).some((other) => other.vnets.some((one) => one.vnet === vnet)))
        .map(({ vnet }) => `${at}.vnets: "${vnet}" is connected to another hub: leave one of the connections out`),
      ...hub.routeTables.flatMap(({ name, associated }) =>
        associated
          .filter((one) => !hub.vnets.some((connection) => connection.name === one))
          .map(
            (one) =>
              `${at}.routeTables: "${name}" routes "${one}": only connections of networks may leave the default table ("About virtual hub routing")`,
          ),
      ),
      ...hub.bgp.flatMap(({ name, address, asn, connection }) => {
        const network = hub.vnets.find((one) => one.name === connection)?.vnet ?? ''
        return [
          ...(RESERVED_BY_AZURE.has(asn)
            ? [`${at}.bgp: "${name}" has AS ${asn}, which Azure reserves: take another`]
            : []),
          ...(isIn(address, spaceOf(network))
            ? []
            : [`${at}.bgp: ${address} of "${name}" lies outside "${network}": take an address of that network`]),
        ]
      }),
    ]
  })
}

/**
 * Maximum number of peers of a Route Server, and (`LONGEST_SERVER`) longest prefix length of its subnet ("Azure Route
 * Server FAQ").
 */
const MAX_PEERS = 8
const LONGEST_SERVER = 27

function routeServerFaults({ routeServers, vnets }: SimulatorScenario): string[] {
  return routeServers.flatMap((server, n) => {
    const at = `routeServers[${n}]`
    const vnet = vnets.find(({ name }) => name === server.vnet)
    const subnet = parsePrefixWithoutHostBits(
      vnet?.subnets.find(({ name }) => name === 'RouteServerSubnet')?.prefix ?? '',
    )
    const host = (address: string) => parsePrefixWithoutHostBits(`${address}/32`)
    const isIn = (address: string, outer: ParsedPrefix | null) => {
      const own = host(address)
      return own !== null && outer !== null && contains(outer, own)
    }
    return [
      ...(subnet && subnet.length <= LONGEST_SERVER
        ? []
        : [`${at}: "${server.vnet}" needs a RouteServerSubnet of /${LONGEST_SERVER} or larger`]),
      ...server.addresses
        .filter((address) => subnet && !isIn(address, subnet))
        .map((address) => `${at}.addresses: ${address} lies outside RouteServerSubnet: take an address of it`),
      ...(server.peers.length > MAX_PEERS ? [`${at}.peers: a Route Server takes ${MAX_PEERS}: leave some out`] : []),
      ...server.peers
        .filter(({ asn }) => RESERVED_BY_AZURE.has(asn))
        .map(({ name, asn }) => `${at}.peers: "${name}" has AS ${asn}, which Azure reserves: take another`),
    ]
  })
}

/** Checks that a peering over which IPv6 is announced has IPv6 subnets ("Add IPv6 support for private peering"). */
function ipv6Faults({ circuits, sites }: SimulatorScenario): string[] {
  const links = new Map(circuits.flatMap(({ name, peerings }) => peerings.map((p) => [`${name}/${p.type}`, p.ipv6])))
  return sites.flatMap(({ prefixes, announces }, n) =>
    announces.flatMap((a, m) => {
      const six = expandPrefixSets(a.prefixes ?? prefixes).find(({ family }) => family === 6)
      if (!six || !a.circuit || links.get(`${a.circuit}/${a.peering}`)) return []
      return [
        `sites[${n}].announces[${m}]: ${six.text} is IPv6, and ${a.peering} of "${a.circuit}" has no ipv6: give it subnets, or announce IPv4 alone`,
      ]
    }),
  )
}

/**
 * Returns the faults for which Azure would refuse the estate, one line each with a correction; empty if Azure would
 * accept it.
 */
export function refusedByAzure(scenario: SimulatorScenario): string[] {
  return [
    fastPathFaults,
    filterFaults,
    asnFaults,
    gatewaySubnetFaults,
    linkFaults,
    ipv6Faults,
    hubFaults,
    reachFaults,
    routeServerFaults,
  ].flatMap((rule) => rule(scenario))
}
