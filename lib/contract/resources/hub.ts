import type { ConnectionFacts, HubRouterFacts } from '../api/shared-facts.ts'

/** How the hub of a Virtual WAN is configured, beside what it has as a network; null wherever ARM states nothing. */
export interface HubConfig extends HubRouterFacts {
  /** name of the Virtual WAN */
  wan: string | null
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

/** A route table of a hub: its static routes, and how many connections are routed by it and send their routes to it, as ARM lists them. */
export interface HubRouteTableConfig extends Record<'staticRoutes' | 'associated' | 'propagating', number> {
  resource: 'hubRouteTable'
  /** by which connections name the tables that they send their routes to */
  labels: string[]
  provisioningState: string | null
}

/** Azure Monitor's rates of the connections of a hub's ExpressRoute gateway, bit/s; in = into Azure. */
export const hubRateMetrics = {
  in: 'ErGatewayConnectionBitsInPerSecond',
  out: 'ErGatewayConnectionBitsOutPerSecond',
} as const
/** Azure Monitor's bytes of the tunnels of a hub's VPN gateway; in = into Azure. */
export const hubByteMetrics = { in: 'TunnelIngressBytes', out: 'TunnelEgressBytes' } as const

/** The connection of a hub's gateway that a series of these metrics is of, by its name; null = none is named. */
export const connectionOfMetric = (dimensions: Readonly<Record<string, string>>): string | null =>
  dimensions.connectionname?.split('/').at(-1) || null

/** The path under which the usage of a hub's gateway has what one of its connections carries. */
export const hubConnectionPath = (connection: string): string => `connection/${connection.toLowerCase()}`
