/** A poll of the virtual day: its entry in the timetable, and its measurements. */
import { MAX_ON_TIME_LATE_SHARE } from '#lib/platform/leases/claim.ts'
import { MIN_LOAD_POLLS, MAX_PACE_POLLS } from '#lib/history/statements.ts'

import type { PollObservation, PollKind } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { VirtualDayPollLoad } from './estate.ts'
import { interpolateSortedQuantile } from './numbers.ts'
import type * as timetable from './timetable.ts'

export interface VirtualDayPoll extends timetable.PollTimetableEntry {
  kind: PollKind
  load: VirtualDayPollLoad
  polls: number
  inARow: number
  lastOutcome: PollObservation['outcome'] | null
  lastAt: number
  durations: number[]
  /**
   * Intervals between consecutive starts after the warm-up. `gaps` holds them in seconds. `ratios` holds each interval
   * divided by the planned interval; if the plan changed during the interval, the longer planned interval counts.
   */
  ratios: number[]
  gaps: number[]
  /**
   * number of late intervals that a long operation on the same resource explains: it took at least one planned session
   * interval of the resource and ended after this poll should have started
   */
  lateForLongOperation: number
  startedAt: number | null
  plannedThen: number
  runIsOld: boolean
}

/** Creates all polls of an estate. All are due immediately, and none has run yet. */
export function createDayPolls(loads: readonly VirtualDayPollLoad[], origin: number): VirtualDayPoll[] {
  const resources = new Map<string, timetable.ResourcePollTimetable>()
  const resourceOf = (name: string) => {
    const known = resources.get(name) ?? { entries: [], lastKind: null }
    resources.set(name, known)
    return known
  }
  return loads.map((load): VirtualDayPoll => {
    const resource = load.resource === null ? null : resourceOf(load.resource)
    const poll: VirtualDayPoll = {
      kind: load.kind,
      load: { ...load },
      configuredSeconds: load.configuredSeconds,
      everySeconds: load.everySeconds,
      nextAt: origin,
      askedAt: origin,
      isLeased: false,
      burstUntil: null,
      burstSeconds: null,
      runSeconds: null,
      resource,
      polls: 0,
      inARow: 0,
      lastOutcome: null,
      lastAt: 0,
      durations: [],
      ratios: [],
      gaps: [],
      lateForLongOperation: 0,
      startedAt: null,
      plannedThen: load.everySeconds,
      runIsOld: false,
    }
    resource?.entries.push(poll)
    return poll
  })
}

/**
 * Measures the interval that ends with this start of the poll.
 * @param from end of the warm-up
 * @param longEndedAt end of the last operation on the same resource that took at least the interval of its sessions
 */
export function recordStart(poll: VirtualDayPoll, now: number, from: number, longEndedAt: number): void {
  const isUsual = poll.burstUntil === null || poll.burstUntil < (poll.startedAt ?? 0)
  if (poll.startedAt !== null && poll.startedAt >= from && isUsual) {
    const gap = (now - poll.startedAt) / MS_PER_SECOND
    const planned = Math.max(poll.plannedThen, poll.everySeconds)
    poll.gaps.push(gap)
    poll.ratios.push(gap / planned)
    if (isPollIntervalLate(gap / planned) && longEndedAt > poll.startedAt + planned * MS_PER_SECOND)
      poll.lateForLongOperation += 1
  }
  poll.startedAt = now
  poll.plannedThen = poll.everySeconds
}

/**
 * Reports whether an interval was late.
 * @param ratio actual interval divided by the planned interval
 */
export const isPollIntervalLate = (ratio: number): boolean => ratio > 1 + MAX_ON_TIME_LATE_SHARE

/** Records the outcome and the duration of a poll. */
export function recordEnd(
  poll: VirtualDayPoll,
  outcome: PollObservation['outcome'],
  startedAt: number,
  now: number,
): void {
  poll.inARow = outcome === poll.lastOutcome ? poll.inARow + 1 : 1
  poll.lastOutcome = outcome
  poll.lastAt = now
  poll.durations.push(now - startedAt)
  if (poll.durations.length > MAX_PACE_POLLS) poll.durations.shift()
  poll.runIsOld = true
}

/** Updates the mean and p95 duration of a poll's operations for the plan, if the poll has run since the last update. */
export function updateMeasuredPollDurations(poll: VirtualDayPoll): void {
  const { load, durations } = poll
  if (!poll.runIsOld || durations.length < MIN_LOAD_POLLS) return
  poll.runIsOld = false
  const sorted = durations.toSorted((a, b) => a - b)
  const sum = sorted.reduce((total, ms) => total + ms, 0)
  load.run = { mean: sum / sorted.length / MS_PER_SECOND, p95: interpolateSortedQuantile(sorted, 0.95) / MS_PER_SECOND }
}
