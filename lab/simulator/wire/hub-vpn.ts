/** VPN gateways of hubs with their connections and links, and VPN sites, in ARM's format. */
import { timeSpan } from '../duration.ts'
import { hash32 } from '../hash.ts'
import { isHubConnectionUp } from '../hub-routes.ts'
import { hubKey } from '../keys.ts'
import type { VirtualHubSpec } from '../schema.ts'
import { expandPrefixSets } from '../topology.ts'
import { type ArmOperationContext, createResourceEtag, hubOfGateway, resourceId } from './context.ts'
import { bgpPeerStatus } from './gateway-tables.ts'
import { listGatewaysHostedInHub, hostedSites, hostedVpnBody } from './hosted-gateways.ts'
import { listHubsInRequestScope } from './hub.ts'
import {
  createHubChildResourceFields,
  hubId,
  createHubChildResourceReference,
  createConnectionRoutingConfig,
} from './hub-parts.ts'

type Vpn = NonNullable<VirtualHubSpec['vpn']>

/** Answers VpnGateways_List, including connections and their links. */
export const listHubVpnGateways = (c: ArmOperationContext) =>
  listHubsInRequestScope(c).flatMap((hub): object[] =>
    hub.vpn
      ? [gatewayBody(c, hub, hub.vpn)]
      : listGatewaysHostedInHub(c, hub, 'Vpn').map((hosted) => hostedVpnBody(c, hub, hosted)),
  )

export function getHubVpnGateway(c: ArmOperationContext) {
  for (const hub of c.world.scenario.hubs) {
    const hosted = listGatewaysHostedInHub(c, hub, 'Vpn').find(({ gateway }) => isNamed(c, gateway))
    if (hosted) return hostedVpnBody(c, hub, hosted)
  }
  const { spec } = hubOfGateway(c, 'vpn')
  return spec.vpn && gatewayBody(c, spec, spec.vpn)
}

const isNamed = (c: ArmOperationContext, { name }: { name: string }): boolean =>
  name.toLowerCase() === c.params.name?.toLowerCase()

/** Reports whether the path names a gateway of the scenario that is in a hub, and not one of the hub's own. */
export const isHosted = (c: ArmOperationContext): boolean =>
  c.world.scenario.gateways.some((gateway) => gateway.hub !== undefined && isNamed(c, gateway))

/**
 * Answers the action `vpnGateways/getBgpPeerStatus` in the form of the gateways of virtual networks. Each instance has a
 * session with each branch.
 */
export function hubVpnPeers(c: ArmOperationContext) {
  if (isHosted(c)) return bgpPeerStatus(c, 'Vpn')
  const { spec: hub, domain } = hubOfGateway(c, 'vpn')
  const { vpn } = hub
  const state = c.world.state(domain, c.at)
  return {
    value: [0, 1].flatMap((n) =>
      (vpn?.connections ?? []).map(({ name, asn, publicAddress, prefixes }) => {
        const key = hubKey(hub.name, name)
        const { up, since } = c.world.sessions.at(key, c.at)
        const { sent, received } = c.world.sessions.messages(key, c.at)
        return {
          localAddress: vpn && addressesOf(hub, vpn, n).bgp,
          neighbor: publicAddress,
          asn,
          state: isHubConnectionUp(state, hub, name) ? 'Connected' : 'Connecting',
          connectedDuration: up ? timeSpan(c.at - since, hash32(key) % 10_000) : null,
          routesReceived: up ? expandPrefixSets(prefixes).length : 0,
          messagesSent: sent,
          messagesReceived: received,
        }
      }),
    ),
  }
}

function gatewayBody(c: ArmOperationContext, hub: VirtualHubSpec, vpn: Vpn) {
  const own = createHubChildResourceFields(c, hub, 'vpnGateways', vpn.name, hub.tags)
  const instances = [0, 1].map((n) => ({ id: `Instance${n}`, ...addressesOf(hub, vpn, n) }))
  return {
    ...own,
    properties: {
      provisioningState: 'Succeeded',
      virtualHub: { id: hubId(c, hub) },
      vpnGatewayScaleUnit: vpn.scaleUnits,
      packetCaptureDiagnosticState: 'None',
      isRoutingPreferenceInternet: false,
      enableBgpRouteTranslationForNat: false,
      natRules: [],
      ipConfigurations: instances.map(({ id, publicIpAddress, privateIpAddress }) => ({
        id,
        publicIpAddress,
        privateIpAddress,
      })),
      bgpSettings: {
        asn: hub.asn,
        peerWeight: 0,
        bgpPeeringAddresses: instances.map(({ id, bgp, publicIpAddress, privateIpAddress }) => ({
          ipconfigurationId: id,
          defaultBgpIpAddresses: [bgp],
          customBgpIpAddresses: [],
          tunnelIpAddresses: [publicIpAddress, privateIpAddress],
        })),
      },
      connections: vpn.connections.map((connection) => connectionBody(c, hub, own.id, connection)),
    },
  }
}

/** Returns the addresses of an instance: a public one, and two private ones from the hub's own address space. */
function addressesOf({ addressPrefix }: VirtualHubSpec, { name }: Vpn, instance: number) {
  const [a, b, third = '0'] = addressPrefix.split('.')
  return {
    publicIpAddress: `203.0.113.${1 + ((hash32(name) + instance) % 250)}`,
    privateIpAddress: [a, b, third, 4 + instance].join('.'),
    bgp: [a, b, third, 12 + instance].join('.'),
  }
}

function connectionBody(
  c: ArmOperationContext,
  hub: VirtualHubSpec,
  gatewayId: string,
  { name, site, mbps }: Vpn['connections'][number],
) {
  const id = `${gatewayId}/vpnConnections/${name}`
  const { up, since } = c.world.sessions.at(hubKey(hub.name, name), c.at)
  // bytes are counted from the time at which the tunnel came up
  const bytes = up ? Math.floor(mbps * 125 * (c.at - since)) : 0
  const counted = { ingressBytesTransferred: bytes, egressBytesTransferred: bytes }
  return {
    name,
    id,
    etag: createResourceEtag(c.world, name),
    type: 'Microsoft.Network/vpnGateways/vpnConnections',
    properties: {
      provisioningState: 'Succeeded',
      remoteVpnSite: { id: resourceId(c.world, hub.group, 'vpnSites', site) },
      enableInternetSecurity: true,
      routingConfiguration: createConnectionRoutingConfig(c, hub, name),
      ...counted,
      vpnLinkConnections: [
        {
          name: linkOf(site),
          id: `${id}/vpnLinkConnections/${linkOf(site)}`,
          etag: createResourceEtag(c.world, name),
          type: 'Microsoft.Network/vpnGateways/vpnConnections/vpnLinkConnections',
          properties: {
            provisioningState: 'Succeeded',
            vpnSiteLink: { id: siteLinkId(c, hub, site) },
            connectionBandwidth: 10,
            ipsecPolicies: [],
            vpnConnectionProtocolType: 'IKEv2',
            ...counted,
            packetCaptureDiagnosticState: 'None',
            connectionStatus: up ? 'Connected' : 'NotConnected',
            enableBgp: true,
            enableRateLimiting: false,
            useLocalAzureIpAddress: false,
            usePolicyBasedTrafficSelectors: false,
            routingWeight: 0,
            dpdTimeoutSeconds: 0,
            vpnLinkConnectionMode: 'Default',
            vpnGatewayCustomBgpAddresses: [],
          },
        },
      ],
    },
  }
}

const linkOf = (site: string): string => `${site}-link`

const siteLinkId = (c: ArmOperationContext, hub: VirtualHubSpec, site: string): string =>
  `${resourceId(c.world, hub.group, 'vpnSites', site)}/vpnSiteLinks/${linkOf(site)}`

/** Answers VpnSites_List: each site that a hub's connection names. */
export function listVpnSites(c: ArmOperationContext) {
  return listHubsInRequestScope(c).flatMap((hub): object[] => [
    ...hostedSites(c, hub),
    ...(hub.vpn?.connections ?? []).map(({ site, asn, publicAddress }) => ({
      ...createHubChildResourceFields(c, hub, 'vpnSites', site),
      properties: {
        provisioningState: 'Succeeded',
        virtualWan: createHubChildResourceReference(c, hub, 'virtualWans', hub.wan),
        deviceProperties: { linkSpeedInMbps: 0 },
        addressSpace: { addressPrefixes: [] },
        isSecuritySite: false,
        vpnSiteLinks: [
          {
            name: linkOf(site),
            id: siteLinkId(c, hub, site),
            etag: createResourceEtag(c.world, site),
            properties: {
              provisioningState: 'Succeeded',
              ipAddress: publicAddress,
              bgpProperties: { asn, bgpPeeringAddress: publicAddress },
              linkProperties: { linkProviderName: '', linkSpeedInMbps: 0 },
            },
          },
        ],
      },
    })),
  ])
}
