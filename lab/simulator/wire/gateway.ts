/** Virtual network gateways, their connections and local network gateways, in ARM's format. */
import { formatIsoTimestamp } from '../duration.ts'
import { hash32 } from '../hash.ts'
import { connectionCounter, type TrafficDirectionName, tunnelCounter, tunnelKey, vpnKey } from '../keys.ts'
import { peerUp } from '../rib.ts'
import type { GatewayConnectionSpec, GatewaySpec } from '../schema.ts'
import type { DomainState } from '../state.ts'
import type { PeerSession } from '../topology.ts'
import {
  type ArmOperationContext,
  getConnectionOfRequestPath,
  createResourceEtag,
  getGatewayOfRequestPath,
  listPlacedResources,
  createResourceNotFoundError,
  createRequestScopeFilter,
  resourceId,
} from './context.ts'

const GATEWAYS = 'virtualNetworkGateways'
const CONNECTIONS = 'connections'

const ADDRESSES = 'publicIPAddresses'
const publicName = (g: GatewaySpec, configuration: string): string => `${g.name}-pip-${configuration}`
export const getPublicIpOfGatewayInstance = (address: string): string => `203.0.113.${1 + (hash32(address) % 250)}`

/** Reports whether a gateway is in a virtual network. Gateways in hubs are listed with their hubs. */
const inNetwork = ({ hub }: GatewaySpec): boolean => hub === undefined

/** Returns the connections of gateways in virtual networks, because hubs list theirs inside the gateway. */
function networkConnections({ world: { scenario } }: ArmOperationContext): GatewayConnectionSpec[] {
  const hosted = new Set(scenario.gateways.flatMap((g) => (inNetwork(g) ? [] : g.name)))
  return scenario.connections.filter(({ gateway }) => !hosted.has(gateway))
}

/**
 * Returns the IP configurations of a gateway. An active-active VPN gateway has one for each instance; other gateways
 * have only one.
 */
const configurationsOf = (g: GatewaySpec): { name: string; address: string }[] =>
  (g.kind === 'Vpn' && g.activeActive ? g.instances : g.instances.slice(0, 1)).map(({ address }, n) => ({
    name: n === 0 ? 'default' : `activeActive${n}`,
    address,
  }))

/** Answers PublicIPAddresses_List with the addresses of a group's gateways. */
export function listPublicAddresses(c: ArmOperationContext) {
  const { world } = c
  const here = createRequestScopeFilter(c)
  return world.scenario.gateways
    .filter(inNetwork)
    .filter(here)
    .flatMap((g) =>
      configurationsOf(g).map(({ name, address }) => ({
        name: publicName(g, name),
        id: resourceId(world, g.group, ADDRESSES, publicName(g, name)),
        etag: createResourceEtag(world, g.name),
        type: `Microsoft.Network/${ADDRESSES}`,
        location: g.location ?? world.topology.groups.get(g.group)?.location ?? '',
        sku: { name: g.addressSku, tier: 'Regional' },
        ...(g.zones.length > 0 && { zones: g.zones }),
        properties: {
          provisioningState: 'Succeeded',
          ipAddress: getPublicIpOfGatewayInstance(address),
          publicIPAddressVersion: 'IPv4',
          publicIPAllocationMethod: 'Static',
          idleTimeoutInMinutes: 4,
        },
      })),
    )
}

function gatewayBody(c: ArmOperationContext, g: GatewaySpec) {
  const { world } = c
  const id = resourceId(world, g.group, GATEWAYS, g.name)
  const vnet = world.topology.vnets.get(g.vnet)
  // the settings do not contain instances that exist only because of high load
  const addresses = g.instances.slice(0, g.scaleUnits && Math.max(2, g.scaleUnits)).map((i) => i.address)
  const vpn = g.kind === 'Vpn'
  const configurations = configurationsOf(g).map(({ name, address }) => ({
    name,
    id: `${id}/ipConfigurations/${name}`,
    address,
  }))
  return {
    name: g.name,
    id,
    etag: createResourceEtag(world, g.name),
    type: 'Microsoft.Network/virtualNetworkGateways',
    location: g.location ?? world.topology.groups.get(g.group)?.location ?? '',
    tags: g.tags,
    ...(g.regional && { zones: 'Regional' }),
    properties: {
      provisioningState: g.provisioningState,
      resourceGuid: world.topology.guid(`resource/${g.name}`),
      gatewayType: g.kind,
      vpnType: g.vpnType,
      vpnGatewayGeneration: vpn ? 'Generation2' : 'None',
      enableBgp: g.enableBgp,
      activeActive: g.activeActive && vpn,
      enablePrivateIpAddress: false,
      adminState: g.adminState,
      allowRemoteVnetTraffic: true,
      allowVirtualWanTraffic: false,
      // ARM reports 2 for any number of units
      sku: { name: g.sku, tier: g.sku, capacity: 2 },
      ...(g.scaleUnits === undefined
        ? {}
        : { autoScaleConfiguration: { bounds: { min: g.scaleUnits, max: g.scaleUnitsMost ?? g.scaleUnits } } }),
      ipConfigurations: configurations.map(({ name, id: configuration }) => ({
        name,
        id: configuration,
        etag: createResourceEtag(world, g.name),
        properties: {
          provisioningState: 'Succeeded',
          privateIPAllocationMethod: 'Dynamic',
          publicIPAddress: { id: resourceId(world, g.group, ADDRESSES, publicName(g, name)) },
          subnet: vnet
            ? { id: `${resourceId(world, vnet.group, 'virtualNetworks', vnet.name)}/subnets/GatewaySubnet` }
            : null,
        },
      })),
      ...(g.userVpn && {
        vpnClientConfiguration: {
          vpnClientAddressPool: { addressPrefixes: [g.userVpn.pool] },
          vpnClientProtocols: ['OpenVPN'],
          vpnAuthenticationTypes: ['Certificate'],
          vpnClientRootCertificates: [],
          vpnClientRevokedCertificates: [],
        },
      }),
      bgpSettings: {
        asn: g.asn,
        bgpPeeringAddress: addresses.join(','),
        peerWeight: 0,
        bgpPeeringAddresses: configurations.map(({ id: ipconfigurationId, address }) => ({
          ipconfigurationId,
          defaultBgpIpAddresses: [address],
          customBgpIpAddresses: [],
          tunnelIpAddresses: vpn ? [getPublicIpOfGatewayInstance(address)] : [],
        })),
      },
    },
  }
}

export function listGateways(c: ArmOperationContext) {
  const { domainOfGateway } = c.world.topology
  return listPlacedResources(c, 'gateway', c.world.scenario.gateways.filter(inNetwork), (g) =>
    domainOfGateway.get(g.name),
  ).map((g) => gatewayBody(c, g))
}

export const getGateway = (c: ArmOperationContext) => gatewayBody(c, getGatewayOfRequestPath(c).spec)

function connectionHead(c: ArmOperationContext, x: GatewayConnectionSpec) {
  const { world } = c
  const gateway = world.scenario.gateways.find((g) => g.name === x.gateway)
  const circuit = world.scenario.circuits.find((k) => k.name === x.circuit)
  return {
    name: x.name,
    id: resourceId(world, x.group, CONNECTIONS, x.name),
    etag: createResourceEtag(world, x.name),
    type: 'Microsoft.Network/connections',
    location: x.location ?? world.topology.groups.get(x.group)?.location ?? '',
    tags: x.tags,
    properties: {
      provisioningState: x.provisioningState,
      resourceGuid: world.topology.guid(`resource/${x.name}`),
      // the reference has empty properties, as in ARM's examples, because some clients read them without a check
      virtualNetworkGateway1: gateway
        ? { id: resourceId(world, gateway.group, GATEWAYS, gateway.name), properties: {} }
        : null,
      connectionType: x.device ? 'IPsec' : 'ExpressRoute',
      routingWeight: x.weight,
      enableBgp: x.device?.bgp ?? false,
      connectionMode: 'Default',
      ...(x.device && {
        connectionProtocol: 'IKEv2',
        localNetworkGateway2: { id: resourceId(world, x.group, 'localNetworkGateways', x.device.name), properties: {} },
      }),
      ...(gateway &&
        (x.device?.gatewayBgp.length ?? 0) > 0 && {
          gatewayCustomBgpIpAddresses: x.device?.gatewayBgp.map((customBgpIpAddress, n) => ({
            ipConfigurationId: `${resourceId(world, gateway.group, GATEWAYS, gateway.name)}/ipConfigurations/${n === 0 ? 'default' : 'activeActive'}`,
            customBgpIpAddress,
          })),
        }),
      ...(circuit && { peer: { id: resourceId(world, circuit.group, 'expressRouteCircuits', circuit.name) } }),
      expressRouteGatewayBypass: x.fastPath,
      enablePrivateLinkFastPath: false,
      usePolicyBasedTrafficSelectors: false,
      ipsecPolicies: x.device?.ipsec ? [x.device.ipsec] : [],
      trafficSelectorPolicies: [],
      dpdTimeoutSeconds: x.device ? 45 : 0,
    },
  }
}

/** Answers the list of connections. As in ARM, its rows lack fields with a current state, such as status and bytes. */
export function listConnections(c: ArmOperationContext) {
  const { domainOfGateway } = c.world.topology
  return listPlacedResources(c, 'connection', networkConnections(c), (x) => domainOfGateway.get(x.gateway)).map((x) =>
    connectionHead(c, x),
  )
}

/** Answers VirtualNetworkGateways_ListConnections with connections of any resource group. */
export function connectionsOfGateway(c: ArmOperationContext) {
  const { spec, domain } = getGatewayOfRequestPath(c)
  const state = c.world.state(domain, c.at)
  return domain.connections
    .filter((x) => x.gateway === spec.name)
    .flatMap((x) => state.configured(`connection/${x.name}`, x) ?? [])
    .map((x) => connectionHead(c, x))
}

/** Answers VirtualNetworkGatewayConnections_Get, with status and bytes. */
export function getConnection(c: ArmOperationContext) {
  const x = getConnectionOfRequestPath(c)
  const head = connectionHead(c, x)
  const domain = c.world.topology.domainOfGateway.get(x.gateway)
  if (!domain) throw createResourceNotFoundError(CONNECTIONS, x.name, x.group)
  const state = c.world.state(domain, c.at)
  const counters = c.world.counters(domain)
  // Published outputs of ExpressRoute connections show ingressBytesTransferred and egressBytesTransferred at 0 [O];
  // BitsInPerSecond and BitsOutPerSecond of Microsoft.Network/connections have the traffic ("Azure ExpressRoute
  // monitoring data reference") [S].
  const counted = x.device !== undefined
  const passed = (counter: (direction: TrafficDirectionName) => string, direction: TrafficDirectionName): bigint =>
    BigInt(counted ? Math.floor(counters.passed(counter(direction), c.at)) : 0)
  const bytes = (counter: (direction: TrafficDirectionName) => string) => ({
    ingressBytesTransferred: passed(counter, 'in'),
    egressBytesTransferred: passed(counter, 'out'),
  })
  const peers = domain.peers.filter((p) => p.connection?.name === x.name)
  const { device } = x
  // one for each instance of the gateway; the service names a tunnel by its far end
  const tunnels = peers.map((p) => {
    return {
      tunnel: `${x.name}_${device?.publicAddress}`,
      connectionStatus: isTunnelUp(c, state, p) ? 'Connected' : 'NotConnected',
      ...bytes((direction) => tunnelCounter(x.name, p.instance, direction)),
      // seven digits, as .NET prints them
      lastConnectionEstablishedUtcTime: formatIsoTimestamp(lastUp(c, keyOfTunnel(state, p))).replace('Z', '0000Z'),
    }
  })
  const isUp = device
    ? tunnels.some(({ connectionStatus }) => connectionStatus === 'Connected')
    : peers.some((p) => peerUp(state, p))
  return {
    ...head,
    properties: {
      ...head.properties,
      connectionStatus: isUp ? 'Connected' : 'NotConnected',
      ...bytes((direction) => connectionCounter(x.name, direction)),
      authorizationKey: null,
      sharedKey: null,
      tunnelConnectionStatus: device ? tunnels : null,
    },
  }
}

/** Returns the key of a peer's tunnel. With real routers, the tunnel is up if the session over it is up. */
const keyOfTunnel = (state: DomainState, { key, connection, instance }: PeerSession): string =>
  state.observed ? key : tunnelKey(connection?.name ?? '', instance)

/** Reports whether the tunnel between an instance of a VPN gateway and a device is up. */
export const isTunnelUp = (c: ArmOperationContext, state: DomainState, peer: PeerSession): boolean =>
  c.world.sessions.at(keyOfTunnel(state, peer), c.at).up && !state.instanceAbsent(peer.gateway.name, peer.instance)

/** Returns when a session was last established; for a session that is down, the establishment before it fell. */
function lastUp({ world: { sessions }, at }: ArmOperationContext, key: string): number {
  const { up, since } = sessions.at(key, at)
  return up ? since : sessions.at(key, since - 1).since
}

export function listLocalGateways(c: ArmOperationContext) {
  const here = createRequestScopeFilter(c)
  return networkConnections(c)
    .filter(here)
    .flatMap(({ name: connection, group, device }) =>
      device
        ? [
            {
              name: device.name,
              id: resourceId(c.world, group, 'localNetworkGateways', device.name),
              etag: createResourceEtag(c.world, device.name),
              type: 'Microsoft.Network/localNetworkGateways',
              location: c.world.topology.groups.get(group)?.location ?? '',
              properties: {
                provisioningState: 'Succeeded',
                gatewayIpAddress: device.publicAddress,
                localNetworkAddressSpace: {
                  addressPrefixes: device.bgp ? [`${device.address}/32`] : staticPrefixes(c, connection),
                },
                bgpSettings: device.bgp ? { asn: device.asn, bgpPeeringAddress: device.address, peerWeight: 0 } : null,
              },
            },
          ]
        : [],
    )
}

/** Returns the prefixes that the gateway routes to a device without BGP: all prefixes that sites have behind it. */
const staticPrefixes = ({ world }: ArmOperationContext, connection: string): string[] =>
  (world.topology.received.get(vpnKey(connection)) ?? []).map(({ prefix }) => prefix.text)
