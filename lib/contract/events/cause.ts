import type { Bounds } from '../time/time.ts'

export const causeOwners = ['microsoft', 'provider', 'onprem', 'own_change', 'unknown'] as const
export type CauseOwner = (typeof causeOwners)[number]

export interface Cause {
  class: string
  owner: CauseOwner
  /** confidence of the cause, 0 to 1: certain 1, likely 0.7, possible 0.5; 0 = no cause is named */
  confidence: number
  evidence: Evidence[]
  nextStep: string
}

/** Field that supports a statement, with its values before and after and the sample times of both. */
export interface Evidence {
  field: string
  before: unknown
  after: unknown
  sampledBefore: Bounds | null
  sampledAfter: Bounds | null
  /** number of prefixes, only in evidence about routes; also absent in evidence stored before this field existed */
  prefixTotal?: number
  /** number of restarts so far, only for a flapping session */
  restarts?: number
  /** name of the test, only in test results of a path; also absent in evidence stored before this field existed */
  test?: string
}
