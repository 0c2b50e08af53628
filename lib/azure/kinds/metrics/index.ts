import { wordTable } from '#lib/bgp/word-table.ts'
import {
  type ArmId,
  armTypes,
  isExpressRoute,
  MAX_METRIC_AGE_MS,
  polledGatewayTypes,
  shellWord,
} from '#lib/contract/index.ts'
import { DAY, HOUR } from '#lib/contract/time/time.ts'
import { decodeConfig } from '../../config/index.ts'
import { hubConnectionSubresources, hubGatewayTypes } from '../hub-routes.ts'
import { isContainer } from '../by-hand.ts'
import { good, type KindDefinition, type PlannedResource, wholeResource } from '../kind.ts'
import { isHubWithPeers } from '../hub-peers.ts'
import { readMetrics } from './read.ts'

/**
 * Azure Monitor metrics of a circuit, an ExpressRoute connection, an ExpressRoute Direct port, a gateway or a hub. They
 * arrive 1 to 5 minutes late and may be revised (docs/rules/polling.md).
 */
export const metrics: KindDefinition<'metrics'> = {
  types: [
    armTypes.circuit,
    armTypes.port,
    armTypes.connection,
    ...polledGatewayTypes,
    ...hubGatewayTypes,
    armTypes.virtualHub,
  ],
  actions: ['Microsoft.Insights/metrics/read', 'Microsoft.Network/virtualNetworkGateways/read'],
  command: ({ id, resourceId }) => metricsCommand(id, resourceId),
  isOfMonitor: true,
  requests: 3,
  putOff: 'first',
  interval: 'metricsMs',
  subresources: measuredParts,
  window: { lateMs: MAX_METRIC_AGE_MS, firstMs: HOUR, mostMs: DAY },
  nothing: () => [],
  read: async (read) => {
    const { rows, failure } = await readMetrics(read)
    return failure ? { outcome: 'incomplete', error: failure.error, rows } : good(rows)
  },
}

/**
 * Returns the parts of a resource for which metrics are polled. Connections are included only if they are ExpressRoute
 * connections, because ARM has no byte counters for them; a VPN connection has its own counters. A hub is included for
 * its BGP peers, and a hub's gateway for its connections.
 */
function measuredParts(resource: PlannedResource): readonly string[] {
  const { type, config } = resource
  if (type === armTypes.virtualHub) return isHubWithPeers(resource) ? wholeResource() : []
  if (hubGatewayTypes.includes(type)) return hubConnectionSubresources(resource).length > 0 ? wholeResource() : []
  const hasCounters = type === armTypes.connection && !isExpressRoute(decodeConfig(armTypes.connection, config))
  return hasCounters ? [] : wholeResource()
}

/** Names of the metrics that Peerwatch reads, by resource type and separated by spaces. */
const metricNames: Record<string, string> = wordTable({
  [armTypes.circuit]: 'BgpAvailability ArpAvailability BitsInPerSecond BitsOutPerSecond',
})

function metricsCommand({ type }: ArmId, resourceId: string): string | null {
  if (isContainer(type)) return null
  const names = metricNames[type]
  return names
    ? `az monitor metrics list --resource ${shellWord(resourceId)} --metrics ${names}`
    : `az monitor metrics list-definitions --resource ${shellWord(resourceId)}`
}
