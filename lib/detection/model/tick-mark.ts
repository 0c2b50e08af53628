import type { EpochMs, PollMark } from '#lib/contract/index.ts'

/**
 * Returns a poll mark for a time that is not a poll. It gives the time and the key of the events that are proven then.
 */
function markOfTick(snapshot: Pick<PollMark, 'sourceId' | 'scope' | 'kind'>, now: EpochMs): PollMark {
  return {
    ...snapshot,
    subresource: '',
    startedAt: now,
    finishedAt: now,
    outcome: 'ok',
    previousOkAt: null,
    previousAttemptAt: null,
    silentInstances: [],
  }
}

/** Returns the mark of a run of the watchdog, which observes the collector on its own schedule. */
export const markOfWatchdogTick = (scope: string, sourceId: number, now: EpochMs): PollMark =>
  markOfTick({ sourceId, scope, kind: 'inventory' }, now)
