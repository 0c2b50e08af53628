import { createSampleEvidence } from '../../../model/create-event.ts'
import { type TimestampBounds, circuitPaths, type Evidence } from '#lib/contract/index.ts'
import type { AverageTrafficOfTimeWindow } from '../../../model/traffic.ts'
import { trafficDirections } from '../../../model/traffic-baseline.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import { type PathTrafficFlow, sumFlowsFromCounters } from '../../facts/traffic/traffic-flows.ts'
import { isLastPollStale } from '../../facts/last-answer.ts'

/** Result of comparing the traffic of two circuits; `both` is true if each carries a significant share of the bytes. */
interface Carrying {
  both: boolean
  since: TimestampBounds
  evidence: Evidence[]
}

/**
 * Compares the bytes of two circuits in the last window of their byte counters, as the sum of both directions and both
 * paths.
 * @returns null if counters are missing, stale or not from the same time, or if there is too little traffic to compare
 */
export function compareTrafficShares(context: DetectionContext, first: string, other: string): Carrying | null {
  const [one, two] = [windowOf(context, first), windowOf(context, other)]
  if (!one || !two || one.earliest > two.latest || two.earliest > one.latest) return null
  const [bits, others] = [bitsOf(one), bitsOf(two)]
  const total = bits + others
  const { settings } = context
  if (total < settings['traffic.expected.least']) return null
  const window = { earliest: Math.min(one.earliest, two.earliest), latest: Math.max(one.latest, two.latest) }
  const both = Math.min(bits, others) > settings['active.share'] * total
  const percent = (share: number) => `${Math.round((100 * share) / total)} %`
  return {
    both,
    since: both ? (carryingSince(context, [first, other], window) ?? window) : window,
    evidence: [
      createSampleEvidence('share of the bytes', `preferred ${percent(bits)}, standby ${percent(others)}`, window),
    ],
  }
}

/**
 * Returns the bounds of the time since which both circuits have continuously carried a significant share of their
 * common traffic, that is, the smaller share is greater than the setting `active.share`. Only pairs of counter samples
 * are compared that both circuits have from the same time. If all pairs show it, the state began between the start of
 * the counters' window and the end of the first pair.
 * @returns null if there are no such pairs, or if the last one does not show it
 */
function carryingSince(
  context: DetectionContext,
  circuits: readonly [string, string],
  window: TimestampBounds,
): TimestampBounds | null {
  const [own, others] = circuits.map((circuit) => sumFlowsFromCounters(context, bothPaths(circuit)))
  const shares = (own ?? []).flatMap((flow) => {
    const beside = others?.find(
      ({ earliest, latest }) =>
        earliest <= flow.earliest + flow.lengthMs / 2 && latest >= flow.earliest + flow.lengthMs / 2,
    )
    return beside ? [{ ...flow, share: leastShare(flow, beside) }] : []
  })
  const least = context.settings['active.share']
  const lastWithout = shares.findLastIndex(({ share }) => share <= least)
  const [before, from] = [shares[lastWithout], shares[lastWithout + 1]]
  if (!from) return null
  if (!before) return { earliest: Math.min(window.earliest, from.earliest), latest: from.latest }
  // In the previous pair of samples, the circuit may already have had its share near the end of the pair.
  const head = Math.ceil((before.lengthMs * before.share) / least)
  return { earliest: Math.max(before.earliest, from.earliest - head), latest: from.latest }
}

const bothPaths = (circuit: string) => circuitPaths.map((path) => ({ scope: circuit, path }))

function leastShare(a: PathTrafficFlow, b: PathTrafficFlow): number {
  const [one, two] = [a.in + a.out, b.in + b.out]
  return one + two === 0 ? 0 : Math.min(one, two) / (one + two)
}

function windowOf(context: DetectionContext, circuit: string): AverageTrafficOfTimeWindow | null {
  if (isLastPollStale(context, { scope: circuit, subresource: '', kind: 'stats' })) return null
  return ensureResourceState(context, circuit).traffic?.fact?.shares.full ?? null
}

const bitsOf = ({ paths }: AverageTrafficOfTimeWindow) =>
  trafficDirections.reduce((sum, direction) => sum + paths.primary[direction] + paths.secondary[direction], 0)
