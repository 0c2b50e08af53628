import { armKey, type EpochMs, fastPathMetrics } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { FastPathFacts } from '../rules/index.ts'
import { recentMetrics } from '#lib/sessions/answers/index.ts'
import type { CircuitResource, Topology } from '#lib/questions/index.ts'

/** What is known of the addresses that FastPath of a circuit has routes to. */
export interface FastPathRoutes extends Pick<FastPathFacts, 'direct' | 'portGbps' | 'routes'> {
  /** ARM id of what they are counted at, and the metric */
  metered: string
  metric: string
}

/** By circuit's id, as Azure Monitor reported them last: at the circuit, or at the port of ExpressRoute Direct that it is on. */
export async function fastPathRoutes(
  q: Queryable,
  { circuits, ports, byKey }: Pick<Topology, 'circuits' | 'ports' | 'byKey'>,
  now: EpochMs,
): Promise<Map<string, FastPathRoutes>> {
  const metrics = await recentMetrics(q, undefined, Object.values(fastPathMetrics), now)
  const countAt = (scope: string | undefined, name: string) =>
    metrics.find((one) => one.scope === scope && one.metric === name)?.maximum ?? null
  const view = ({ resource, config: { portId } }: CircuitResource): FastPathRoutes => {
    const direct = portId !== null
    const metric = direct ? fastPathMetrics.port : fastPathMetrics.circuit
    const port = direct ? byKey.get(armKey(portId)) : undefined
    return {
      direct,
      portGbps: direct ? (ports.get(armKey(portId))?.bandwidthGbps ?? null) : null,
      routes: countAt(direct ? port?.id : resource.id, metric),
      metered: portId ?? resource.resourceId,
      metric,
    }
  }
  return new Map(circuits.map((circuit) => [circuit.resource.id, view(circuit)]))
}
