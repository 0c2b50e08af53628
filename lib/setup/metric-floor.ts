import { armTypes } from '#lib/contract/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'

/**
 * Time resolution (`grain`) of the metrics from which states are derived, and delay (`late`) until Azure Monitor has
 * them, in seconds: CIRCUIT for a circuit's availability, GATEWAY for a gateway's route counts.
 */
const CIRCUIT = { grain: 60, late: 300 }
const GATEWAY = { grain: 300, late: 600 }

/**
 * Returns the detection floor in seconds (shortest outage that is certain to be detected) of sessions that Azure
 * refuses to show, so that their state is derived from metrics. It is the detection floor of the metric poll plus the
 * metric's time resolution and delay.
 * @param all all sources, or at least those of the same resource
 * @param neededSeconds maximum age that the metrics of this resource have had so far when they became complete
 * @returns null if metrics do not replace the poll, because it is not refused or because metrics cannot be read either
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
