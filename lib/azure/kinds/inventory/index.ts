import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  type ArmId,
  armTypeCliCommands,
  armTypes,
  listedTypeRights,
  parseArmId,
  quoteShellWord,
} from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { isSubscriptionOrGroup } from '../arm-requests.ts'
import { type KindDefinition, getWholeResourcePaths } from '../kind.ts'
import { findInventoryOutcome, readInventory } from './read.ts'

/** The poll kind that lists all resources of a subscription about which Peerwatch needs to know. */
export const inventoryPollKind: KindDefinition<'inventory'> = {
  types: [armTypes.subscription],
  actions: [
    'Microsoft.Resources/subscriptions/resourceGroups/read',
    ...listedTypeRights,
    'Microsoft.Network/virtualNetworks/listNetworkManagerEffectiveConnectivityConfigurations/action',
    'Microsoft.Network/networkWatchers/read',
    // this is the name of the request events/{id}/impactedResources in Azure's list of operations
    'Microsoft.ResourceHealth/impactedResources/read',
    'Microsoft.Maintenance/configurationAssignments/read',
  ],
  command: ({ id, resourceId }) => showCommand(id, resourceId),
  requests: 20,
  interval: 'inventoryMs',
  subresources: getWholeResourcePaths,
  deadlineMs: 300_000,
  nothing: () => ({ resources: [], listedTypes: [], failedTypes: [] }),
  slicesMs: MS_PER_HOUR,
  read: async (read) => {
    const reached = await readInventory(read)
    return 'slice' in reached ? reached : { ...findInventoryOutcome(reached), rows: reached }
  },
}

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
  const show = armTypeCliCommands[type]
  return show ? `${show} ${quoteShellWord(name)}` : `az resource show --ids ${quoteShellWord(resourceId)}`
}
