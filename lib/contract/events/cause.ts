import type { TimestampBounds } from '../time/time.ts'

export const causeOwners = ['microsoft', 'provider', 'onprem', 'own_change', 'unknown'] as const
export type CauseOwner = (typeof causeOwners)[number]

export interface Cause {
  class: string
  owner: CauseOwner
  /** confidence of the cause, 0 to 1: 1 = certain, 0.7 = likely, 0.5 = possible, 0 = no cause is named */
  confidence: number
  evidence: Evidence[]
  nextStep: string
}

/**
 * Evidence for an event or a cause: a polled field with its values before and after the event, and the bounds of the
 * two polls.
 */
export interface Evidence {
  field: string
  before: unknown
  after: unknown
  sampledBefore: TimestampBounds | null
  sampledAfter: TimestampBounds | null
  /** number of prefixes, only in evidence about routes; also absent in evidence stored before this field existed */
  prefixTotal?: number
  /** number of restarts so far; only for a session that restarts repeatedly (flapping) */
  restarts?: number
  /**
   * name of the test; only in results of a connection monitor's test of a path. Also absent in evidence stored before
   * this field existed
   */
  test?: string
}
