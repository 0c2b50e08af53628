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
}

/** Identifies a lease. */
export type LeaseKey = Pick<Lease, 'sourceId' | 'kind' | 'epoch'>
