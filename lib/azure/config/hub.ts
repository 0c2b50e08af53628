import { canonicalizeAddress } from '#lib/bgp/index.ts'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  normalizeArmId,
  type HubBgpConnectionConfig,
  type HubConfig,
  type HubConnectionConfig,
  type HubLinkConfig,
  buildHubVpnLinkName,
  type HubNetworkConnectionConfig,
  type HubRouteMapConfig,
  type HubRouteTableConfig,
  type HubRoutingIntentConfig,
  type RouteMapRule,
  getTopLevelResourceId,
  parseArmId,
  type UserVpnGatewayConfig,
  type VirtualWanConfig,
  type VpnSiteConfig,
} from '#lib/contract/index.ts'
import { type ArmObjectReader, createArmObject } from './arm-object.ts'

/**
 * Decodes the configuration that a Virtual WAN hub has in addition to that of a network. Source: Azure Network REST,
 * VirtualHub.
 */
export function decodeHubFacts(hub: ArmObjectReader): HubConfig {
  const wan = hub.object('virtualWan').text('id')
  const firewall = hub.object('azureFirewall').text('id')
  return {
    wan: parseArmId(wan ?? '')?.name ?? null,
    wanKey: wan && normalizeArmId(wan),
    firewallKey: firewall && normalizeArmId(firewall),
    routeMaps: decodeRouteMapNames(hub),
    routerUnits: hub.object('virtualRouterAutoScaleConfiguration').positive('minCapacity'),
    asn: hub.positive('virtualRouterAsn'),
    routerAddresses: hub.texts('virtualRouterIps').flatMap((address) => canonicalizeAddress(address) ?? []),
    provisioningState: hub.text('provisioningState'),
    routingState: hub.text('routingState'),
  }
}

/** Returns the names of the route maps that the resource of a hub or Route Server lists. */
export const decodeRouteMapNames = (hub: ArmObjectReader): string[] =>
  hub.list('routeMaps').flatMap((map) => parseArmId(map.text('id') ?? '')?.name ?? [])

/**
 * Decodes the connections of a gateway in a hub, which ARM lists within the gateway. Source: Azure Network REST,
 * ExpressRouteGateway (`expressRouteConnections`) and VpnGateway (`connections`).
 */
export function decodeHubConnections(gateway: ArmObjectReader): HubConnectionConfig[] {
  return [...gateway.list('expressRouteConnections'), ...gateway.list('connections')].map((connection) => {
    const peering = connection.object('expressRouteCircuitPeering').text('id')
    const site = connection.object('remoteVpnSite').text('id')
    return {
      name: connection.text('name') ?? '',
      circuitKey: peering === null ? null : normalizeArmId(getTopLevelResourceId(peering)),
      site: parseArmId(site ?? '')?.name ?? null,
      siteKey: site === null ? null : normalizeArmId(site),
      routingWeight: connection.number('routingWeight'),
      fastPath: connection.flag('expressRouteGatewayBypass'),
      provisioningState: connection.text('provisioningState'),
      links: site === null ? [] : linksOf(connection),
    }
  })
}

/**
 * Decodes the links of a hub's VPN connection. An old connection may have no links; then the connection itself is
 * returned as its only link. Source: Azure Network REST, VpnSiteLinkConnection.
 */
function linksOf(connection: ArmObjectReader): HubLinkConfig[] {
  const links = connection.list('vpnLinkConnections')
  const own = connection.text('name') ?? ''
  if (links.length === 0)
    return [{ name: buildHubVpnLinkName(own, null), siteLink: null, bgp: connection.flag('enableBgp') }]
  return links.map((link) => ({
    name: buildHubVpnLinkName(own, link.text('name')),
    siteLink: parseArmId(link.object('vpnSiteLink').text('id') ?? '')?.name ?? null,
    bgp: link.flag('enableBgp'),
  }))
}

/**
 * Decodes a BGP connection of a hub or a Route Server. `connectionState` is not decoded, because it is not
 * configuration. Source: Azure Network REST, BgpConnection.
 */
export function decodeHubBgpConnection(config: unknown): HubBgpConnectionConfig {
  const connection = createArmObject(config)
  const network = connection.object('hubVirtualNetworkConnection').text('id')
  return {
    resource: 'hubBgpConnection',
    peerAddress: canonicalizeAddress(connection.text('peerIp') ?? '') ?? null,
    peerAsn: connection.positive('peerAsn'),
    provisioningState: connection.text('provisioningState'),
    networkConnection: parseArmId(network ?? '')?.name ?? null,
  }
}

/** Decodes a virtual network connection of a hub. Source: Azure Network REST, HubVirtualNetworkConnection. */
export function decodeHubNetworkConnection(config: unknown): HubNetworkConnectionConfig {
  const connection = createArmObject(config)
  const network = connection.object('remoteVirtualNetwork').text('id')
  const table = connection.object('routingConfiguration').object('associatedRouteTable').text('id')
  return {
    resource: 'hubNetworkConnection',
    networkKey: network === null ? null : normalizeArmId(network),
    tableKey: table === null ? null : normalizeArmId(table),
    provisioningState: connection.text('provisioningState'),
    internetSecurity: connection.flag('enableInternetSecurity'),
  }
}

/** Decodes a route table of a hub. Source: Azure Network REST, HubRouteTable. */
export function decodeHubRouteTable(config: unknown): HubRouteTableConfig {
  const table = createArmObject(config)
  return {
    resource: 'hubRouteTable',
    labels: table.texts('labels'),
    staticRoutes: table.has('routes')
      ? table.list('routes').map((route) => ({
          name: route.text('name') ?? '',
          prefixes: route.text('destinationType')?.toUpperCase() === 'CIDR' ? route.texts('destinations') : [],
          nextHop: route.text('nextHop'),
        }))
      : null,
    associated: table.texts('associatedConnections').length,
    propagating: table.texts('propagatingConnections').length,
    propagatingKeys: table.texts('propagatingConnections').map(normalizeArmId),
    provisioningState: table.text('provisioningState'),
  }
}

/** Decodes a Virtual WAN. Source: Azure Network REST, VirtualWAN, `allowBranchToBranchTraffic`. */
export const decodeVirtualWan = (config: unknown): VirtualWanConfig => ({
  resource: 'virtualWan',
  allowsBranchToBranch: createArmObject(config).flag('allowBranchToBranchTraffic'),
})

/**
 * Decodes a routing intent. A policy applies to the destinations `Internet` or `PrivateTraffic`. Source: Azure Network
 * REST, RoutingIntent.
 */
export function decodeHubRoutingIntent(config: unknown): HubRoutingIntentConfig {
  const intent = createArmObject(config)
  return {
    resource: 'hubRoutingIntent',
    policies: intent.list('routingPolicies').flatMap((policy) => {
      const nextHop = policy.text('nextHop')
      if (nextHop === null) return []
      return policy.texts('destinations').flatMap((destination) => {
        const traffic = DESTINATIONS[destination.toLowerCase()]
        return traffic ? [{ traffic, nextHop }] : []
      })
    }),
    provisioningState: intent.text('provisioningState'),
  }
}

const DESTINATIONS: Readonly<Record<string, 'internet' | 'private'>> = createSafeLookupTable({
  internet: 'internet',
  privatetraffic: 'private',
})

/** Decodes a route map. Source: Azure Network REST, RouteMap, RouteMapRule and Action. */
export function decodeHubRouteMap(config: unknown): HubRouteMapConfig {
  const map = createArmObject(config)
  const steps = map.list('rules').map(decodeRouteMapRule)
  const names = (member: string) => map.texts(member).flatMap((id) => parseArmId(id)?.name ?? [])
  return {
    resource: 'hubRouteMap',
    rules: steps.length,
    drops: steps.filter(({ drops }) => drops).length,
    steps,
    inboundIds: map.texts('associatedInboundConnections'),
    inbound: names('associatedInboundConnections'),
    outbound: names('associatedOutboundConnections'),
    provisioningState: map.text('provisioningState'),
  }
}

/** Decodes a rule of a route map. Source: Azure Network REST, RouteMapRule, Criterion and Action. */
function decodeRouteMapRule(rule: ArmObjectReader): RouteMapRule {
  const criteria = rule.list('matchCriteria').map((one) => {
    const condition = one.text('matchCondition')?.toLowerCase()
    const prefixes = one.texts('routePrefix')
    const isOfPrefixes = prefixes.length > 0 && (condition === 'contains' || condition === 'equals')
    const others = [...one.texts('community'), ...one.texts('asPath'), ...(isOfPrefixes ? [] : prefixes)]
    return { conditions: isOfPrefixes ? [{ exact: condition === 'equals', prefixes }] : [], others }
  })
  const dropping = rule.list('actions').filter((one) => one.text('type')?.toLowerCase() === 'drop')
  // An action may list the prefixes that it drops, in addition to the conditions of the rule.
  const isLimited = dropping.some((one) => one.list('parameters').some((of) => of.texts('routePrefix').length > 0))
  return {
    drops: dropping.length > 0,
    ends: rule.text('nextStepIfMatched')?.toLowerCase() !== 'continue',
    conditions: criteria.flatMap(({ conditions }) => conditions),
    isPartial: isLimited || criteria.some(({ others }) => others.length > 0),
  }
}

/**
 * Decodes a VPN site. A link without BGP has no `bgpProperties`, or the ASN 0. If no link has BGP, the BGP settings of
 * the site itself are used. Source: Azure Network REST, VpnSite and VpnSiteLink, `bgpProperties`.
 */
export function decodeVpnSite(config: unknown): VpnSiteConfig {
  const site = createArmObject(config)
  const device = (link: string | null, bgp: ArmObjectReader) => {
    const asn = bgp.positive('asn')
    const bgpAddress = canonicalizeAddress(bgp.text('bgpPeeringAddress') ?? '') ?? null
    return asn ? [{ link, asn, bgpAddress }] : []
  }
  const links = site.list('vpnSiteLinks').flatMap((link) => device(link.text('name'), link.object('bgpProperties')))
  return { resource: 'vpnSite', devices: links.length > 0 ? links : device(null, site.object('bgpProperties')) }
}

/** Reports whether a hub has a user VPN gateway. Source: Azure Network REST, VirtualHub, `p2SVpnGateway`. */
export const hasUserVpnGateway = (config: unknown): boolean =>
  createArmObject(config).object('p2SVpnGateway').text('id') !== null

/** Decodes a user VPN gateway of a hub. Source: Azure Network REST, P2SVpnGateway and P2SConnectionConfiguration. */
export function decodeUserVpnGateway(config: unknown): UserVpnGatewayConfig {
  const gateway = createArmObject(config)
  const hub = gateway.object('virtualHub').text('id')
  return {
    resource: 'userVpnGateway',
    hubKey: hub === null ? null : normalizeArmId(hub),
    scaleUnits: gateway.positive('vpnGatewayScaleUnit'),
    addressPools: gateway
      .list('p2SConnectionConfigurations')
      .flatMap((one) => one.object('vpnClientAddressPool').texts('addressPrefixes')),
    provisioningState: gateway.text('provisioningState'),
  }
}

/**
 * Reports whether a hub has BGP peers, according to the hub's own configuration. Source: Azure Network REST,
 * VirtualHub.
 */
export const hasBgpConnections = (config: unknown): boolean => createArmObject(config).list('bgpConnections').length > 0
