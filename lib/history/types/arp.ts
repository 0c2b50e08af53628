import type { Bounds } from '#lib/contract/index.ts'
import type { Known, KnownSpan } from './known.ts'
import type { SourceRef } from './sources.ts'

export interface ArpAt extends SourceRef {
  interface: string
  ipAddress: string
  macAddress: string | null
  /** as last read, in minutes; null when asked for the past */
  ageMinutes: number | null
  since: Bounds
  known: Known
}

/** How an ARP entry stood, and for how long. */
export interface ArpIntervalRow extends SourceRef, KnownSpan {
  interface: string
  ipAddress: string
  /** null = ARM printed the entry without one */
  macAddress: string | null
}
