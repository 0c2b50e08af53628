import { armTypes, polledGatewayTypes } from '#lib/contract/index.ts'
import { DAY, HOUR, MINUTE } from '../../durations.ts'
import { good, type KindDefinition, wholeResource } from '../kind.ts'
import { readMetrics } from './read.ts'

/** Azure Monitor's metrics of a circuit, an ExpressRoute Direct port or a gateway. They arrive 1 to 5 minutes late (docs/rules/polling.md). */
export const metrics: KindDefinition<'metrics'> = {
  types: [armTypes.circuit, armTypes.port, ...polledGatewayTypes],
  actions: ['Microsoft.Insights/metrics/read', 'Microsoft.Network/virtualNetworkGateways/read'],
  interval: 'metricsMs',
  subresources: wholeResource,
  window: { lateMs: 10 * MINUTE, firstMs: HOUR, mostMs: DAY },
  nothing: () => [],
  read: async (read) => {
    const { rows, failure } = await readMetrics(read)
    return failure ? { outcome: 'incomplete', error: failure.error, rows } : good(rows)
  },
}
