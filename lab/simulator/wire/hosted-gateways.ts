/**
 * Gateways of the scenario that are in the hub of a Virtual WAN (`hub` of a gateway), in ARM's format. They have
 * the same sessions, routes and metrics as other gateways. Only the resources and operations that report them differ.
 */
import { connectionCounter, type TrafficDirectionName } from '../keys.ts'
import type { GatewayConnectionSpec, GatewaySpec, VirtualHubSpec } from '../schema.ts'
import type { DomainState } from '../state.ts'
import type { RoutingDomain } from '../topology.ts'
import { type ArmOperationContext, createResourceEtag, gatewayId, HUB_GATEWAY_TYPES, resourceId } from './context.ts'
import { isTunnelUp, getPublicIpOfGatewayInstance } from './gateway.ts'
import { createHubChildResourceFields, hubId, createConnectionRoutingConfig } from './hub-parts.ts'

interface Hosted {
  gateway: GatewaySpec
  domain: RoutingDomain
  state: DomainState
  /** the gateway's connections that currently exist */
  connections: GatewayConnectionSpec[]
}

/** Returns the gateways of one kind in a hub that currently exist. */
export function listGatewaysHostedInHub(
  c: ArmOperationContext,
  hub: VirtualHubSpec,
  kind?: GatewaySpec['kind'],
): Hosted[] {
  const { topology, scenario } = c.world
  return scenario.gateways.flatMap((spec): Hosted[] => {
    const domain = topology.domainOfGateway.get(spec.name)
    if (spec.hub !== hub.name || (kind && spec.kind !== kind) || !domain) return []
    const state = c.world.state(domain, c.at)
    const gateway = state.configured(`gateway/${spec.name}`, spec)
    if (gateway === null) return []
    const connections = domain.connections
      .filter((one) => one.gateway === spec.name)
      .flatMap((one) => state.configured(`connection/${one.name}`, one) ?? [])
    return [{ gateway, domain, state, connections }]
  })
}

/** ARM's types of the connections of a gateway in a hub, by the kind of the gateway. */
const CHILDREN = { ExpressRoute: 'expressRouteConnections', Vpn: 'vpnConnections' } as const

/** Returns the ids of the connections of all gateways in a hub, with their names. */
export const hostedConnectionIds = (c: ArmOperationContext, hub: VirtualHubSpec): [id: string, name: string][] =>
  listGatewaysHostedInHub(c, hub).flatMap(({ gateway, connections }) =>
    connections.map(({ name }): [string, string] => [
      `${gatewayId(c.world, gateway)}/${CHILDREN[gateway.kind]}/${name}`,
      name,
    ]),
  )

export function hostedVpnBody(
  c: ArmOperationContext,
  hub: VirtualHubSpec,
  { gateway, connections, domain, state }: Hosted,
) {
  const own = createHubChildResourceFields(
    c,
    { ...hub, group: gateway.group },
    HUB_GATEWAY_TYPES.Vpn,
    gateway.name,
    gateway.tags,
  )
  return {
    ...own,
    properties: {
      provisioningState: gateway.provisioningState,
      virtualHub: { id: hubId(c, hub) },
      vpnGatewayScaleUnit: 1,
      isRoutingPreferenceInternet: false,
      natRules: [],
      bgpSettings: {
        asn: gateway.asn,
        peerWeight: 0,
        bgpPeeringAddresses: gateway.instances.map(({ address }, n) => ({
          ipconfigurationId: `Instance${n}`,
          defaultBgpIpAddresses: [address],
          customBgpIpAddresses: [],
          tunnelIpAddresses: [getPublicIpOfGatewayInstance(address), address],
        })),
      },
      connections: connections.map((connection) => vpnConnectionBody(c, hub, own.id, { connection, domain, state })),
    },
  }
}

function vpnConnectionBody(
  c: ArmOperationContext,
  hub: VirtualHubSpec,
  parent: string,
  { connection, domain, state }: { connection: GatewayConnectionSpec; domain: RoutingDomain; state: DomainState },
) {
  const { name, device } = connection
  const id = `${parent}/${CHILDREN.Vpn}/${name}`
  const site = siteId(c, connection)
  // a link is connected as long as one of the instances has a tunnel
  const isUp = domain.peers.some((peer) => peer.connection?.name === name && isTunnelUp(c, state, peer))
  const bytes = (direction: TrafficDirectionName) =>
    BigInt(Math.floor(c.world.counters(domain).passed(connectionCounter(name, direction), c.at)))
  const counted = { ingressBytesTransferred: bytes('in'), egressBytesTransferred: bytes('out') }
  return {
    name,
    id,
    etag: createResourceEtag(c.world, name),
    type: 'Microsoft.Network/vpnGateways/vpnConnections',
    properties: {
      provisioningState: connection.provisioningState,
      remoteVpnSite: { id: site },
      enableInternetSecurity: true,
      routingConfiguration: createConnectionRoutingConfig(c, hub, name),
      vpnLinkConnections: [
        {
          name: LINK,
          id: `${id}/vpnLinkConnections/${LINK}`,
          properties: {
            provisioningState: 'Succeeded',
            vpnSiteLink: { id: `${site}/vpnSiteLinks/${LINK}` },
            connectionStatus: isUp ? 'Connected' : 'NotConnected',
            enableBgp: device?.bgp ?? false,
            ...counted,
          },
        },
      ],
    },
  }
}

/** Name of the only link of each VPN site. */
const LINK = 'link'

const siteId = (c: ArmOperationContext, { group, name, device }: GatewayConnectionSpec) =>
  resourceId(c.world, group, 'vpnSites', device?.name ?? name)

/** Returns the VPN sites behind the gateways in a hub. */
export const hostedSites = (c: ArmOperationContext, hub: VirtualHubSpec) =>
  listGatewaysHostedInHub(c, hub, 'Vpn').flatMap(({ connections }) =>
    connections.flatMap(({ group, device }) =>
      device
        ? [
            {
              ...createHubChildResourceFields(c, { ...hub, group }, 'vpnSites', device.name),
              properties: {
                provisioningState: 'Succeeded',
                virtualWan: { id: resourceId(c.world, hub.group, 'virtualWans', hub.wan) },
                vpnSiteLinks: [
                  {
                    name: LINK,
                    properties: {
                      ipAddress: device.publicAddress,
                      ...(device.bgp && { bgpProperties: { asn: device.asn, bgpPeeringAddress: device.address } }),
                    },
                  },
                ],
              },
            },
          ]
        : [],
    ),
  )

export function hostedExpressRouteBody(c: ArmOperationContext, hub: VirtualHubSpec, { gateway, connections }: Hosted) {
  const own = createHubChildResourceFields(
    c,
    { ...hub, group: gateway.group },
    HUB_GATEWAY_TYPES.ExpressRoute,
    gateway.name,
    gateway.tags,
  )
  return {
    ...own,
    properties: {
      provisioningState: gateway.provisioningState,
      allowNonVirtualWanTraffic: false,
      autoScaleConfiguration: { bounds: { min: gateway.scaleUnits ?? 1, max: gateway.scaleUnitsMost } },
      virtualHub: { id: hubId(c, hub) },
      expressRouteConnections: connections.map(({ name, circuit, weight, fastPath, provisioningState }) => {
        const group = c.world.scenario.circuits.find((one) => one.name === circuit)?.group ?? ''
        const peering = `${resourceId(c.world, group, 'expressRouteCircuits', circuit ?? '')}/peerings/AzurePrivatePeering`
        return {
          name,
          id: `${own.id}/${CHILDREN.ExpressRoute}/${name}`,
          properties: {
            provisioningState,
            expressRouteCircuitPeering: { id: peering },
            routingWeight: weight,
            enableInternetSecurity: true,
            expressRouteGatewayBypass: fastPath,
            routingConfiguration: createConnectionRoutingConfig(c, hub, name),
          },
        }
      }),
    },
  }
}
