import { armTypes } from '#lib/contract/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'

/**
 * For metrics from which states are derived, in seconds: their time resolution (`grain`), and the delay until Azure
 * Monitor has them (`late`). CIRCUIT: availability of a circuit. GATEWAY: route counts of a gateway.
 */
const CIRCUIT = { grain: 60, late: 300 }
const GATEWAY = { grain: 300, late: 600 }

/**
 * Returns the detection floor in seconds (shortest outage that is certain to be detected) of sessions whose state is
 * derived from metrics, because Azure refuses to show it. It is the detection floor of the metric poll plus the time
 * resolution and the delay of the metrics.
 * @param all all sources, or at least the sources of the same resource
 * @param neededSeconds maximum age, of all polls so far, that metrics of this resource had when they became complete
 * @returns null if metrics do not replace the poll: it is not of sessions, it is not refused, or metrics cannot be read
 *   either
 */
export function computeMetricFloorSeconds(
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
