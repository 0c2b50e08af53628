import {
  GATEWAY_ASN,
  MICROSOFT_ASN,
  MSEE_ASN,
  overlapsPrefix,
  parsePrefix,
  type IpPrefix,
  parsePrefixes,
} from '#lib/bgp/index.ts'
import { type NetworkConfig, parsePeeringType } from '#lib/contract/index.ts'
import type { RouteAtMoment } from '#lib/history/index.ts'
import { formatCircuitPathKey, type WhatIfRoute, type WhatIfTable } from '../../rules/index.ts'
import { listCircuitGateways } from '#lib/questions/index.ts'
import type { PathRouteTable, WhatIfRouteRows } from './table-rows.ts'
import type { ConfiguredPath, WhatIfFacts, WhatIfSite } from './what-if-facts.ts'
import type { RouterReports, ReportedTunnel } from './router-reports.ts'

/**
 * Returns the routes that Azure offers to the customer's routers. There is one table for each site, with the circuits
 * that carry prefixes of the site. A path on which the customer announces no prefix is left out, because it has no
 * working session. Circuits that belong to no site are grouped by the prefixes that the customer announces on them,
 * because common prefixes indicate the same routers.
 */
export function createOnPremTables(
  facts: WhatIfFacts,
  read: WhatIfRouteRows,
  tables: readonly PathRouteTable[],
  reports: RouterReports,
): WhatIfTable[] {
  const instances = instancesOf(read)
  const sites = facts.sites.map((site) => ({ site, circuits: circuitsOf(site, tables) }))
  const known = new Set(sites.flatMap(({ circuits }) => [...circuits]))
  const others = [...new Set(tables.map(({ of }) => of.circuit))].filter((id) => !known.has(id))
  const places = [
    ...sites.map(({ site, circuits }) => ({ name: site.name, prefixes: site.prefixes, circuits })),
    ...alike(others, tables).map((circuits) => ({ name: null, prefixes: [], circuits })),
  ]
  return places.flatMap(({ name, prefixes, circuits }): WhatIfTable[] => {
    const [scope] = circuits
    if (scope === undefined) return []
    const own = tables.filter(({ of, fromCustomer }) => circuits.has(of.circuit) && fromCustomer.length > 0)
    const reaches = parsePrefixes(prefixes)
    const routes = own.flatMap((table) =>
      table.fromAzure
        .filter(({ prefix }) => !overlaps(prefix, reaches))
        .map((row) => ({
          ...offeredRoute(row, table.of, facts, instances),
          report: reports.ofPath(table.of, row.prefix),
        })),
    )
    return [
      {
        side: 'onprem',
        scope,
        site: name,
        isPartial: [...circuits].some((id) => read.unseen.has(id)),
        preference: 'expressRoute',
        ownSpace: [],
        space: [],
        routes: [...routes, ...overVpn(facts, read, reaches, reports)],
      },
    ]
  })
}

/**
 * Returns the route table of each configured circuit path, split into routes from the customer and routes from Azure.
 */
export function buildPathTables({ paths }: WhatIfFacts, { routes }: WhatIfRouteRows): PathRouteTable[] {
  const byPath = Map.groupBy(
    routes.filter(({ kind, path }) => kind === 'tables' && path !== null),
    ({ scope, peering, path }) => formatCircuitPathKey(scope, parsePeeringType(peering) ?? 'private', path ?? ''),
  )
  return paths.map((of) => {
    const rows = byPath.get(formatCircuitPathKey(of.circuit, of.peering, of.path)) ?? []
    return {
      of,
      fromCustomer: rows.filter((row) => !isFromAzure(row, of)),
      fromAzure: rows.filter((row) => isFromAzure(row, of)),
    }
  })
}

/**
 * Reports whether a route in the table of a circuit path comes from Azure, by the first ASN of its AS path. The ASN of
 * the edge routers (MSEE) is skipped, because an MSEE in maintenance prepends it. For private peering, the next hop is
 * not used, because it has another form for IPv6.
 */
function isFromAzure({ asPath, nextHop }: RouteAtMoment, { peering, microsoft }: ConfiguredPath): boolean {
  const first = asPath.find((asn) => asn !== MSEE_ASN)
  if (peering === 'private') return first === GATEWAY_ASN
  return (nextHop !== null && microsoft.includes(nextHop)) || first === MICROSOFT_ASN
}

/** Reports whether a prefix overlaps one of the prefixes in `space`. Returns false for a default route. */
function overlaps(text: string, space: readonly IpPrefix[]): boolean {
  const prefix = parsePrefix(text)
  return prefix !== null && prefix.length > 0 && space.some((own) => overlapsPrefix(own, prefix))
}

function circuitsOf({ prefixes, circuits }: WhatIfSite, tables: readonly PathRouteTable[]): Set<string> {
  const space = parsePrefixes(prefixes)
  const carrying = tables.filter(({ fromCustomer }) => fromCustomer.some(({ prefix }) => overlaps(prefix, space)))
  const present = new Set(tables.map(({ of }) => of.circuit))
  return new Set([...circuits.filter((id) => present.has(id)), ...carrying.map(({ of }) => of.circuit)])
}

/** Groups circuits, so that two circuits are in the same group if the customer announces a common prefix on both. */
function alike(circuits: readonly string[], tables: readonly PathRouteTable[]): Set<string>[] {
  const groups: { circuits: Set<string>; prefixes: Set<string> }[] = []
  for (const id of circuits) {
    const prefixes = tables.filter(({ of }) => of.circuit === id).flatMap(({ fromCustomer }) => fromCustomer)
    const own = new Set(prefixes.map(({ prefix }) => prefix))
    const same = groups.filter((group) => [...own].some((prefix) => group.prefixes.has(prefix)))
    for (const group of same) groups.splice(groups.indexOf(group), 1)
    groups.push({
      circuits: new Set([...same.flatMap((group) => [...group.circuits]), id]),
      prefixes: new Set([...same.flatMap((group) => [...group.prefixes]), ...own]),
    })
  }
  return groups.map((group) => group.circuits)
}

/**
 * Returns the addresses of the instances that occur in the route tables of each gateway, by short id of the gateway.
 */
function instancesOf({ routes }: WhatIfRouteRows): Map<string, Set<string>> {
  const instances = new Map<string, Set<string>>()
  for (const { kind, scope, instance } of routes) {
    if (kind !== 'learned' || instance === null) continue
    instances.set(scope, (instances.get(scope) ?? new Set()).add(instance))
  }
  return instances
}

/**
 * Returns a route as the customer's router receives it. Compared with the table of the edge router (MSEE), Microsoft's
 * ASN is added at the front of the AS path.
 */
function offeredRoute(
  row: RouteAtMoment,
  { circuit, peering, path, microsoft }: ConfiguredPath,
  facts: WhatIfFacts,
  instances: ReadonlyMap<string, ReadonlySet<string>>,
): WhatIfRoute {
  const isIpv6 = row.prefix.includes(':')
  return {
    scope: row.scope,
    resourceId: row.resourceId,
    transport: 'er',
    circuit,
    path,
    connectionWeight: null,
    prefix: row.prefix,
    nextHop: row.nextHop,
    peer: microsoft.find((address) => address.includes(':') === isIpv6) ?? null,
    instance: null,
    asPath: [MSEE_ASN, ...row.asPath],
    asPathText: row.asPathText && `${MSEE_ASN} ${row.asPathText}`,
    weight: null,
    localPref: null,
    origin: null,
    gateway: peering === 'private' ? announcer(row, circuit, facts, instances) : null,
    connection: null,
    peering,
    possible: [],
  }
}

/**
 * Returns the gateway that announces a prefix on a circuit; null = unknown. It is the gateway at the next hop of the
 * route. If there is none, it is the gateway whose network contains the prefix, or the only gateway of the circuit.
 */
function announcer(
  { nextHop, prefix }: RouteAtMoment,
  circuit: string,
  { topology, networks }: WhatIfFacts,
  instances: ReadonlyMap<string, ReadonlySet<string>>,
): string | null {
  const resource = topology.circuits.find((one) => one.resource.id === circuit)?.resource
  if (!resource) return null
  const ids = new Set(listCircuitGateways(topology, resource.resourceId).flatMap((gateway) => gateway?.id ?? []))
  const gateways = topology.gateways.filter((gateway) => ids.has(gateway.resource.id))
  const byHop = gateways.filter(
    ({ resource: { id }, config }) =>
      nextHop !== null && (instances.get(id)?.has(nextHop) || config.instances.some((all) => all.includes(nextHop))),
  )
  if (byHop.length === 1) return byHop[0]?.resource.id ?? null
  const bySpace = gateways.filter(({ config }) => {
    const network = config.networkKey === null ? undefined : networks.get(config.networkKey)?.config
    return overlaps(prefix, parsePrefixes(network ? announcedSpace(network) : []))
  })
  if (bySpace.length === 1) return bySpace[0]?.resource.id ?? null
  return gateways.length === 1 ? (gateways[0]?.resource.id ?? null) : null
}

/**
 * Returns the routes that VPN gateways offer to the routers of a site. A VPN gateway announces the address space of its
 * network to each device from which it learns prefixes of the site.
 */
function overVpn(
  facts: WhatIfFacts,
  read: WhatIfRouteRows,
  reaches: readonly IpPrefix[],
  reports: RouterReports,
): WhatIfRoute[] {
  return vpnGateways(facts).flatMap(({ resource, config, space }) => {
    const own = bgpRows(resource.id, read).filter(({ prefix }) => overlaps(prefix, reaches))
    return tunnelsIn(own, config).flatMap((tunnel) =>
      space.map(
        (prefix): WhatIfRoute => ({
          scope: resource.id,
          resourceId: resource.resourceId,
          transport: 'vpn',
          circuit: null,
          path: null,
          connectionWeight: null,
          prefix,
          nextHop: tunnel.device,
          peer: tunnel.instance,
          instance: null,
          asPath: config.asn === null ? [] : [config.asn],
          weight: null,
          localPref: null,
          origin: null,
          gateway: resource.id,
          connection: null,
          peering: 'private',
          possible: [],
          report: reports.ofTunnel(tunnel, prefix),
        }),
      ),
    )
  })
}

/**
 * Returns the BGP sessions over VPN from which gateways learn routes, and the prefixes that the gateways announce in
 * these sessions.
 */
export function findVpnAnnouncements(
  facts: WhatIfFacts,
  read: WhatIfRouteRows,
): { tunnels: ReportedTunnel[]; prefixes: string[] } {
  const gateways = vpnGateways(facts)
  return {
    tunnels: gateways.flatMap(({ resource, config }) => tunnelsIn(bgpRows(resource.id, read), config)),
    prefixes: gateways.flatMap(({ space }) => space),
  }
}

/**
 * Returns the prefixes that a gateway announces for its own network.
 * Source: learn.microsoft.com/azure/virtual-network/advertised-gateway-prefixes-overview, "How it works".
 */
const announcedSpace = ({ advertisedPrefixes, addressPrefixes }: NetworkConfig): readonly string[] =>
  advertisedPrefixes.length > 0 ? advertisedPrefixes : addressPrefixes

/** Returns the VPN gateways, each with the prefixes that it announces for its network. */
const vpnGateways = ({ topology, networks }: WhatIfFacts) =>
  topology.gateways.flatMap(({ resource, config }) => {
    if (config.kind !== 'vpn' || config.networkKey === null) return []
    const network = networks.get(config.networkKey)?.config
    return [{ resource, config, space: network ? announcedSpace(network) : [] }]
  })

const bgpRows = (gateway: string, { routes }: WhatIfRouteRows) =>
  routes.filter(({ kind, scope, peer }) => kind === 'learned' && scope === gateway && peer !== null)

const tunnelsIn = (rows: readonly RouteAtMoment[], { asn }: { asn: number | null }): ReportedTunnel[] => {
  const found = rows.flatMap(({ instance, peer: device, asPath }) => {
    if (device === null) return []
    const tunnel = { instance, gatewayAsn: asn ?? GATEWAY_ASN, device, deviceAsn: asPath[0] ?? null }
    return [[`${instance} ${device}`, tunnel] as const]
  })
  return [...new Map(found).values()]
}
