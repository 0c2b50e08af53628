import type { EpochMs } from '#lib/contract/index.ts'
import { SECOND } from '#lib/contract/time/time.ts'
import type { StatedTime } from './stated-time.ts'

/** Quarter of an hour in milliseconds. Offsets of time zones are multiples of it (tz database, since 1972). */
const QUARTER_MS = 15 * 60_000
const [WEST_MS, EAST_MS] = [-12 * 60 * 60_000, 14 * 60 * 60_000]
/** Number of consecutive lines that must agree before the router's clock counts as set back. */
const AGREEING = 3
/**
 * Time in milliseconds during which lines must agree on a zone before the zone is used to bound times. The wait is
 * needed because lines that waited for the station all arrive together and late.
 */
const SETTLED_MS = 10 * 60_000

/**
 * Derives bounds of event times from the times in the lines of one router. An event happened before its line arrived,
 * and not before the second that the router states, unless the router's clock is ahead. If the lines state no zone, the
 * zone is derived: it is the quarter of an hour with the smallest delay between the stated times and the arrivals of
 * earlier lines. Until lines have agreed on the zone for ten minutes, such times have no bound.
 */
export class RouterClock {
  /** offset of the router's clock from UTC; null = not learned yet */
  private offsetMs: number | null = null
  private learnedAt: EpochMs = 0
  private other = { offsetMs: 0, lines: 0, since: 0 }
  /** true if the router has stated a time in the future, so that its clock cannot be used to bound times */
  private isAhead = false

  /**
   * Returns the second before which the event cannot have happened; null = unknown. Lines must be passed in the order
   * of their arrival.
   */
  notBefore(stated: StatedTime | null, arrival: EpochMs): EpochMs | null {
    if (stated === null) return null
    const isSettled = arrival - this.learnedAt >= SETTLED_MS
    const offsetMs = stated.kind === 'instant' ? 0 : isSettled ? this.offsetMs : null
    const at = stated.kind === 'instant' ? stated.at : stated.asUtc - (offsetMs ?? 0)
    if (stated.kind === 'local') this.learn(stated.asUtc, arrival)
    if (offsetMs === null) return null
    const second = Math.floor(at / SECOND) * SECOND
    if (second > arrival && stated.kind === 'instant') this.isAhead = true
    return this.isAhead || second > arrival ? null : second
  }

  private learn(asUtc: EpochMs, arrival: EpochMs): void {
    const nearest = Math.round((asUtc - arrival) / QUARTER_MS) * QUARTER_MS
    if (nearest < WEST_MS || nearest > EAST_MS) return
    // a line may arrive late but never early, so a stated time in the future means another zone or daylight saving time
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
