import type { ConnectionFacts, HubRouterFacts, RouteMapFacts } from '../api/shared-facts.ts'
import { formatUnapplied } from './provisioning.ts'

/** How the hub of a Virtual WAN is configured, beside what it has as a network; null wherever ARM states nothing. */
export interface HubConfig extends Omit<HubRouterFacts, 'allowsBranchToBranch'> {
  /** name of the Virtual WAN, and its key (`armKey`) */
  wan: string | null
  wanKey: string | null
  /** key (`armKey`) of the Azure Firewall in it; null = ARM names none */
  firewallKey: string | null
  /** names of its route maps */
  routeMaps: string[]
  /** units that its router has at least */
  routerUnits: number | null
  asn: number | null
  /** addresses of the hub router's instances */
  routerAddresses: string[]
}

/**
 * How a poll names a link of a VPN connection of a hub's gateway: `to-branch/isp-a`.
 * @param link null = the connection itself, which has no links
 */
export const hubLinkName = (connection: string, link: string | null): string =>
  link === null ? connection : `${connection}/${link}`

/** The connection whose link a poll names so. */
export const connectionOfLink = (name: string): string => name.split('/')[0] ?? name

/** A connection of a gateway in a Virtual WAN hub. */
export interface HubConnectionConfig extends ConnectionFacts {
  name: string
  /** ExpressRoute: key (`armKey`) of the circuit */
  circuitKey: string | null
  /** VPN: name of the VPN site, and its key (`armKey`) */
  site: string | null
  siteKey: string | null
  provisioningState: string | null
  /** of a VPN connection: its links, each to one of the site */
  links: HubLinkConfig[]
}

/** A link of a hub's VPN connection, which is an IPsec tunnel to each instance of the gateway. */
export interface HubLinkConfig {
  /** as polls name it ({@link hubLinkName}) */
  name: string
  /** name of the site's link */
  siteLink: string | null
  bgp: boolean | null
}

/** A VPN site: the devices at the far end of a hub's VPN connection that speak BGP. */
export interface VpnSiteConfig {
  resource: 'vpnSite'
  /** one for each of its links, or one for the whole site; `link` null = the site */
  devices: { link: string | null; asn: number; bgpAddress: string | null }[]
}

/** A BGP peer of a hub or of a Route Server. */
export interface HubBgpConnectionConfig {
  resource: 'hubBgpConnection'
  peerAddress: string | null
  peerAsn: number | null
  provisioningState: string | null
  /** name of the connection whose virtual network the peer stands in; null = none, as at a Route Server */
  networkConnection: string | null
}

/** A virtual network's connection to a hub. */
export interface HubNetworkConnectionConfig {
  resource: 'hubNetworkConnection'
  /** key (`armKey`) of the virtual network */
  networkKey: string | null
  provisioningState: string | null
  /** whether a default route of the hub reaches the network */
  internetSecurity: boolean | null
}

/** The route table that every hub has, and that connections use unless configured otherwise. */
export const DEFAULT_HUB_TABLE = 'defaultRouteTable'

/** Whether a hub's route table is one that somebody made: beside the default one every hub has one that takes no route. */
export const isOwnHubTable = (name: string): boolean =>
  ![DEFAULT_HUB_TABLE, 'noneRouteTable'].some((known) => known.toLowerCase() === name.toLowerCase())

/** A Virtual WAN. A hub prints a flag of the same name, which is of Route Servers. */
export interface VirtualWanConfig extends Pick<HubRouterFacts, 'allowsBranchToBranch'> {
  resource: 'virtualWan'
}

/** What a hub sends to a firewall in it: all of one kind of traffic. */
export interface HubPolicy {
  traffic: 'internet' | 'private'
  /** ARM id of the firewall, the appliance or the service */
  nextHop: string
  /** what counts as that traffic */
  prefixes: string[]
  /** reason for which the policy is not known to have effect; null = it has effect */
  unapplied: string | null
}

/** The routing intent of a hub, of which it has at most one. */
export interface HubRoutingIntentConfig {
  resource: 'hubRoutingIntent'
  policies: Pick<HubPolicy, 'traffic' | 'nextHop'>[]
  provisioningState: string | null
}

/** A route map of a hub. */
export interface HubRouteMapConfig extends RouteMapFacts {
  resource: 'hubRouteMap'
  provisioningState: string | null
}

/** A route table of a hub: its static routes, and how many connections are routed by it and send their routes to it, as ARM lists them. */
export interface HubRouteTableConfig extends Record<'associated' | 'propagating', number> {
  resource: 'hubRouteTable'
  staticRoutes: { name: string; prefixes: string[]; nextHop: string | null }[]
  /** by which connections name the tables that they send their routes to */
  labels: string[]
  provisioningState: string | null
}

/** Source: "How to configure Virtual WAN Hub routing policies": what the policies of private and of Internet traffic are for. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']
const INTERNET = ['0.0.0.0/0']

/**
 * What a hub sends to a firewall: by its routing intent, which also writes routes into its default table, and else by static routes that
 * were written there by hand. Other static routes lead to an appliance in a network.
 * @param intent undefined = none is listed
 * @param table the default one; undefined = not listed
 * A policy of a resource whose last change did not succeed is returned with the reason for which it is not known to have effect.
 * @returns null = nothing that says it was listed (ADR 0277)
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

/** Whether an ARM id is of what may be the next hop of a policy: Azure Firewall, an appliance in the hub, or a firewall as a service. */
export const isHubFirewall = (nextHop: string): boolean =>
  /\/(?:azureFirewalls|networkVirtualAppliances|securityPartnerProviders|Cloudngfw\/firewalls)\/[^/]+$/i.test(nextHop)

/** Azure Monitor's rates of the connections of a hub's ExpressRoute gateway, bit/s; in = into Azure. */
export const hubRateMetrics = {
  in: 'ErGatewayConnectionBitsInPerSecond',
  out: 'ErGatewayConnectionBitsOutPerSecond',
} as const
/** Units in use of a hub's router, and bytes that passed it. Source: "Supported metrics" of Microsoft.Network/virtualHubs. */
export const hubRouterMetrics = { units: 'RoutingInfrastructureUnits', processed: 'VirtualHubDataProcessed' } as const
/** Azure Monitor's bytes of the tunnels of a hub's VPN gateway; in = into Azure. */
export const hubByteMetrics = { in: 'TunnelIngressBytes', out: 'TunnelEgressBytes' } as const

/** The connection of a hub's gateway that a series of these metrics is of, by its name; null = none is named. */
export const connectionOfMetric = (dimensions: Readonly<Record<string, string>>): string | null =>
  dimensions.connectionname?.split('/').at(-1) || null

/** The path under which the usage of a hub's gateway has what one of its connections carries. */
export const hubConnectionPath = (connection: string): string => `connection/${connection.toLowerCase()}`
