import type { RouteChange } from '#lib/contract/index.ts'
import { getChangeObservationTime } from './churn-step.ts'

const HALF_LIFE_MS = 15 * 60_000
const CEILING = 50_000
const added = { withdraw: 1000, change: 500, announce: 0 } as const

/**
 * Penalty from which a router with route flap damping would suppress a prefix, if it uses the minimum threshold of RFC
 * 7196. Peerwatch only reports the penalty and suppresses nothing.
 */
export const FLAP_DAMPING_SUPPRESS_THRESHOLD = 6000

/**
 * Returns the highest flap penalty that the changes of one prefix from one peer reach. A withdrawal adds 1,000, changed
 * attributes add 500, an announcement adds 0. The penalty is halved every 15 minutes.
 * A poll shows at most one change, so the result is a lower bound of the penalty that a router would have counted.
 * Source: RFC 2439 section 4.8 (figure of merit), RFC 7196 (thresholds).
 */
export function computePeakFlapPenalty(changes: readonly RouteChange[]): number {
  let penalty = 0
  let peak = 0
  let last: number | null = null
  for (const change of [...changes].sort((a, b) => getChangeObservationTime(a) - getChangeObservationTime(b))) {
    const at = getChangeObservationTime(change)
    if (last !== null) penalty *= 0.5 ** ((at - last) / HALF_LIFE_MS)
    penalty = Math.min(CEILING, penalty + added[change.op])
    peak = Math.max(peak, penalty)
    last = at
  }
  return peak
}
