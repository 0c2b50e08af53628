import type { Change, DetectedEvent, PollMark } from '#lib/contract/index.ts'
import { newEvent, sampledBy } from '../model/new-event.ts'

/** Cumulative counters that fell: one event for each path, over before it could be watched (docs/rules/detection.md 3.4). */
export function counterResets(mark: PollMark, changes: readonly Change[]): DetectedEvent[] {
  const resets = changes.filter((change) => change.type === 'counterReset')
  return [...Map.groupBy(resets, ({ path }) => path ?? '')].map(([path, own]): DetectedEvent => {
    const started = { earliest: Math.min(...own.map(({ between }) => between.earliest)), latest: mark.finishedAt }
    const subject = path === '' ? 'counters' : path
    return newEvent(mark, {
      kind: 'counter_reset',
      severity: 'info',
      scope: mark.scope,
      subject,
      started,
      evidence: own.map(({ counter, before, after, between }) => ({
        field: counter,
        before,
        after,
        sampledBefore: { earliest: between.earliest, latest: Math.max(between.earliest, mark.startedAt) },
        sampledAfter: sampledBy(mark),
      })),
    })
  })
}
