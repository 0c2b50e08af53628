import type { ConnectionFacts, HubRouterFacts, RouteMapFacts } from '../api/shared-facts.ts'
import { formatUnapplied } from './provisioning.ts'

/**
 * Configuration of a Virtual WAN hub in addition to its network configuration; null if ARM does not report the value.
 */
export interface HubConfig extends Omit<HubRouterFacts, 'allowsBranchToBranch'> {
  /** `wan` = name of the Virtual WAN, `wanKey` = its key (`armKey`) */
  wan: string | null
  wanKey: string | null
  /** key (`armKey`) of the Azure Firewall in the hub; null = not reported by ARM */
  firewallKey: string | null
  /** names of its route maps */
  routeMaps: string[]
  /** minimum number of units of its router */
  routerUnits: number | null
  asn: number | null
  /** addresses of the hub router's instances */
  routerAddresses: string[]
}

/**
 * Returns the name under which polls refer to a link of a VPN connection of a hub's gateway: `to-branch/isp-a`.
 * @param link null = the connection has no links, and the result is the name of the connection
 */
export const hubLinkName = (connection: string, link: string | null): string =>
  link === null ? connection : `${connection}/${link}`

/** Returns the connection of a link name. */
export const connectionOfLink = (name: string): string => name.split('/')[0] ?? name

/** Connection of a gateway in a Virtual WAN hub. */
export interface HubConnectionConfig extends ConnectionFacts {
  name: string
  /** ExpressRoute: key (`armKey`) of the circuit */
  circuitKey: string | null
  /** VPN: `site` = name of the VPN site, `siteKey` = its key (`armKey`) */
  site: string | null
  siteKey: string | null
  provisioningState: string | null
  /** only for a VPN connection: its links, each to one link of the site */
  links: HubLinkConfig[]
}

/** Link of a hub's VPN connection, which has an IPsec tunnel to each instance of the gateway. */
export interface HubLinkConfig {
  /** name in polls ({@link hubLinkName}) */
  name: string
  /** name of the site's link */
  siteLink: string | null
  bgp: boolean | null
}

/** VPN site, with the BGP devices at the far end of a hub's VPN connection. */
export interface VpnSiteConfig {
  resource: 'vpnSite'
  /** one device per link, or one for the whole site; `link` null = the whole site */
  devices: { link: string | null; asn: number; bgpAddress: string | null }[]
}

/** BGP peer of a hub or of a Route Server. */
export interface HubBgpConnectionConfig {
  resource: 'hubBgpConnection'
  peerAddress: string | null
  peerAsn: number | null
  provisioningState: string | null
  /** name of the connection whose virtual network contains the peer; null = none, as for a Route Server */
  networkConnection: string | null
}

/** Connection of a virtual network to a hub. */
export interface HubNetworkConnectionConfig {
  resource: 'hubNetworkConnection'
  /** key (`armKey`) of the virtual network */
  networkKey: string | null
  provisioningState: string | null
  /** true if the network receives the hub's default route */
  internetSecurity: boolean | null
}

/** Route table that every hub has, and that connections use by default. */
export const DEFAULT_HUB_TABLE = 'defaultRouteTable'

/**
 * Reports whether a hub's route table was created by a user. In addition to the default table, every hub has a table
 * without routes.
 */
export const isOwnHubTable = (name: string): boolean =>
  ![DEFAULT_HUB_TABLE, 'noneRouteTable'].some((known) => known.toLowerCase() === name.toLowerCase())

/**
 * Virtual WAN with its flag for routes between branches. A hub has a flag with the same name, which only applies to
 * Route Servers.
 */
export interface VirtualWanConfig extends Pick<HubRouterFacts, 'allowsBranchToBranch'> {
  resource: 'virtualWan'
}

/** Policy by which a hub sends all traffic of one kind to a firewall. */
export interface HubPolicy {
  traffic: 'internet' | 'private'
  /** ARM id of the firewall, appliance or service */
  nextHop: string
  /** destinations that count as this traffic */
  prefixes: string[]
  /** reason that the policy may have no effect; null = it has effect */
  unapplied: string | null
}

/** Routing intent of a hub; a hub has at most one. */
export interface HubRoutingIntentConfig {
  resource: 'hubRoutingIntent'
  policies: Pick<HubPolicy, 'traffic' | 'nextHop'>[]
  provisioningState: string | null
}

/** Route map of a hub. */
export interface HubRouteMapConfig extends RouteMapFacts {
  resource: 'hubRouteMap'
  provisioningState: string | null
}

/**
 * Route table of a hub: its static routes, the number of connections that are routed by it, and the number that
 * propagate their routes to it, according to ARM.
 */
export interface HubRouteTableConfig extends Record<'associated' | 'propagating', number> {
  resource: 'hubRouteTable'
  staticRoutes: { name: string; prefixes: string[]; nextHop: string | null }[]
  /** labels by which connections select the tables to which they propagate their routes */
  labels: string[]
  provisioningState: string | null
}

/**
 * Destinations of a hub's policies: PRIVATE for private traffic, INTERNET for Internet traffic. Source: "How to
 * configure Virtual WAN Hub routing policies".
 */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']
const INTERNET = ['0.0.0.0/0']

/**
 * Returns the policies by which a hub sends traffic to a firewall. They come from its routing intent, which also writes
 * routes into the default table, or otherwise from static routes to a firewall in that table. Other static routes lead
 * to an appliance in a network. A policy of a resource whose last change did not succeed is returned with the reason
 * that it may have no effect.
 * @param intent undefined = not listed
 * @param table the default table; undefined = not listed
 * @returns null = neither resource was listed, so the policies are unknown (ADR 0277)
 * @source learn.microsoft.com/azure/virtual-wan/how-to-routing-policies, "Static routes in defaultRouteTable"
 */
export function policiesOfHub(
  intent: HubRoutingIntentConfig | undefined,
  table: Pick<HubRouteTableConfig, 'staticRoutes' | 'provisioningState'> | undefined,
): HubPolicy[] | null {
  if (!intent && !table) return null
  const toFirewall = (table?.staticRoutes ?? []).flatMap(({ prefixes, nextHop }) =>
    nextHop !== null && isHubFirewall(nextHop) ? prefixes.map((prefix) => ({ prefix, nextHop })) : [],
  )
  return (['private', 'internet'] as const).flatMap((traffic): HubPolicy[] => {
    const policy = intent?.policies.find((one) => one.traffic === traffic)
    const own = toFirewall.filter(({ prefix }) => INTERNET.includes(prefix) === (traffic === 'internet'))
    const nextHop = policy?.nextHop ?? own[0]?.nextHop
    if (nextHop === undefined) return []
    const known = policy ? (traffic === 'private' ? PRIVATE : INTERNET) : []
    const prefixes = [...new Set([...known, ...own.map(({ prefix }) => prefix)])]
    const source = policy ? intent : table
    const unapplied = source ? formatUnapplied(policy ? 'the routing intent' : 'the default route table', source) : null
    return [{ traffic, nextHop, prefixes, unapplied }]
  })
}

/**
 * Reports whether an ARM id is a possible next hop of a policy: Azure Firewall, an appliance in the hub, or a firewall
 * as a service.
 */
export const isHubFirewall = (nextHop: string): boolean =>
  /\/(?:azureFirewalls|networkVirtualAppliances|securityPartnerProviders|Cloudngfw\/firewalls)\/[^/]+$/i.test(nextHop)

/** Azure Monitor's rates of the connections of a hub's ExpressRoute gateway, bit/s; in = into Azure. */
export const hubRateMetrics = {
  in: 'ErGatewayConnectionBitsInPerSecond',
  out: 'ErGatewayConnectionBitsOutPerSecond',
} as const
/**
 * Metrics of the units in use of a hub's router, and of the bytes that it processed. Source: "Supported metrics" of
 * Microsoft.Network/virtualHubs.
 */
export const hubRouterMetrics = { units: 'RoutingInfrastructureUnits', processed: 'VirtualHubDataProcessed' } as const
/** Azure Monitor's bytes of the tunnels of a hub's VPN gateway; in = into Azure. */
export const hubByteMetrics = { in: 'TunnelIngressBytes', out: 'TunnelEgressBytes' } as const

/**
 * Returns the name of the hub gateway's connection to which a metric series belongs; null = the series does not name
 * one.
 */
export const connectionOfMetric = (dimensions: Readonly<Record<string, string>>): string | null =>
  dimensions.connectionname?.split('/').at(-1) || null

/** Returns the path name under which usage data of a hub's gateway stores the traffic of one connection. */
export const hubConnectionPath = (connection: string): string => `connection/${connection.toLowerCase()}`
