import { armTypes } from '#lib/contract/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'

/**
 * Grain of a circuit's availability and of a gateway's route counts, and the delay until Azure Monitor has them, in
 * seconds.
 */
const CIRCUIT = { grain: 60, late: 300 }
const GATEWAY = { grain: 300, late: 600 }

/**
 * Returns the detection floor of sessions that Azure refuses to show and whose state is derived from metrics: the floor
 * of a metric poll plus the metric's grain and delay.
 * @param all sources, at least all of the same resource
 * @param neededSeconds maximum age that this resource's metrics have needed so far until they were complete
 * @returns null if metrics do not replace that poll, because it is not refused or because metrics cannot be read either
 */
export function metricFloorSeconds(
  { scope, resourceType, poll }: SourceStatus,
  all: readonly SourceStatus[],
  neededSeconds: number,
): number | null {
  if (poll.lastOutcome !== 'forbidden' || (poll.kind !== 'peers' && poll.kind !== 'summary')) return null
  const metrics = all.find((other) => other.scope === scope && other.poll.kind === 'metrics')
  if (!metrics || metrics.poll.lastOutcome !== 'ok' || metrics.poll.floorSeconds === null) return null
  const { grain, late } = resourceType === armTypes.circuit ? CIRCUIT : GATEWAY
  return metrics.poll.floorSeconds + grain + Math.max(late, neededSeconds)
}
