import { kinds } from '#lib/azure/kinds/index.ts'
import type { PollKind } from '#lib/contract/index.ts'

const SHORTEST_MS = 20_000
const LONGEST_MS = 120_000

/**
 * Returns the maximum time in milliseconds for one poll. Waiting much longer than the interval would only delay the
 * report that Azure does not answer.
 */
export function deadlineMs(kind: PollKind, everySeconds: number): number {
  return kinds[kind].deadlineMs ?? Math.min(LONGEST_MS, Math.max(SHORTEST_MS, 2 * everySeconds * 1000))
}

/**
 * Maximum duration in milliseconds of an operation that Azure accepted, whatever the interval. Operations usually take
 * 5 to 60 s and cannot be cancelled, so a worker that gives up earlier finds the resource locked.
 */
export const OPERATION_MS = LONGEST_MS

/** Initial duration of a claim in seconds. A claim of a dead worker expires after this time. */
export const CLAIM_SECONDS = 6

/**
 * Minimum remaining time of a lease in milliseconds for starting a request to Azure. Azure's response and the storage
 * of the operation take about this time, and the next owner of the lease must find the stored operation.
 */
export const BEGINS_BEFORE_END_MS = 1_000

/**
 * Returns the time in seconds by which a heartbeat extends a lease. A dead worker's source must be polled again within
 * two intervals or 10 s, whichever is longer. Within that limit, a long lease saves heartbeats (most polls of ARM take
 * longer than a few seconds).
 * @param everySeconds interval of the most frequent poll that the lease blocks
 */
export function leaseSeconds(everySeconds: number): number {
  return Math.min(60, Math.max(CLAIM_SECONDS, everySeconds))
}
