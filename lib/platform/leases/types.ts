import type { EpochMs } from '../clock.ts'

/** Lease of a worker on one poll of the schedule (a kind of poll of one source). */
export type PollLease = {
  sourceId: number
  kind: string
  /**
   * Number that grows with every claim, a 64-bit integer as text. It is a fencing token: a holder with a lower number
   * is an earlier holder, and its result is refused.
   */
  epoch: string
  /** Current interval of the poll in seconds, without bursts; may be a fraction. */
  everySeconds: number
  /**
   * Time at which this poll was due; if `claimDuePolls` let the next interval begin at the claim, the time of the
   * claim.
   */
  nextAt: EpochMs
  /**
   * Resource that this lease also reserves, because Azure runs only one such operation on it at a time; null = Azure
   * answers the poll immediately.
   */
  resource: string | null
  /**
   * Shortest interval in seconds, with bursts, among all polls of the reserved resource; without such a resource, the
   * interval of this poll. No other worker polls the resource during the lease.
   */
  shortestSeconds: number
  /** Current interval in seconds, without bursts, of the session polls of the reserved resource; null = it has none. */
  firstSeconds: number | null
  /**
   * Shortest current interval in seconds, without bursts, of the other polls of the reserved resource; null = it has
   * none.
   */
  tableSeconds: number | null
  /**
   * Azure operation that an earlier holder started and stored, with its age; this holder resumes it. Null = there is
   * none.
   */
  operation: { stored: unknown; ageMs: number } | null
}

/** Fields that identify a lease. */
export type LeaseKey = Pick<PollLease, 'sourceId' | 'kind' | 'epoch' | 'resource'>
