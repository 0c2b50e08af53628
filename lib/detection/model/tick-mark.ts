import type { EpochMs, PollMark } from '#lib/contract/index.ts'

/** A snapshot that is no poll, as the mark of one: what it proves is dated by it, and names its events. */
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

/** A snapshot of the collector at its own timetable. */
export const markOfWatchdogTick = (scope: string, sourceId: number, now: EpochMs): PollMark =>
  markOfTick({ sourceId, scope, kind: 'inventory' }, now)
