import { type Bounds, type EpochMs, BEFORE_MONITORING } from '#lib/contract/index.ts'
import { later } from '../times.ts'
import type { Reading } from './reading.ts'

/** Begin of something that is so now. */
export interface Open {
  /** start of the last poll that read it otherwise; null = none ever did */
  lastAbsent: EpochMs | null
  /** end of the first poll that read it so */
  firstPresent: EpochMs
  /** start of the poll that began it; later polls that still read it so are coverage's to know */
  lastPresent: EpochMs
}

/** Something that was so: all four bounds. */
export interface Closed extends Open {
  /** end of the first poll that read it otherwise */
  firstAbsent: EpochMs
}

/** What this poll read, and no poll before it had: since the last poll that read the instance, if there was one. */
export function opened(reading: Reading, instance: string): Open {
  return openedAfter(reading, reading.lastRead(instance))
}

/** Where one value replaces another, its begin has the bounds of the other's end. */
export function openedAfter(reading: Reading, lastAbsent: EpochMs | null): Open {
  return { lastAbsent, firstPresent: reading.finishedAt, lastPresent: reading.startedAt }
}

/** What this poll no longer reads so: it was last read so by the poll that began it, or by a later one that read all. */
export function closed(open: Open, reading: Reading, instance: string): Closed {
  return {
    ...open,
    lastPresent: later(open.lastPresent, reading.lastRead(instance)),
    firstAbsent: reading.finishedAt,
  }
}

/** Bounds of the change that ended an interval. */
export function endOf({ lastPresent, firstAbsent }: Closed): Bounds {
  return { earliest: lastPresent, latest: firstAbsent }
}

/** Bounds of the change that began an interval. */
export function beginOf({ lastAbsent, firstPresent }: Open): Bounds {
  return { earliest: lastAbsent ?? BEFORE_MONITORING, latest: firstPresent }
}
