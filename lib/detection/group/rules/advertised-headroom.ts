import type { AdvertisedSignal, Signal } from '../../model/signal.ts'
import { advertisedLimit } from '../../headroom/index.ts'
import { BEFORE_MONITORING } from '#lib/contract/index.ts'
import type { FoldContext } from '../../model/context.ts'
import { shortHeadroom } from './headroom.ts'

/** What its events are about: the path from Azure to one neighbor. */
export const ADVERTISED = 'advertised to '

/** What a gateway announces to a neighbor: above the limit the connection drops (docs/rules/detection.md 3.3). */
export function advertisedHeadroom(context: FoldContext, signals: readonly Signal[]): void {
  const { mark, settings } = context
  const reported = signals.filter((signal): signal is AdvertisedSignal => signal.type === 'advertised')
  for (const { neighbor, counts } of reported) {
    for (const family of [4, 6] as const) {
      shortHeadroom(context, {
        scope: mark.scope,
        subject: `${ADVERTISED}${neighbor}${family === 6 ? ' IPv6' : ''}`,
        count: counts[family],
        limit: advertisedLimit(settings, family),
        // what the first poll shows may always have been so
        since: { earliest: mark.previousOkAt ?? BEFORE_MONITORING, latest: mark.finishedAt },
        atFirstSight: true,
        evidence: [],
      })
    }
  }
}
