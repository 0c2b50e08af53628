import type { EpochMs, PollRecord } from '#lib/contract/index.ts'

/**
 * Returns a poll mark for an evaluation that does not follow a poll. The mark provides the time and the keys of the
 * events that the evaluation raises.
 */
function markOfTick(snapshot: Pick<PollRecord, 'sourceId' | 'scope' | 'kind'>, now: EpochMs): PollRecord {
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
export const createWatchdogPollRecord = (scope: string, sourceId: number, now: EpochMs): PollRecord =>
  markOfTick({ sourceId, scope, kind: 'inventory' }, now)
