import { armTypes, isExpressRoute, polledGatewayTypes } from '#lib/contract/index.ts'
import { decodeConfig } from '../../config/index.ts'
import { DAY, HOUR, MINUTE } from '../../durations.ts'
import { good, type KindDefinition, type PlannedResource, wholeResource } from '../kind.ts'
import { readMetrics } from './read.ts'

/**
 * Azure Monitor's metrics of a circuit, an ExpressRoute connection, an ExpressRoute Direct port or a gateway. They arrive 1 to 5 minutes
 * late (docs/rules/polling.md).
 */
export const metrics: KindDefinition<'metrics'> = {
  types: [armTypes.circuit, armTypes.port, armTypes.connection, ...polledGatewayTypes],
  actions: ['Microsoft.Insights/metrics/read', 'Microsoft.Network/virtualNetworkGateways/read'],
  interval: 'metricsMs',
  subresources: measuredParts,
  window: { lateMs: 10 * MINUTE, firstMs: HOUR, mostMs: DAY },
  nothing: () => [],
  read: async (read) => {
    const { rows, failure } = await readMetrics(read)
    return failure ? { outcome: 'incomplete', error: failure.error, rows } : good(rows)
  },
}

/** Of connections those of ExpressRoute alone, whose bytes ARM does not count; a VPN connection has counters of its own. */
function measuredParts({ type, config }: PlannedResource): readonly string[] {
  const hasCounters = type === armTypes.connection && !isExpressRoute(decodeConfig(armTypes.connection, config))
  return hasCounters ? [] : wholeResource()
}
