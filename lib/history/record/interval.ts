import { type TimestampBounds, type EpochMs, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { pickLater } from '../times.ts'
import type { ProvenAbsenceOfPoll } from './poll-reading.ts'

/** Begin of an ongoing interval, in which a row has one state. */
export interface OpenInterval {
  /** start of the last poll that read another state or no row; null = no poll did */
  lastAbsent: EpochMs | null
  /** end of the first poll that read this state */
  firstPresent: EpochMs
  /**
   * start of the poll that began the interval. Later polls with the same state do not change this value, because they
   * are recorded in the coverage intervals.
   */
  lastPresent: EpochMs
}

/** A past interval with all four bounds. */
export interface ClosedInterval extends OpenInterval {
  /** end of the first poll that read another state or no row */
  firstAbsent: EpochMs
}

/**
 * Returns the begin of a state that this poll read for the first time. Its lower bound `lastAbsent` is the start of the
 * last earlier poll that read the instance; null if there was none.
 */
export function beginStateInterval(reading: ProvenAbsenceOfPoll, instance: string): OpenInterval {
  return openIntervalAfter(reading, reading.lastRead(instance))
}

/**
 * Returns the begin of an interval that this poll starts. If the state replaces another, `lastAbsent` is the time at
 * which the other state was last read.
 */
export function openIntervalAfter(reading: ProvenAbsenceOfPoll, lastAbsent: EpochMs | null): OpenInterval {
  return { lastAbsent, firstPresent: reading.finishedAt, lastPresent: reading.startedAt }
}

/**
 * Ends the interval of a state, because this poll no longer read the state. `lastPresent` is the start of the last
 * earlier poll that read the instance, or of the poll that began the interval if that is later.
 */
export function endStateInterval(open: OpenInterval, reading: ProvenAbsenceOfPoll, instance: string): ClosedInterval {
  return {
    ...open,
    lastPresent: pickLater(open.lastPresent, reading.lastRead(instance)),
    firstAbsent: reading.finishedAt,
  }
}

/** Returns the bounds of the change that ended an interval. */
export function getIntervalEndBounds({ lastPresent, firstAbsent }: ClosedInterval): TimestampBounds {
  return { earliest: lastPresent, latest: firstAbsent }
}

/** Returns the bounds of the change that began an interval. */
export function getIntervalBeginBounds({ lastAbsent, firstPresent }: OpenInterval): TimestampBounds {
  return { earliest: lastAbsent ?? INSTANT_BEFORE_MONITORING, latest: firstPresent }
}
