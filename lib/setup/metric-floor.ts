import { armTypes } from '#lib/contract/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'

/** Grain of a circuit's availability and of a gateway's route counts, and how late Azure Monitor has them, seconds. */
const CIRCUIT = { grain: 60, late: 300 }
const GATEWAY = { grain: 300, late: 600 }

/**
 * Returns the detection floor of sessions that Azure refuses to show and whose state is derived from metrics instead: the floor of a poll of
 * metrics, and the metric's grain and lateness.
 * @param all sources of the same resource, at least
 * @param neededSeconds age that this resource's metrics have needed so far before they were complete
 * @returns null = nothing stands in for that poll: it is not refused, or metrics can't be read either
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
