import type { Bounds } from '#lib/contract/index.ts'
import type { KnownSpan } from './known.ts'
import type { SourceRef } from './sources.ts'

export interface CurrentArpEntry extends SourceRef {
  interface: string
  ipAddress: string
  macAddress: string | null
  /** Age in minutes at the last poll; null if the past is read. */
  ageMinutes: number | null
  since: Bounds
}

/** How an ARP entry stood, and for how long. */
export interface ArpIntervalRow extends SourceRef, KnownSpan {
  interface: string
  ipAddress: string
  /** null = ARM printed the entry without one */
  macAddress: string | null
}
