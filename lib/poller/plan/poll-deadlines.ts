import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import type { PollKind } from '#lib/contract/index.ts'

const SHORTEST_MS = 20_000
const LONGEST_MS = 120_000

/**
 * Returns the maximum duration of a poll in milliseconds. It depends on the interval. With a longer maximum, Peerwatch
 * would report too late that Azure does not answer.
 */
export function getPollDeadlineMs(kind: PollKind, everySeconds: number): number {
  return pollKindDefinitions[kind].deadlineMs ?? Math.min(LONGEST_MS, Math.max(SHORTEST_MS, 2 * everySeconds * 1000))
}

/**
 * Maximum duration of an operation that Azure has accepted, milliseconds. It does not depend on the interval.
 * Operations usually take 5 to 60 s and cannot be cancelled. If a worker stopped waiting earlier, the next operation
 * would find the resource locked.
 */
export const MAX_OPERATION_MS = LONGEST_MS

/**
 * Duration of a lease when a poll is claimed, seconds. If the worker dies, other workers can claim the poll after this
 * time.
 */
export const CLAIM_LEASE_SECONDS = 6

/**
 * Minimum remaining time of a lease for sending a request to Azure, milliseconds. It is about the time until Azure has
 * answered and the accepted operation is stored. If another worker takes over the lease, it must find that operation.
 */
export const MIN_LEASE_LEFT_FOR_REQUEST_MS = 1_000

/**
 * Returns the time in seconds by which a heartbeat extends a lease. If a worker dies, its source is polled again after
 * at most two intervals, or 10 s if that is longer. Within this limit, the lease is as long as possible, because longer
 * leases need fewer heartbeats.
 * @param everySeconds shortest interval of the polls that must wait for this lease
 */
export function computeLeaseSeconds(everySeconds: number): number {
  return Math.min(60, Math.max(CLAIM_LEASE_SECONDS, everySeconds))
}
