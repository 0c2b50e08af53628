import { type Bounds, type EpochMs, BEFORE_MONITORING } from '#lib/contract/index.ts'
import { later } from '../times.ts'
import type { Reading } from './reading.ts'

/** Begin of an ongoing state. */
export interface Open {
  /** start of the last poll that read another state; null = no poll did */
  lastAbsent: EpochMs | null
  /** end of the first poll that read this state */
  firstPresent: EpochMs
  /**
   * start of the poll that began the interval; later polls with the same state do not change it, because only the
   * coverage records them
   */
  lastPresent: EpochMs
}

/** A state that ended, with all four bounds. */
export interface Closed extends Open {
  /** end of the first poll that read another state */
  firstAbsent: EpochMs
}

/**
 * Returns the begin of a state that this poll read for the first time. Its lower bound is the last poll that read the
 * instance, if there was one.
 */
export function opened(reading: Reading, instance: string): Open {
  return openIntervalAfter(reading, reading.lastRead(instance))
}

/** Returns the begin of a state that replaces another. It has the same bounds as the end of the other state. */
export function openIntervalAfter(reading: Reading, lastAbsent: EpochMs | null): Open {
  return { lastAbsent, firstPresent: reading.finishedAt, lastPresent: reading.startedAt }
}

/**
 * Returns the ended interval of a state that this poll no longer read. The state was last read by the poll that began
 * it, or by a later poll that read the instance.
 */
export function closed(open: Open, reading: Reading, instance: string): Closed {
  return {
    ...open,
    lastPresent: later(open.lastPresent, reading.lastRead(instance)),
    firstAbsent: reading.finishedAt,
  }
}

/** Returns the bounds of the change that ended an interval. */
export function endOf({ lastPresent, firstAbsent }: Closed): Bounds {
  return { earliest: lastPresent, latest: firstAbsent }
}

/** Returns the bounds of the change that began an interval. */
export function beginOf({ lastAbsent, firstPresent }: Open): Bounds {
  return { earliest: lastAbsent ?? BEFORE_MONITORING, latest: firstPresent }
}
