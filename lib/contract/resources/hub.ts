import type { GatewayConnectionDetails, HubRouterDetails, RouteMapDetails } from '../api/shared-facts.ts'
import { normalizeArmId } from '../arm-id.ts'
import { armTypes } from '../arm-types.ts'
import { formatUnappliedConfiguration } from './provisioning.ts'

/** Configuration that a Virtual WAN hub has in addition to that of a network; null if ARM does not report the value. */
export interface HubConfig extends Omit<HubRouterDetails, 'allowsBranchToBranch'> {
  /** `wan` = name of the Virtual WAN to which the hub belongs, `wanKey` = its key (`normalizeArmId`) */
  wan: string | null
  wanKey: string | null
  /** key (`normalizeArmId`) of the Azure Firewall in the hub; null = not reported by ARM */
  firewallKey: string | null
  /** names of the route maps of the hub */
  routeMaps: string[]
  /** minimum number of infrastructure units of the hub's router */
  routerUnits: number | null
  asn: number | null
  /** IP addresses of the instances of the hub's router */
  routerAddresses: string[]
}

/**
 * Returns the name of a link of a hub's VPN connection in polls: connection and link, for example `to-branch/isp-a`.
 * @param link null = the connection has no links, so the result is the name of the connection
 */
export const buildHubVpnLinkName = (connection: string, link: string | null): string =>
  link === null ? connection : `${connection}/${link}`

/** Returns the name of the connection from the name of a link: `to-branch` from `to-branch/isp-a`. */
export const parseHubLinkConnection = (name: string): string => name.split('/')[0] ?? name

/** Connection of a gateway in a Virtual WAN hub. */
export interface HubConnectionConfig extends GatewayConnectionDetails {
  name: string
  /** key (`normalizeArmId`) of the circuit; only for ExpressRoute, otherwise null */
  circuitKey: string | null
  /**
   * `site` = name of the VPN site at the far end, `siteKey` = its key (`normalizeArmId`); only for VPN, otherwise null
   */
  site: string | null
  siteKey: string | null
  provisioningState: string | null
  /** links of a VPN connection; each leads to one link of the VPN site. Empty for ExpressRoute */
  links: HubLinkConfig[]
}

/** Returns the ARM ID of a connection of a hub's gateway. ARM lists the connection inside the gateway. */
export const buildHubConnectionId = (gateway: { resourceId: string; type: string }, connection: string): string =>
  `${gateway.resourceId}/${gateway.type === armTypes.vpnGateway ? 'vpnConnections' : 'expressRouteConnections'}/${connection}`

/** Link of a hub's VPN connection. It has an IPsec tunnel to each instance of the hub's VPN gateway. */
export interface HubLinkConfig {
  /** name of the link in polls ({@link buildHubVpnLinkName}) */
  name: string
  /** name of the link at the VPN site */
  siteLink: string | null
  bgp: boolean | null
}

/** Configuration of a VPN site (a branch), with the BGP devices at the far end of a hub's VPN connection. */
export interface VpnSiteConfig {
  resource: 'vpnSite'
  /** BGP devices of the site: one per link, or one for the whole site (`link` null) */
  devices: { link: string | null; asn: number; bgpAddress: string | null }[]
}

/** Configuration of a hub's user VPN gateway (point-to-site). */
export interface UserVpnGatewayConfig {
  resource: 'userVpnGateway'
  /** key (`normalizeArmId`) of the hub; null = not reported by ARM */
  hubKey: string | null
  scaleUnits: number | null
  /** prefixes from which the gateway gives addresses to the devices of users */
  addressPools: string[]
  provisioningState: string | null
}

/** Configuration of a BGP peer of a hub or of a Route Server. */
export interface HubBgpConnectionConfig {
  resource: 'hubBgpConnection'
  peerAddress: string | null
  peerAsn: number | null
  provisioningState: string | null
  /**
   * name of the hub's network connection to the virtual network in which the peer is; null = none, as for peers of a
   * Route Server
   */
  networkConnection: string | null
}

/** Connection of a virtual network to a hub. */
export interface HubNetworkConnectionConfig {
  resource: 'hubNetworkConnection'
  /** key (`normalizeArmId`) of the virtual network */
  networkKey: string | null
  /** key (`normalizeArmId`) of the hub's route table with which the connection is associated; null = not reported */
  tableKey: string | null
  provisioningState: string | null
  /** true if the network receives the hub's default route */
  internetSecurity: boolean | null
}

/** Name of the route table that every hub has and that connections use by default. */
export const DEFAULT_HUB_TABLE = 'defaultRouteTable'

/** Reports whether a route table of a hub has the name of the default table, in any case of letters. */
export const isDefaultHubTable = (name: string): boolean => name.toLowerCase() === DEFAULT_HUB_TABLE.toLowerCase()

/**
 * Reports whether a user created this route table of a hub. Every hub has two tables that Azure created: the default
 * table, and one without routes (`noneRouteTable`).
 */
export const isOwnHubTable = (name: string) => !isDefaultHubTable(name) && name.toLowerCase() !== 'noneroutetable'

/**
 * Configuration of a Virtual WAN. `allowsBranchToBranch` tells whether its branches reach each other. A hub has a flag
 * with the same name, but there it applies only to Route Servers.
 */
export interface VirtualWanConfig extends Pick<HubRouterDetails, 'allowsBranchToBranch'> {
  resource: 'virtualWan'
}

/** Policy of a Virtual WAN hub: all traffic of one kind is sent to a firewall. */
export interface HubTrafficPolicy {
  traffic: 'internet' | 'private'
  /** ARM id of the firewall, appliance or service */
  nextHop: string
  /** destination prefixes of the traffic to which the policy applies */
  prefixes: string[]
  /** sentence with the reason that the policy may have no effect; null = it has effect */
  unapplied: string | null
}

/**
 * Routing intent of a Virtual WAN hub, that is, its policies for Internet traffic and private traffic. A hub has at
 * most one routing intent.
 */
export interface HubRoutingIntentConfig {
  resource: 'hubRoutingIntent'
  policies: Pick<HubTrafficPolicy, 'traffic' | 'nextHop'>[]
  provisioningState: string | null
}

/**
 * Rule of a route map, with the facts that decide whether it drops a route. Source: Azure, "About Route-maps for virtual
 * hubs": a route must meet all conditions of a rule, a rule without a condition matches all routes, and a route that
 * matches no rule is kept.
 */
export interface RouteMapRule {
  /** true if the rule drops the routes that it matches */
  drops: boolean
  /** true if later rules do not see the routes that this rule matches */
  ends: boolean
  /** conditions on the prefix of a route, of which each lists prefixes; if `exact` is false, longer prefixes match too */
  conditions: { exact: boolean; prefixes: string[] }[]
  /**
   * true if the rule has parts that Peerwatch does not evaluate: conditions on communities or AS paths, negated
   * conditions, or a drop of listed prefixes
   */
  isPartial: boolean
}

/** Route map of a Virtual WAN hub, with its provisioning state. */
export interface HubRouteMapConfig extends RouteMapDetails {
  resource: 'hubRouteMap'
  /** rules in their order */
  steps: RouteMapRule[]
  /** ARM ids of the connections in `inbound` */
  inboundIds: string[]
  provisioningState: string | null
}

/**
 * Route table of a Virtual WAN hub. `associated` = number of connections that are routed by the table; `propagating` =
 * number of connections that add their routes to it.
 */
export interface HubRouteTableConfig extends Record<'associated' | 'propagating', number> {
  resource: 'hubRouteTable'
  /**
   * null = not listed, or not visible: the table is in a hub of another owner, and its static routes may lead to
   * resources of others
   */
  staticRoutes: { name: string; prefixes: string[]; nextHop: string | null }[] | null
  /** labels of the table. A connection propagates its routes to all tables with a label that it names */
  labels: string[]
  /** keys (`normalizeArmId`) of the connections that propagate their routes to the table */
  propagatingKeys: string[]
  provisioningState: string | null
}

/**
 * Reports whether a connection of a hub's gateway propagates its routes to a route table.
 * @param gateway ARM ID of the gateway
 */
export function doesConnectionPropagate(
  { propagatingKeys }: { propagatingKeys: readonly string[] },
  gateway: string,
  connection: string,
): boolean {
  const [start, end] = [`${normalizeArmId(gateway)}/`, `/${connection.toLowerCase()}`]
  return propagatingKeys.some((key) => key.startsWith(start) && key.endsWith(end))
}

/**
 * Destination prefixes of a hub's policies: PRIVATE of the policy for private traffic, INTERNET of the policy for
 * Internet traffic. Source: "How to configure Virtual WAN Hub routing policies".
 */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']
const INTERNET = ['0.0.0.0/0']

/**
 * Returns the policies by which a hub sends traffic to a firewall. A policy comes from the hub's routing intent. Static
 * routes to a firewall in the default route table add their prefixes to it. Without such a policy, they count as the
 * policy. Other static routes lead to an appliance in a network and do not count. If the last change of the routing
 * intent or table did not succeed, `unapplied` contains the reason that the policy may have no effect.
 * @param intent undefined = not listed
 * @param table default route table of the hub; undefined = not listed
 * @returns null = neither was listed, so the policies are unknown (ADR 0277)
 * @source learn.microsoft.com/azure/virtual-wan/how-to-routing-policies, "Static routes in defaultRouteTable"
 */
export function getHubTrafficPolicies(
  intent: HubRoutingIntentConfig | undefined,
  table: Pick<HubRouteTableConfig, 'staticRoutes' | 'provisioningState'> | undefined,
): HubTrafficPolicy[] | null {
  if (!intent && !table) return null
  const toFirewall = (table?.staticRoutes ?? []).flatMap(({ prefixes, nextHop }) =>
    nextHop !== null && isHubFirewall(nextHop) ? prefixes.map((prefix) => ({ prefix, nextHop })) : [],
  )
  return (['private', 'internet'] as const).flatMap((traffic): HubTrafficPolicy[] => {
    const policy = intent?.policies.find((one) => one.traffic === traffic)
    const own = toFirewall.filter(({ prefix }) => INTERNET.includes(prefix) === (traffic === 'internet'))
    const nextHop = policy?.nextHop ?? own[0]?.nextHop
    if (nextHop === undefined) return []
    const known = policy ? (traffic === 'private' ? PRIVATE : INTERNET) : []
    const prefixes = [...new Set([...known, ...own.map(({ prefix }) => prefix)])]
    const source = policy ? intent : table
    const unapplied = source
      ? formatUnappliedConfiguration(policy ? 'the routing intent' : 'the default route table', source)
      : null
    return [{ traffic, nextHop, prefixes, unapplied }]
  })
}

/**
 * Reports whether an ARM id names a firewall to which a hub's policy can send traffic: Azure Firewall, an appliance in
 * the hub, or a firewall of a security partner.
 */
export const isHubFirewall = (nextHop: string): boolean =>
  /\/(?:azureFirewalls|networkVirtualAppliances|securityPartnerProviders|Cloudngfw\/firewalls)\/[^/]+$/i.test(nextHop)

/**
 * Names of Azure Monitor's metrics for the rate of each connection of a hub's ExpressRoute gateway, bit/s; in = into
 * Azure.
 */
export const hubRateMetrics = {
  in: 'ErGatewayConnectionBitsInPerSecond',
  out: 'ErGatewayConnectionBitsOutPerSecond',
} as const
/**
 * Names of the metrics of a hub's router: the infrastructure units in use, and the processed bytes. Source: "Supported
 * metrics" of Microsoft.Network/virtualHubs.
 */
export const hubRouterMetrics = { units: 'RoutingInfrastructureUnits', processed: 'VirtualHubDataProcessed' } as const
/**
 * Names of Azure Monitor's metrics of user VPN (point-to-site), of hubs and of VPN gateways of virtual networks: the
 * connections by protocol and instance (sum of a minute), the rate in bytes per second by instance, and the learned user
 * routes by kind and instance. Source: "Supported metrics" of Microsoft.Network/p2sVpnGateways and
 * virtualNetworkGateways.
 */
export const userVpnMetrics = {
  connections: 'P2SConnectionCount',
  bandwidth: 'P2SBandwidth',
  routes: 'UserVpnRouteCount',
} as const
/** Names of Azure Monitor's metrics for the bytes of the tunnels of a hub's VPN gateway; in = into Azure. */
export const hubByteMetrics = { in: 'TunnelIngressBytes', out: 'TunnelEgressBytes' } as const

/**
 * Returns the name of the connection of a hub's gateway to which a metric belongs; null = the metric names no
 * connection.
 */
export const getMetricHubConnection = (dimensions: Readonly<Record<string, string>>): string | null =>
  dimensions.connectionname?.split('/').at(-1) || null

/**
 * Returns the text that is stored in place of a path for the traffic of one connection of a hub's gateway:
 * `connection/to-branch`.
 */
export const formatHubConnectionPath = (connection: string): string => `connection/${connection.toLowerCase()}`
