import { DAY } from '#lib/contract/time/time.ts'

/** How long 5-minute usage is kept: longer than Azure Monitor keeps what it is back-filled from (93 days). */
export const FIVE_MINUTES_KEPT_MS = 100 * DAY

/**
 * How much longer intervals and coverage are kept than the rest of history: which path of which circuit a neighbor is, for one, rests on the routes
 * of a day before, and the first moment of history is answered too.
 */
export const EVIDENCE_KEPT_MS = DAY

/** How long rows are kept, in milliseconds. */
export interface Retention {
  /** raw samples of counters and metrics (RETAIN_RAW) */
  rawMs: number
  /** everything else (RETAIN_HISTORY) */
  historyMs: number
}
