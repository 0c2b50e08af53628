import { armTypes } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { type KindDefinition, wholeResource } from '../kind.ts'
import { inventoryOutcome, readInventory } from './read.ts'

/** Every resource of a subscription that Peerwatch reads. */
export const inventory: KindDefinition<'inventory'> = {
  types: [armTypes.subscription],
  actions: [
    'Microsoft.Resources/subscriptions/resourceGroups/read',
    'Microsoft.Network/virtualNetworkGateways/read',
    'Microsoft.Network/connections/read',
    'Microsoft.Network/expressRouteCircuits/read',
    'Microsoft.Network/expressRouteGateways/read',
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
    // as the list of Azure's operations has it, for events/{id}/impactedResources
    'Microsoft.ResourceHealth/impactedResources/read',
    'Microsoft.Maintenance/maintenanceConfigurations/read',
    'Microsoft.Maintenance/configurationAssignments/read',
  ],
  interval: 'inventoryMs',
  subresources: wholeResource,
  deadlineMs: 300_000,
  nothing: () => ({ resources: [], listedTypes: [], failedTypes: [] }),
  slicesMs: HOUR,
  read: async (read) => {
    const reached = await readInventory(read)
    return 'slice' in reached ? reached : { ...inventoryOutcome(reached), rows: reached }
  },
}
