import { normalizeArmId, type EpochMs, fastPathMetrics } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { FastPathFacts } from '../rules/index.ts'
import { readRecentMetrics } from '#lib/sessions/answers/index.ts'
import type { CircuitResource, EstateTopology } from '#lib/questions/index.ts'

/** Number of addresses to which FastPath has routes, with the data that determine its limit. */
export interface FastPathRouteCounts extends Pick<FastPathFacts, 'direct' | 'portGbps' | 'routes'> {
  /**
   * ARM ID of the resource whose metric contains this number: the circuit, or the ExpressRoute Direct port or LAG of
   * the circuit
   */
  metered: string
  metric: string
}

/**
 * Returns the latest number of FastPath routes from Azure Monitor, by circuit ID. All circuits on one ExpressRoute
 * Direct port have the number of the port.
 */
export async function readFastPathRoutes(
  q: SqlExecutor,
  { circuits, ports, byKey }: Pick<EstateTopology, 'circuits' | 'ports' | 'byKey'>,
  now: EpochMs,
): Promise<Map<string, FastPathRouteCounts>> {
  const metrics = await readRecentMetrics(q, undefined, Object.values(fastPathMetrics), now)
  const countAt = (scope: string | undefined, name: string) =>
    metrics.find((one) => one.scope === scope && one.metric === name)?.maximum ?? null
  const view = ({ resource, config: { portId } }: CircuitResource): FastPathRouteCounts => {
    const direct = portId !== null
    const metric = direct ? fastPathMetrics.port : fastPathMetrics.circuit
    const port = direct ? byKey.get(normalizeArmId(portId)) : undefined
    return {
      direct,
      portGbps: direct ? (ports.get(normalizeArmId(portId))?.bandwidthGbps ?? null) : null,
      routes: countAt(direct ? port?.id : resource.id, metric),
      metered: portId ?? resource.resourceId,
      metric,
    }
  }
  return new Map(circuits.map((circuit) => [circuit.resource.id, view(circuit)]))
}
