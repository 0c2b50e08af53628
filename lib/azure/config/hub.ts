import { canonicalAddress } from '#lib/bgp/index.ts'
import {
  armKey,
  type HubBgpConnectionConfig,
  type HubConfig,
  type HubConnectionConfig,
  type HubLinkConfig,
  hubLinkName,
  type HubNetworkConnectionConfig,
  type HubRouteTableConfig,
  owningResource,
  parseArmId,
  type VpnSiteConfig,
} from '#lib/contract/index.ts'
import { type ArmObject, armObject } from './arm-object.ts'

/** @param hub of a Virtual WAN. Source: Azure Network REST, VirtualHub. */
export function hubFacts(hub: ArmObject): HubConfig {
  return {
    wan: parseArmId(hub.object('virtualWan').text('id') ?? '')?.name ?? null,
    asn: hub.positive('virtualRouterAsn'),
    routerAddresses: hub.texts('virtualRouterIps').flatMap((address) => canonicalAddress(address) ?? []),
    provisioningState: hub.text('provisioningState'),
    routingState: hub.text('routingState'),
    allowsBranchToBranch: hub.flag('allowBranchToBranchTraffic'),
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
    staticRoutes: table.list('routes').length,
    associated: table.texts('associatedConnections').length,
    propagating: table.texts('propagatingConnections').length,
    provisioningState: table.text('provisioningState'),
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
