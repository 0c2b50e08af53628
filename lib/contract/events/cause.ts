import type { Bounds } from '../time/time.ts'

export const causeOwners = ['microsoft', 'provider', 'onprem', 'own_change', 'unknown'] as const
export type CauseOwner = (typeof causeOwners)[number]

export interface Cause {
  class: string
  owner: CauseOwner
  /** 0 to 1: certain 1, likely 0.7, possible 0.5; 0 = no cause is named */
  confidence: number
  evidence: Evidence[]
  nextStep: string
}

/** A field that supports a statement: its values before and after, and when both were sampled. */
export interface Evidence {
  field: string
  before: unknown
  after: unknown
  sampledBefore: Bounds | null
  sampledAfter: Bounds | null
  /** of evidence about routes: how many prefixes it is about; absent elsewhere, and in what was stored before it was counted */
  prefixTotal?: number
  /** of a flapping session: its restarts so far; absent elsewhere */
  restarts?: number
  /** of what tests say of a path: name of the test; absent elsewhere, and in what was stored before it was named */
  test?: string
}
