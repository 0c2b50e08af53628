import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  type ArmId,
  armTypes,
  isExpressRouteConnection,
  MAX_METRIC_AGE_MS,
  polledGatewayTypes,
  quoteShellWord,
} from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { decodeResourceConfig } from '../../config/index.ts'
import { listHubConnectionSubresources, hubGatewayTypes } from '../hub-routes.ts'
import { isSubscriptionOrGroup } from '../arm-requests.ts'
import { createOkResult, type KindDefinition, type PlannedResource, getWholeResourcePaths } from '../kind.ts'
import { hasHubBgpPeers } from '../hub-peers.ts'
import { readMetrics } from './read.ts'

/**
 * Polls the Azure Monitor metrics of a circuit, an ExpressRoute connection, an ExpressRoute Direct port, a gateway (of a
 * virtual network, of a hub, or of user VPN) or a hub. Metrics arrive 1 to 5 minutes late, and Azure may change them
 * afterwards (docs/rules/polling.md).
 */
export const metricsPollKind: KindDefinition<'metrics'> = {
  types: [
    armTypes.circuit,
    armTypes.port,
    armTypes.connection,
    ...polledGatewayTypes,
    ...hubGatewayTypes,
    armTypes.virtualHub,
    armTypes.userVpnGateway,
  ],
  actions: ['Microsoft.Insights/metrics/read', 'Microsoft.Network/virtualNetworkGateways/read'],
  command: ({ id, resourceId }) => metricsCommand(id, resourceId),
  isOfMonitor: true,
  requests: 3,
  putOff: 'first',
  interval: 'metricsMs',
  subresources: measuredParts,
  window: { lateMs: MAX_METRIC_AGE_MS, firstMs: MS_PER_HOUR, mostMs: MS_PER_DAY },
  nothing: () => [],
  read: async (read) => {
    const { rows, failure } = await readMetrics(read)
    return failure ? { outcome: 'incomplete', error: failure.error, rows } : createOkResult(rows)
  },
}

/**
 * Returns `['']` if the metrics of a resource are polled, and an empty list otherwise:
 * - ExpressRoute connections are polled, because ARM has no byte counters for them. VPN connections are not, because
 *   they have counters.
 * - a hub is polled if it has BGP peers, and a gateway of a hub if it has connections
 * - all other resources are polled
 */
function measuredParts(resource: PlannedResource): readonly string[] {
  const { type, config } = resource
  if (type === armTypes.virtualHub) return hasHubBgpPeers(resource) ? getWholeResourcePaths() : []
  if (hubGatewayTypes.includes(type))
    return listHubConnectionSubresources(resource).length > 0 ? getWholeResourcePaths() : []
  const hasCounters =
    type === armTypes.connection && !isExpressRouteConnection(decodeResourceConfig(armTypes.connection, config))
  return hasCounters ? [] : getWholeResourcePaths()
}

/** Names of the metrics for the Azure CLI command, by resource type and separated by spaces. */
const metricNames: Record<string, string> = createSafeLookupTable({
  [armTypes.circuit]: 'BgpAvailability ArpAvailability BitsInPerSecond BitsOutPerSecond',
})

function metricsCommand({ type }: ArmId, resourceId: string): string | null {
  if (isSubscriptionOrGroup(type)) return null
  const names = metricNames[type]
  return names
    ? `az monitor metrics list --resource ${quoteShellWord(resourceId)} --metrics ${names}`
    : `az monitor metrics list-definitions --resource ${quoteShellWord(resourceId)}`
}
