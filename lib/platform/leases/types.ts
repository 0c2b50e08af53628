import type { EpochMs } from '../clock.ts'

/** A worker's claim while it polls one kind of one source. */
export type Lease = {
  sourceId: number
  kind: string
  /** Fencing token: grows with every claim. A 64-bit integer, kept as text. */
  epoch: string
  /** The configured interval, in seconds; may be a fraction. */
  everySeconds: number
  /** When this poll was due. */
  nextAt: EpochMs
  /** What runs one such operation at a time, and is held with this lease; null = the poll is answered at once. */
  resource: string | null
  /** The shortest interval of the polls of that resource, or of this one: nobody else polls it meanwhile. Seconds. */
  shortestSeconds: number
  /** The interval in force of that resource's polls of the first kinds, bursts aside; null = it has none. Seconds. */
  firstSeconds: number | null
  /** The shortest interval in force of that resource's other polls, bursts aside; null = it has none. Seconds. */
  tableSeconds: number | null
  /** What the lease's former holder left: an operation to go on with, as it was stored, and how long ago it began. */
  operation: { stored: unknown; ageMs: number } | null
}

/** Identifies a lease. */
export type LeaseKey = Pick<Lease, 'sourceId' | 'kind' | 'epoch' | 'resource'>
