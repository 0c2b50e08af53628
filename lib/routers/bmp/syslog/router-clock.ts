import type { EpochMs } from '#lib/contract/index.ts'
import { SECOND } from '#lib/contract/time/time.ts'
import type { StatedTime } from './stated-time.ts'

/** Offsets of zones are quarters of an hour (the tz database, since 1972). */
const QUARTER_MS = 15 * 60_000
const [WEST_MS, EAST_MS] = [-12 * 60 * 60_000, 14 * 60 * 60_000]
/** Lines that have to agree before a clock is taken to have been put back. */
const AGREEING = 3
/** For how long lines have to agree on a zone before it bounds: what waited for the station arrives at once, and all of it late. */
const SETTLED_MS = 10 * 60_000

/**
 * What the times in the lines of one router are good for: the arrival is when it had happened, and the second that the router states bounds
 * it from below, where its clock is not ahead. Where lines state no zone, the zone is the quarter of an hour by which earlier lines
 * arrived nearest to what they stated; nothing is bounded until lines agreed on it for ten minutes.
 */
export class RouterClock {
  /** how far the router's clock readings are from UTC; null = not learned yet */
  private offsetMs: number | null = null
  private learnedAt: EpochMs = 0
  private other = { offsetMs: 0, lines: 0, since: 0 }
  /** whether it stated seconds to come: such a clock bounds nothing */
  private isAhead = false

  /** @returns the second before which it had not happened; null = nothing is known. Lines have to be given in the order of their arrival. */
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
    // lines may be late, and never early: a reading that is ahead means another zone, or summer time
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
