import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { type ArmId, armTypes, parseArmId, quoteShellWord } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { isSubscriptionOrGroup } from '../arm-requests.ts'
import { type KindDefinition, getWholeResourcePaths } from '../kind.ts'
import { findInventoryOutcome, readInventory } from './read.ts'

/** The poll kind that lists all resources of a subscription about which Peerwatch needs to know. */
export const inventoryPollKind: KindDefinition<'inventory'> = {
  types: [armTypes.subscription],
  actions: [
    'Microsoft.Resources/subscriptions/resourceGroups/read',
    'Microsoft.Network/virtualNetworkGateways/read',
    'Microsoft.Network/connections/read',
    'Microsoft.Network/expressRouteCircuits/read',
    'Microsoft.Network/expressRouteGateways/read',
    'Microsoft.Network/expressRouteLags/read',
    'Microsoft.Network/expressRoutePorts/read',
    'Microsoft.Network/expressRouteServiceProviders/read',
    'Microsoft.Network/localNetworkGateways/read',
    'Microsoft.Network/networkInterfaces/read',
    'Microsoft.Network/publicIPAddresses/read',
    'Microsoft.Network/routeFilters/read',
    'Microsoft.Network/routeTables/read',
    'Microsoft.Network/virtualHubs/read',
    'Microsoft.Network/virtualHubs/bgpConnections/read',
    'Microsoft.Network/virtualHubs/hubRouteTables/read',
    'Microsoft.Network/virtualHubs/hubVirtualNetworkConnections/read',
    'Microsoft.Network/virtualHubs/routeMaps/read',
    'Microsoft.Network/virtualHubs/routingIntent/read',
    'Microsoft.Network/virtualNetworks/read',
    'Microsoft.Network/virtualNetworks/listNetworkManagerEffectiveConnectivityConfigurations/action',
    'Microsoft.Network/virtualWans/read',
    'Microsoft.Network/vpnGateways/read',
    'Microsoft.Network/vpnSites/read',
    'Microsoft.Network/networkWatchers/read',
    'Microsoft.Network/networkWatchers/connectionMonitors/read',
    'Microsoft.ResourceHealth/events/read',
    // this is the name of the request events/{id}/impactedResources in Azure's list of operations
    'Microsoft.ResourceHealth/impactedResources/read',
    'Microsoft.Maintenance/maintenanceConfigurations/read',
    'Microsoft.Maintenance/configurationAssignments/read',
  ],
  command: ({ id, resourceId }) => showCommand(id, resourceId),
  requests: 20,
  interval: 'inventoryMs',
  subresources: getWholeResourcePaths,
  deadlineMs: 300_000,
  nothing: () => ({ resources: [], listedTypes: [], failedTypes: [] }),
  slicesMs: HOUR,
  read: async (read) => {
    const reached = await readInventory(read)
    return 'slice' in reached ? reached : { ...findInventoryOutcome(reached), rows: reached }
  },
}

/** Azure CLI commands for printing a resource, by resource type, without the name of the resource. */
const showCommands: Record<string, string> = createSafeLookupTable({
  [armTypes.circuit]: 'az network express-route show --name',
  [armTypes.port]: 'az network express-route port show --name',
  [armTypes.expressRouteGateway]: 'az network express-route gateway show --name',
  [armTypes.virtualNetworkGateway]: 'az network vnet-gateway show --name',
  [armTypes.connection]: 'az network vpn-connection show --name',
  [armTypes.localNetworkGateway]: 'az network local-gateway show --name',
  [armTypes.vpnGateway]: 'az network vpn-gateway show --name',
  [armTypes.virtualHub]: 'az network vhub show --name',
  [armTypes.virtualNetwork]: 'az network vnet show --name',
  [armTypes.networkInterface]: 'az network nic show --name',
  [armTypes.routeTable]: 'az network route-table show --name',
  [armTypes.publicAddress]: 'az network public-ip show --name',
  [armTypes.routeFilter]: 'az network route-filter show --name',
})

/** Azure CLI commands for printing a connection of a hub's gateway, by resource type. */
const hubConnections: Record<string, string> = createSafeLookupTable({
  [`${armTypes.expressRouteGateway}/expressrouteconnections`]: 'az network express-route gateway connection show',
  [`${armTypes.vpnGateway}/vpnconnections`]: 'az network vpn-gateway connection show',
})

function showCommand({ type, name }: ArmId, resourceId: string): string {
  if (isSubscriptionOrGroup(type)) return 'az resource list'
  const within = parseArmId(resourceId)
  const ofHub = within && hubConnections[within.type]
  if (ofHub) return `${ofHub} --gateway-name ${quoteShellWord(name)} --name ${quoteShellWord(within.name)}`
  const show = showCommands[type]
  return show ? `${show} ${quoteShellWord(name)}` : `az resource show --ids ${quoteShellWord(resourceId)}`
}
