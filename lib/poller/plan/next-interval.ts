import { type PollKind, getSubscriptionId } from '#lib/contract/index.ts'
import type { MetricsOptionsOfResource } from '#lib/azure/index.ts'
import type { SourceRef } from '#lib/history/index.ts'
import type { PollLease } from '#lib/platform/leases/index.ts'
import {
  computeFirstIntervalSeconds,
  computePhasedIntervalSeconds,
  computeOperationInterval,
} from './schedule-positions.ts'
import type { PollContext } from '../poll/poll-context.ts'

/**
 * Returns the seconds between the time when a poll was due and the time when its next poll is due.
 * @param metered for polls of the kind `metrics`: properties of the resource that decide which metrics it has
 */
export function computeNextIntervalSeconds(
  { azure, book }: Pick<PollContext, 'azure' | 'book'>,
  lease: PollLease,
  { source, metered }: { source: SourceRef; metered: MetricsOptionsOfResource | null },
): number {
  const { sourceId, kind, everySeconds } = lease
  if (kind !== 'metrics') {
    const isFirst = book.firstTime(lease)
    const place = book.placeOf(source, kind as PollKind)
    if (place) return computeOperationInterval(place, lease, isFirst)
    return isFirst ? computeFirstIntervalSeconds(sourceId, kind, everySeconds) : everySeconds
  }
  const subscription = getSubscriptionId(source.resourceId)
  const isTogether = metered !== null && azure.readsTogether(subscription, metered.region)
  const phase = isTogether ? `${subscription}/${metered.region}/${source.resourceType}` : `${sourceId}/${kind}`
  return computePhasedIntervalSeconds(phase, lease.nextAt, everySeconds)
}
