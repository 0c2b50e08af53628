import type { RouteChange } from '#lib/contract/index.ts'
import { seenAt } from './churn-step.ts'

const HALF_LIFE_MS = 15 * 60_000
const CEILING = 50_000
const added = { withdraw: 1000, change: 500, announce: 0 } as const

/** From here on a router that damps by RFC 7196's minimum would suppress the prefix. Watched, never acted on. */
export const WOULD_BE_DAMPED = 6000

/**
 * The highest flap penalty that the changes of one prefix from one peer reach: 1,000 for a withdrawal, 500 for changed
 * attributes, nothing for an announcement, halved every 15 minutes. A poll shows one change at most, so that it is a
 * lower bound of what a router would have counted.
 * Source: RFC 2439 section 4.8 (figure of merit), RFC 7196 (thresholds).
 */
export function peakFlapPenalty(changes: readonly RouteChange[]): number {
  let penalty = 0
  let peak = 0
  let last: number | null = null
  for (const change of [...changes].sort((a, b) => seenAt(a) - seenAt(b))) {
    const at = seenAt(change)
    if (last !== null) penalty *= 0.5 ** ((at - last) / HALF_LIFE_MS)
    penalty = Math.min(CEILING, penalty + added[change.op])
    peak = Math.max(peak, penalty)
    last = at
  }
  return peak
}
