import { kinds } from '#lib/azure/kinds/index.ts'
import type { PollKind } from '#lib/contract/index.ts'

const SHORTEST_MS = 20_000
const LONGEST_MS = 120_000

/**
 * How long one poll may take until Azure answers. Waiting much longer than the interval only delays the news that nothing answers.
 */
export function deadlineMs(kind: PollKind, everySeconds: number): number {
  return kinds[kind].deadlineMs ?? Math.min(LONGEST_MS, Math.max(SHORTEST_MS, 2 * everySeconds * 1000))
}

/**
 * How long an operation may take that Azure accepted, whatever the interval: 5 to 60 s are usual, and nothing recalls it. Who gives
 * it up earlier finds the resource locked.
 */
export const OPERATION_MS = LONGEST_MS

/** How long a claim holds while its worker lives no longer; a claim starts with this much. */
export const CLAIM_SECONDS = 6

/**
 * Nothing begins at Azure under a lease that ends within so long: Azure's answer and the storing of the operation take about that, and
 * whoever claims next has to find it.
 */
export const BEGINS_BEFORE_END_MS = 1_000

/**
 * How long a heartbeat extends a lease. A dead worker's source must be polled again within two intervals or 10 s,
 * whichever is longer; within that, a long lease saves heartbeats (most polls of ARM outlast a few seconds).
 * @param everySeconds of the most frequent poll that the lease keeps others from
 */
export function leaseSeconds(everySeconds: number): number {
  return Math.min(60, Math.max(CLAIM_SECONDS, everySeconds))
}
