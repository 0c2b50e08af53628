import type { EpochMs } from '../clock.ts'

/** What a worker holds while it polls one kind of one source. */
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

/** Names a lease without the details of its claim. */
export type LeaseKey = Pick<Lease, 'sourceId' | 'kind' | 'epoch'>
