import type { EpochMs, Outcome, PollError, PollKind } from '#lib/contract/index.ts'

/** One row of the timetable, as the database says that its polls went. */
export interface PolledTarget {
  /** scope of the subscription that it belongs to */
  subscription: string
  /** what is asked: a circuit, a gateway, the subscription itself */
  scope: string
  kind: PollKind
  everyMs: number
  /** end of the last poll that reported anything; null = none yet */
  lastGoodAt: EpochMs | null
  /** end of the last poll of any outcome that a right clock dated; null = none yet */
  lastAt: EpochMs | null
  /** of the last poll; null = none yet */
  lastOutcome: Outcome | null
  /** error of the last poll; null = the poll succeeded, absent = not read */
  lastError?: PollError | null
}
