import { canonicalAddress } from '#lib/bgp/index.ts'
import { wordTable } from '#lib/bgp/word-table.ts'
import {
  armKey,
  type HubBgpConnectionConfig,
  type HubConfig,
  type HubConnectionConfig,
  type HubLinkConfig,
  hubLinkName,
  type HubNetworkConnectionConfig,
  type HubRouteMapConfig,
  type HubRouteTableConfig,
  type HubRoutingIntentConfig,
  owningResource,
  parseArmId,
  type VirtualWanConfig,
  type VpnSiteConfig,
} from '#lib/contract/index.ts'
import { type ArmObject, armObject } from './arm-object.ts'

/** @param hub of a Virtual WAN. Source: Azure Network REST, VirtualHub. */
export function hubFacts(hub: ArmObject): HubConfig {
  const wan = hub.object('virtualWan').text('id')
  const firewall = hub.object('azureFirewall').text('id')
  return {
    wan: parseArmId(wan ?? '')?.name ?? null,
    wanKey: wan && armKey(wan),
    firewallKey: firewall && armKey(firewall),
    routeMaps: hub.list('routeMaps').flatMap((map) => parseArmId(map.text('id') ?? '')?.name ?? []),
    routerUnits: hub.object('virtualRouterAutoScaleConfiguration').positive('minCapacity'),
    asn: hub.positive('virtualRouterAsn'),
    routerAddresses: hub.texts('virtualRouterIps').flatMap((address) => canonicalAddress(address) ?? []),
    provisioningState: hub.text('provisioningState'),
    routingState: hub.text('routingState'),
  }
}

/**
 * The connections inside a gateway of a hub.
 * Source: Azure Network REST, ExpressRouteGateway (`expressRouteConnections`) and VpnGateway (`connections`).
 */
export function hubConnectionsOf(gateway: ArmObject): HubConnectionConfig[] {
  return [...gateway.list('expressRouteConnections'), ...gateway.list('connections')].map((connection) => {
    const peering = connection.object('expressRouteCircuitPeering').text('id')
    const site = connection.object('remoteVpnSite').text('id')
    return {
      name: connection.text('name') ?? '',
      circuitKey: peering === null ? null : armKey(owningResource(peering)),
      site: parseArmId(site ?? '')?.name ?? null,
      siteKey: site === null ? null : armKey(site),
      routingWeight: connection.number('routingWeight'),
      fastPath: connection.flag('expressRouteGatewayBypass'),
      provisioningState: connection.text('provisioningState'),
      links: site === null ? [] : linksOf(connection),
    }
  })
}

/** Source: Azure Network REST, VpnSiteLinkConnection. One made before links existed has none, and states its status itself. */
function linksOf(connection: ArmObject): HubLinkConfig[] {
  const links = connection.list('vpnLinkConnections')
  const own = connection.text('name') ?? ''
  if (links.length === 0) return [{ name: hubLinkName(own, null), siteLink: null, bgp: connection.flag('enableBgp') }]
  return links.map((link) => ({
    name: hubLinkName(own, link.text('name')),
    siteLink: parseArmId(link.object('vpnSiteLink').text('id') ?? '')?.name ?? null,
    bgp: link.flag('enableBgp'),
  }))
}

/** Source: Azure Network REST, BgpConnection; its `connectionState` is no configuration. */
export function decodeHubBgpConnection(config: unknown): HubBgpConnectionConfig {
  const connection = armObject(config)
  const network = connection.object('hubVirtualNetworkConnection').text('id')
  return {
    resource: 'hubBgpConnection',
    peerAddress: canonicalAddress(connection.text('peerIp') ?? '') ?? null,
    peerAsn: connection.positive('peerAsn'),
    provisioningState: connection.text('provisioningState'),
    networkConnection: parseArmId(network ?? '')?.name ?? null,
  }
}

/** Source: Azure Network REST, HubVirtualNetworkConnection. */
export function decodeHubNetworkConnection(config: unknown): HubNetworkConnectionConfig {
  const connection = armObject(config)
  const network = connection.object('remoteVirtualNetwork').text('id')
  return {
    resource: 'hubNetworkConnection',
    networkKey: network === null ? null : armKey(network),
    provisioningState: connection.text('provisioningState'),
    internetSecurity: connection.flag('enableInternetSecurity'),
  }
}

/** Source: Azure Network REST, HubRouteTable. */
export function decodeHubRouteTable(config: unknown): HubRouteTableConfig {
  const table = armObject(config)
  return {
    resource: 'hubRouteTable',
    labels: table.texts('labels'),
    staticRoutes: table.list('routes').map((route) => ({
      name: route.text('name') ?? '',
      prefixes: route.text('destinationType')?.toUpperCase() === 'CIDR' ? route.texts('destinations') : [],
      nextHop: route.text('nextHop'),
    })),
    associated: table.texts('associatedConnections').length,
    propagating: table.texts('propagatingConnections').length,
    provisioningState: table.text('provisioningState'),
  }
}

/** Source: Azure Network REST, VirtualWAN, `allowBranchToBranchTraffic`. */
export const decodeVirtualWan = (config: unknown): VirtualWanConfig => ({
  resource: 'virtualWan',
  allowsBranchToBranch: armObject(config).flag('allowBranchToBranchTraffic'),
})

/** Source: Azure Network REST, RoutingIntent: a policy's `destinations` are `Internet` or `PrivateTraffic`. */
export function decodeHubRoutingIntent(config: unknown): HubRoutingIntentConfig {
  const intent = armObject(config)
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

const DESTINATIONS: Readonly<Record<string, 'internet' | 'private'>> = wordTable({
  internet: 'internet',
  privatetraffic: 'private',
})

/** Source: Azure Network REST, RouteMap, RouteMapRule and Action. */
export function decodeHubRouteMap(config: unknown): HubRouteMapConfig {
  const map = armObject(config)
  const rules = map.list('rules')
  const names = (member: string) => map.texts(member).flatMap((id) => parseArmId(id)?.name ?? [])
  return {
    resource: 'hubRouteMap',
    rules: rules.length,
    drops: rules.filter((rule) => rule.list('actions').some((one) => one.text('type')?.toLowerCase() === 'drop'))
      .length,
    inbound: names('associatedInboundConnections'),
    outbound: names('associatedOutboundConnections'),
    provisioningState: map.text('provisioningState'),
  }
}

/** Source: Azure Network REST, VpnSite and VpnSiteLink, `bgpProperties`; a link without BGP has none, or ASN 0. */
export function decodeVpnSite(config: unknown): VpnSiteConfig {
  const site = armObject(config)
  const device = (link: string | null, bgp: ArmObject) => {
    const asn = bgp.positive('asn')
    const bgpAddress = canonicalAddress(bgp.text('bgpPeeringAddress') ?? '') ?? null
    return asn ? [{ link, asn, bgpAddress }] : []
  }
  const links = site.list('vpnSiteLinks').flatMap((link) => device(link.text('name'), link.object('bgpProperties')))
  return { resource: 'vpnSite', devices: links.length > 0 ? links : device(null, site.object('bgpProperties')) }
}

/** Whether a hub has BGP peers: its own row names them. Source: Azure Network REST, VirtualHub. */
export const hasBgpConnections = (config: unknown): boolean => armObject(config).list('bgpConnections').length > 0
