import type { EpochMs, PollOutcome, PollError, PollKind } from '#lib/contract/index.ts'

/** A target of the poll schedule (one kind of poll of one resource), with the results of its last polls. */
export interface PolledTarget {
  /** scope of the subscription of the polled resource */
  subscription: string
  /** scope of the polled resource: a circuit, a gateway, or the subscription itself */
  scope: string
  kind: PollKind
  everyMs: number
  /** end of the last poll that read data; null = no data read yet */
  lastGoodAt: EpochMs | null
  /** end of the last poll of any outcome with a plausible time; null = not polled yet */
  lastAt: EpochMs | null
  /** outcome of the last poll; null = not polled yet */
  lastOutcome: PollOutcome | null
  /** error of the last poll; null = the poll succeeded, absent = not read */
  lastError?: PollError | null
}
