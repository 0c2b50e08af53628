import type { EpochMs, PollMark } from '#lib/contract/index.ts'

/**
 * Returns a poll mark for an evaluation that does not follow a poll. The mark provides the time and the keys of the
 * events that the evaluation raises.
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

/** Returns the poll mark for a run of the watchdog, which checks on its own schedule whether polls work. */
export const markOfWatchdogTick = (scope: string, sourceId: number, now: EpochMs): PollMark =>
  markOfTick({ sourceId, scope, kind: 'inventory' }, now)
