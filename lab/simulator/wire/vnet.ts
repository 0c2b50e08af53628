/** Virtual networks and their peerings, each side as configured. */
import type { VnetSpec } from '../schema.ts'
import { listPrefixesOfVnetPeering } from '../topology.ts'
import {
  type ArmOperationContext,
  createResourceEtag,
  listPlacedResources,
  createRequestScopeFilter,
  resourceId,
  getVnetOfRequestPath,
} from './context.ts'

const TYPE = 'virtualNetworks'

function peeringBodies(c: ArmOperationContext, vnet: VnetSpec) {
  const { world } = c
  const domain = world.topology.domains[0]
  return vnet.peerings.flatMap((spec) => {
    const p = domain ? world.state(domain, c.at).configured(`vnet-peering/${vnet.name}/${spec.name}`, spec) : spec
    const remote = world.topology.vnets.get(spec.remote)
    if (!p || !remote) return []
    const space = { addressPrefixes: listPrefixesOfVnetPeering(p, remote) }
    return {
      name: p.name,
      id: `${resourceId(world, vnet.group, TYPE, vnet.name)}/virtualNetworkPeerings/${p.name}`,
      etag: createResourceEtag(world, vnet.name),
      type: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings',
      properties: {
        provisioningState: 'Succeeded',
        peeringState: p.state,
        peeringSyncLevel: p.sync,
        remoteVirtualNetwork: { id: resourceId(world, remote.group, TYPE, remote.name) },
        allowVirtualNetworkAccess: true,
        allowForwardedTraffic: p.forwarded,
        allowGatewayTransit: p.gatewayTransit,
        useRemoteGateways: p.useRemoteGateways,
        remoteAddressSpace: space,
        remoteVirtualNetworkAddressSpace: space,
        remoteBgpCommunities: null,
        ...(p.subnets && {
          peerCompleteVnets: false,
          enableOnlyIPv6Peering: false,
          localSubnetNames: p.subnets.local,
          remoteSubnetNames: p.subnets.remote,
        }),
      },
    }
  })
}

/** Returns Azure's own side of connections to a Virtual WAN hub, whose network is in a subscription of Microsoft. */
function hubPeeringBodies({ world }: ArmOperationContext, vnet: VnetSpec) {
  return world.scenario.hubs
    .filter(({ vnets }) => vnets.some((one) => one.vnet === vnet.name))
    .map((hub) => {
      const place = `/subscriptions/${world.topology.guid('hubs')}/resourceGroups/RG_${hub.name}_${world.topology.guid(`group/${hub.name}`)}`
      const remote = `${place}/providers/Microsoft.Network/${TYPE}/HV_${hub.name}_${world.topology.guid(`network/${hub.name}`)}`
      const name = `RemoteVnetToHubPeering_${world.topology.guid(`peering/${hub.name}/${vnet.name}`)}`
      const space = { addressPrefixes: [hub.addressPrefix] }
      return {
        name,
        id: `${resourceId(world, vnet.group, TYPE, vnet.name)}/virtualNetworkPeerings/${name}`,
        etag: createResourceEtag(world, vnet.name),
        type: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings',
        properties: {
          provisioningState: 'Succeeded',
          peeringState: 'Connected',
          peeringSyncLevel: 'FullyInSync',
          remoteVirtualNetwork: { id: remote },
          allowVirtualNetworkAccess: true,
          allowForwardedTraffic: false,
          allowGatewayTransit: false,
          useRemoteGateways: true,
          remoteAddressSpace: space,
          remoteVirtualNetworkAddressSpace: space,
          remoteBgpCommunities: null,
        },
      }
    })
}

function vnetBody(c: ArmOperationContext, vnet: VnetSpec) {
  const { world } = c
  const id = resourceId(world, vnet.group, TYPE, vnet.name)
  return {
    name: vnet.name,
    id,
    etag: createResourceEtag(world, vnet.name),
    type: 'Microsoft.Network/virtualNetworks',
    location: vnet.location ?? world.topology.groups.get(vnet.group)?.location ?? '',
    tags: vnet.tags,
    properties: {
      provisioningState: 'Succeeded',
      resourceGuid: world.topology.guid(`resource/${vnet.name}`),
      addressSpace: { addressPrefixes: vnet.addressSpace },
      ...(vnet.advertised.length > 0 && { summarizedGatewayPrefixes: { addressPrefixes: vnet.advertised } }),
      ...(vnet.encryption && { encryption: { enabled: true, enforcement: vnet.encryption } }),
      subnets: vnet.subnets.map((s) => ({
        name: s.name,
        id: `${id}/subnets/${s.name}`,
        etag: createResourceEtag(world, vnet.name),
        properties: {
          provisioningState: 'Succeeded',
          addressPrefix: s.prefix,
          privateEndpointNetworkPolicies: s.privateEndpointPolicies,
          ...(s.privateEndpoints.length > 0 && {
            privateEndpoints: s.privateEndpoints.map((name) => ({
              id: resourceId(world, vnet.group, 'privateEndpoints', name),
            })),
          }),
          ...(s.routeTable && { routeTable: { id: resourceId(world, vnet.group, 'routeTables', s.routeTable.name) } }),
        },
        type: 'Microsoft.Network/virtualNetworks/subnets',
      })),
      virtualNetworkPeerings: [...peeringBodies(c, vnet), ...hubPeeringBodies(c, vnet)],
      enableDdosProtection: false,
    },
  }
}

export const listVnets = (c: ArmOperationContext) =>
  listPlacedResources(c, 'vnet', c.world.scenario.vnets, () => c.world.topology.domains[0]).map((v) => vnetBody(c, v))

/** Answers ListNetworkManagerEffectiveConnectivityConfigurations. Its flags are strings. */
export function effectiveConnectivity(c: ArmOperationContext) {
  const { meshes } = getVnetOfRequestPath(c)
  const [group = ''] = c.world.topology.groups.keys()
  const manager = resourceId(c.world, group, 'networkManagers', 'nm-estate')
  return {
    value: meshes.map(({ name, isGlobal }) => {
      const networkGroupId = `${manager}/networkGroups/ng-${name}`
      const global = isGlobal ? 'True' : 'False'
      return {
        id: `${manager}/connectivityConfigurations/${name}`,
        connectivityTopology: 'Mesh',
        hubs: [],
        isGlobal: global,
        appliesToGroups: [{ networkGroupId, useHubGateway: 'False', groupConnectivity: 'None', isGlobal: global }],
        configurationGroups: [{ id: networkGroupId, provisioningState: 'Succeeded' }],
        deleteExistingPeering: 'False',
        provisioningState: 'Succeeded',
      }
    }),
    skipToken: null,
  }
}

/** Returns the route tables with user-defined routes of a group's VNets. */
export function listRouteTables(c: ArmOperationContext) {
  const { world } = c
  const here = createRequestScopeFilter(c)
  return world.scenario.vnets.filter(here).flatMap((vnet) =>
    vnet.subnets.flatMap(({ name: subnet, routeTable }) => {
      if (!routeTable) return []
      const id = resourceId(world, vnet.group, 'routeTables', routeTable.name)
      return [
        {
          name: routeTable.name,
          id,
          etag: createResourceEtag(world, routeTable.name),
          type: 'Microsoft.Network/routeTables',
          location: vnet.location ?? world.topology.groups.get(vnet.group)?.location ?? '',
          properties: {
            provisioningState: 'Succeeded',
            disableBgpRoutePropagation: !routeTable.propagatesBgp,
            routes: routeTable.routes.map((route) => ({
              name: route.name,
              id: `${id}/routes/${route.name}`,
              properties: {
                provisioningState: 'Succeeded',
                addressPrefix: route.prefix,
                nextHopType: route.type,
                ...(route.nextHop && { nextHopIpAddress: route.nextHop }),
                ...(route.nextHops && { nextHop: { nextHopIpAddresses: route.nextHops } }),
              },
            })),
            subnets: [{ id: `${resourceId(world, vnet.group, TYPE, vnet.name)}/subnets/${subnet}` }],
          },
        },
      ]
    }),
  )
}

export const getVnet = (c: ArmOperationContext) => vnetBody(c, getVnetOfRequestPath(c))

export function listVnetPeerings(c: ArmOperationContext) {
  const vnet = getVnetOfRequestPath(c)
  return [...peeringBodies(c, vnet), ...hubPeeringBodies(c, vnet)]
}
