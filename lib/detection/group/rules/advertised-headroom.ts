import type { AdvertisedSignal, PollSignal } from '../../model/signal.ts'
import { getAdvertisedPrefixLimit } from '../../headroom/index.ts'
import { INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../model/context.ts'
import { updatePrefixHeadroomEvent } from './headroom.ts'

/** Prefix of the subject of events about advertised prefixes; the neighbor follows. */
export const ADVERTISED_SUBJECT_PREFIX = 'advertised to '

/**
 * Compares the number of prefixes that a gateway advertises to a neighbor with the limit, because the connection drops
 * above the limit (docs/rules/detection.md 3.3).
 */
export function checkAdvertisedHeadroom(context: DetectionContext, signals: readonly PollSignal[]): void {
  const { mark, settings } = context
  const reported = signals.filter((signal): signal is AdvertisedSignal => signal.type === 'advertised')
  for (const { neighbor, counts } of reported) {
    for (const family of [4, 6] as const) {
      updatePrefixHeadroomEvent(context, {
        scope: mark.scope,
        subject: `${ADVERTISED_SUBJECT_PREFIX}${neighbor}${family === 6 ? ' IPv6' : ''}`,
        count: counts[family],
        limit: getAdvertisedPrefixLimit(settings, family),
        // If the first poll already shows the state, the state may have begun at any time before.
        since: { earliest: mark.previousOkAt ?? INSTANT_BEFORE_MONITORING, latest: mark.finishedAt },
        atFirstSight: true,
        evidence: [],
      })
    }
  }
}
