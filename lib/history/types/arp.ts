import type { TimestampBounds } from '#lib/contract/index.ts'
import type { SinceAndUntilBounds } from './known.ts'
import type { SourceRef } from './sources.ts'

export interface CurrentArpEntry extends SourceRef {
  interface: string
  ipAddress: string
  macAddress: string | null
  /** age of the ARP entry in minutes at the last poll; null if a past moment was requested */
  ageMinutes: number | null
  since: TimestampBounds
}

/** Interval in which an ARP entry had the same MAC address. */
export interface ArpIntervalRow extends SourceRef, SinceAndUntilBounds {
  interface: string
  ipAddress: string
  /** MAC address; null = ARM printed the entry without a MAC address */
  macAddress: string | null
}
