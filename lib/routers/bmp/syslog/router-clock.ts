import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { SyslogStatedTime } from './stated-time.ts'

/** A quarter of an hour in milliseconds. All offsets of time zones since 1972 are multiples of it (tz database). */
const QUARTER_MS = 15 * 60_000
const [WEST_MS, EAST_MS] = [-12 * 60 * 60_000, 14 * 60 * 60_000]
/**
 * Number of consecutive lines. If this many lines have the same offset, and it is smaller than the learned offset, the
 * router's clock counts as set back.
 */
const AGREEING = 3
/**
 * Time for which lines must show the same offset before it is used, milliseconds. This is necessary because lines that
 * a router or relay buffered arrive late and all at the same time.
 */
const SETTLED_MS = 10 * 60_000

/**
 * Finds the earliest time at which the event of a log line may have happened, from the time in the line. The latest
 * time is the arrival of the line. If the lines of a router contain no time zone, its offset is learned from earlier
 * lines. It is the multiple of a quarter of an hour for which the times in the lines are closest to their arrival. An
 * offset is used only after ten minutes in which lines confirm it ({@link SETTLED_MS}). If the clock of the router is
 * ahead, its times are not used.
 */
export class RouterClockEstimator {
  /** Offset of the router's local time from UTC, milliseconds; null = not learned yet. */
  private offsetMs: number | null = null
  private learnedAt: EpochMs = 0
  private other = { offsetMs: 0, lines: 0, since: 0 }
  /** True after a line with a time zone had a time in the future. The router's clock is not used any more then. */
  private isAhead = false

  /**
   * Returns the second in which the event happened at the earliest; null = unknown. It must be called with lines in the
   * order of their arrival.
   */
  notBefore(stated: SyslogStatedTime | null, arrival: EpochMs): EpochMs | null {
    if (stated === null) return null
    const isSettled = arrival - this.learnedAt >= SETTLED_MS
    const offsetMs = stated.kind === 'instant' ? 0 : isSettled ? this.offsetMs : null
    const at = stated.kind === 'instant' ? stated.at : stated.asUtc - (offsetMs ?? 0)
    if (stated.kind === 'local') this.learn(stated.asUtc, arrival)
    if (offsetMs === null) return null
    const second = Math.floor(at / MS_PER_SECOND) * MS_PER_SECOND
    if (second > arrival && stated.kind === 'instant') this.isAhead = true
    return this.isAhead || second > arrival ? null : second
  }

  private learn(asUtc: EpochMs, arrival: EpochMs): void {
    const nearest = Math.round((asUtc - arrival) / QUARTER_MS) * QUARTER_MS
    if (nearest < WEST_MS || nearest > EAST_MS) return
    // A line never arrives before its event. If a time seems to be in the future, the learned offset is therefore
    // wrong: the router has another time zone, or daylight saving time has begun.
    if (this.offsetMs === null || nearest > this.offsetMs) {
      this.offsetMs = nearest
      this.learnedAt = arrival
      this.other.lines = 0
    } else if (nearest < this.offsetMs) {
      const goesOn = this.other.lines > 0 && this.other.offsetMs === nearest
      this.other = goesOn
        ? { ...this.other, lines: this.other.lines + 1 }
        : { offsetMs: nearest, lines: 1, since: arrival }
      if (this.other.lines >= AGREEING && arrival - this.other.since >= SETTLED_MS) {
        this.offsetMs = nearest
        this.other.lines = 0
      }
    } else this.other.lines = 0
  }
}
