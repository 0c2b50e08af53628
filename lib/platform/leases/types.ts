import type { EpochMs } from '../clock.ts'

/** Lease of a worker on the poll of one kind of one source. */
export type Lease = {
  sourceId: number
  kind: string
  /**
   * Fencing token, a 64-bit integer as text. It grows with every claim, so that the commit of an earlier holder is
   * refused.
   */
  epoch: string
  /** Interval in force in seconds, without bursts; may be a fraction. */
  everySeconds: number
  /** Time at which this poll was due. */
  nextAt: EpochMs
  /**
   * Resource that is held with this lease, because Azure runs only one such operation on it at a time; null = Azure
   * answers the poll immediately.
   */
  resource: string | null
  /**
   * Shortest interval in seconds, with bursts, among the polls of that resource; for a poll without a resource, its own
   * interval. No other worker polls the resource during the lease.
   */
  shortestSeconds: number
  /**
   * Interval in force in seconds, without bursts, of that resource's session polls ("first kinds"); null if it has
   * none.
   */
  firstSeconds: number | null
  /** Shortest interval in force in seconds, without bursts, of that resource's other polls; null if it has none. */
  tableSeconds: number | null
  /** Stored Azure operation of the previous holder, which this holder resumes, and its age; null = there is none. */
  operation: { stored: unknown; ageMs: number } | null
}

/** Fields that identify a lease. */
export type LeaseKey = Pick<Lease, 'sourceId' | 'kind' | 'epoch' | 'resource'>
