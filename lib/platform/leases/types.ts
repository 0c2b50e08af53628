import type { EpochMs } from '../clock.ts'

/** The claim of a worker while it polls one kind of one source. */
export type Lease = {
  sourceId: number
  kind: string
  /** Fencing token that grows with every claim: a 64-bit integer as text. */
  epoch: string
  /** Configured interval in seconds; may be a fraction. */
  everySeconds: number
  /** Time at which this poll was due. */
  nextAt: EpochMs
  /**
   * Resource that runs one such operation at a time and is held with this lease; null = Azure answers the poll
   * immediately.
   */
  resource: string | null
  /**
   * Shortest interval of the polls of that resource, or of this poll if it has no resource, in seconds. No other worker
   * polls the resource during the lease.
   */
  shortestSeconds: number
  /**
   * Interval in force of that resource's session polls ("first kinds"), without bursts, in seconds; null if the
   * resource has no session polls.
   */
  firstSeconds: number | null
  /**
   * Shortest interval in force of that resource's other polls, without bursts, in seconds; null if the resource has no
   * other polls.
   */
  tableSeconds: number | null
  /** Stored operation of the previous holder, to be resumed, and the time since it began. */
  operation: { stored: unknown; ageMs: number } | null
}

/** Identifies a lease. */
export type LeaseKey = Pick<Lease, 'sourceId' | 'kind' | 'epoch' | 'resource'>
