import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import { type TrafficDirection, trafficDirections } from '../../../model/traffic-baseline.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import type { TrafficCarryingPath } from '../../facts/traffic/traffic-paths.ts'
import type { PathTrafficFlow } from '../../facts/traffic/traffic-flows.ts'

const total = (flow: PathTrafficFlow) => flow.in + flow.out

/**
 * Reports whether the stored pairs of byte counter samples begin only after the traffic had stopped, because only the
 * latest pairs are stored. Without the pairs before the stop, the end of the traffic in one direction could be mistaken
 * for its end in both directions.
 */
export const areSamplesBeforeStopLost = (flows: readonly PathTrafficFlow[], stopped: TimestampBounds) =>
  (flows[0]?.earliest ?? Infinity) >= stopped.earliest

/** Rates by which the code decides whether traffic on some paths has stopped. */
interface Dead {
  /** rate in bit/s up to which a direction counts as having no traffic ("dead") */
  deadBps: Record<TrafficDirection, number>
  /** expected bit/s of the direction; null = not known */
  expectedBps: Record<TrafficDirection, number | null>
}

/**
 * Returns the dead rates (rates up to which a direction counts as having no traffic) and the expected rates of some
 * paths, each summed over the paths. An expected rate is null if it is unknown for any path.
 */
export function sumMaxRatesWithoutTraffic(context: DetectionContext, carrying: readonly TrafficCarryingPath[]): Dead {
  const facts = carrying.flatMap(
    ({ scope, path }) => ensureResourceState(context, scope).traffic?.fact?.meters[path] ?? [],
  )
  const dead = (direction: TrafficDirection) => facts.reduce((sum, fact) => sum + fact[direction].deadBps, 0)
  const expected = (direction: TrafficDirection) => {
    const known = facts.flatMap((fact) => fact[direction].expected?.bps ?? [])
    return known.length === facts.length && known.length > 0 ? known.reduce((sum, bps) => sum + bps, 0) : null
  }
  return {
    deadBps: { in: dead('in'), out: dead('out') },
    expectedBps: { in: expected('in'), out: expected('out') },
  }
}

/** A stop of traffic: its bounds, and the rate in bit/s before it. */
export interface TrafficStop {
  at: TimestampBounds
  formerBps: number
}

/**
 * Returns timestamp F of a failover, the time when forwarding ended. Forwarding ended in the last pair of samples with
 * traffic, or so early in the next pair that the few remaining bytes did not raise the rate of that pair above the dead
 * rate (the rate up to which a direction counts as having no traffic).
 * - Each direction is evaluated separately and the earlier stop is used, because bytes of the other direction may still
 *   be sent and then dropped.
 * - A pair after the stop must be below the dead rate even if its counters were read at the least favorable times
 *   within their polls.
 * - If traffic flowed again within `near`, the last pair with traffic in `near` is used.
 */
export function findTrafficStop(
  flows: readonly PathTrafficFlow[],
  dead: Dead,
  near: TimestampBounds,
): TrafficStop | null {
  const stops = trafficDirections.flatMap((direction) => stopOf(flows, dead, near, direction) ?? [])
  return stops.toSorted((a, b) => a.at.latest - b.at.latest)[0] ?? null
}

/**
 * Factor by which the usual rate of a direction must exceed the dead rate (the rate up to which a direction counts as
 * having no traffic). If it does not, the counters of this direction cannot show that traffic stopped.
 */
const CLEARLY = 3

function stopOf(
  flows: readonly PathTrafficFlow[],
  { deadBps, expectedBps }: Dead,
  near: TimestampBounds,
  direction: TrafficDirection,
): TrafficStop | null {
  const least = deadBps[direction]
  const last = flows.findLastIndex(
    (flow) => flow[direction] > least && flow.latest >= near.earliest && flow.earliest <= near.latest,
  )
  const provenDead = flows.findIndex((flow, n) => n > last && flow[direction] * atMost(flow) <= least)
  const [moving, before, dead] = [flows[last], flows[provenDead - 1], flows[provenDead]]
  if (!moving || !before || !dead || flows.slice(last + 1, provenDead).some((flow) => flow[direction] > least))
    return null
  const alive = flows.slice(0, last + 1).filter((flow) => flow[direction] > least)
  const formerBps = median(alive.map((flow) => flow[direction]))
  if (formerBps <= CLEARLY * least) return null
  // The first pair without traffic may contain the last bytes from before the stop. The lower the former rate was, the
  // longer traffic may have continued in this pair. After a failed poll the pair is longer too.
  const slowest = median(alive.map((flow) => flow[direction] * atLeast(flow)))
  const tail = Math.ceil(
    (dead.lengthMs * least) / Math.max(least, Math.min(slowest, expectedBps[direction] ?? slowest)),
  )
  return { at: { earliest: moving.earliest, latest: before.latest + tail }, formerBps }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/**
 * Maximum number of pairs of samples from which a path's usual traffic is computed. More pairs could include traffic
 * that an earlier failover moved to the path.
 */
const USUAL_PAIRS = 30

const justBefore = (flows: readonly PathTrafficFlow[], moment: number) =>
  flows.filter(({ latest }) => latest <= moment).slice(-USUAL_PAIRS)

/**
 * Minimum number of pairs of samples outside disturbed times that is sufficient to show the usual traffic. If there are
 * fewer, all pairs are used.
 */
const FEW_PAIRS = 3

/** Parameters of the search for a rise of traffic on the new path. */
interface Rise {
  /** rate of the former path before it stopped, bit/s */
  bps: number
  /**
   * share of `bps` (0 to 1) by which the new path's traffic must exceed its own usual traffic, to prove that it carries
   * the former path's traffic
   */
  share: number
  /**
   * the time of the stop or of the rerouting, whichever is later; traffic cannot have moved to the new path before it
   */
  from: EpochMs
  /**
   * times in which earlier events about one of the two paths may have changed the new path's traffic, so that its
   * samples do not show its usual traffic
   */
  disturbed: readonly TimestampBounds[]
}

/**
 * Returns timestamp B of a failover, that is, the bounds of the time when the new path begins to carry the former
 * path's traffic. The limit is the new path's usual traffic plus a share of the former path's traffic.
 * The latest possible time is the end of the first pair of samples that is certainly above the limit. The earliest
 * possible time is near the end of the last pair below the limit: if the traffic had moved earlier in that pair, its
 * rate would have been higher.
 * @returns null = no sample shows a rise; 'unclear' = the new path's own traffic exceeded the limit already before
 */
export function findTrafficRise(flows: readonly PathTrafficFlow[], rise: Rise): TimestampBounds | 'unclear' | null {
  const before = undisturbed(justBefore(flows, rise.from), rise.disturbed)
  if (before.length === 0) return null
  const usual = usualOf(before)
  const moved = rise.share * rise.bps
  const isAbove = (flow: PathTrafficFlow) => total(flow) * atLeast(flow) > usual.most + moved
  if (before.some(isAbove)) return 'unclear'
  const proof = flows.findIndex((flow) => flow.latest > rise.from && isAbove(flow))
  const proven = flows[proof]
  if (!proven) return null
  const isBelow = (flow: PathTrafficFlow) =>
    flow.latest <= rise.from || total(flow) * atMost(flow) <= usual.least + moved
  const below = flows.slice(0, proof).findLastIndex(isBelow)
  return { earliest: earliestAfter(flows[below], flows[below + 1] ?? proven, rise.share), latest: proven.latest }
}

/**
 * Returns the earliest time at which a rise can have begun. This time is near the end of the last pair of samples below
 * the limit, because an earlier rise would have raised the rate of that pair. If the pairs before and after the rise
 * are not adjacent, the time may be between them.
 */
function earliestAfter(below: PathTrafficFlow | undefined, above: PathTrafficFlow, share: number): EpochMs {
  if (!below) return above.earliest - share * above.lengthMs
  const read = below.latest >= above.earliest ? above.earliest : below.latest - 2 * slackOf(below)
  return read - share * below.lengthMs
}

/**
 * Returns the pairs of samples outside disturbed times. If too few are left to show the usual traffic, returns all
 * pairs.
 */
function undisturbed(
  pairs: readonly PathTrafficFlow[],
  disturbed: readonly TimestampBounds[],
): readonly PathTrafficFlow[] {
  const calm = pairs.filter((pair) =>
    disturbed.every(({ earliest, latest }) => pair.latest <= earliest || pair.earliest >= latest),
  )
  return calm.length >= FEW_PAIRS ? calm : pairs
}

/**
 * Returns the uncertainty of the length of a pair of samples, in ms. It exists because each of the two counter values
 * was read at an unknown time within its poll.
 */
const slackOf = ({ earliest, latest, lengthMs }: PathTrafficFlow) => Math.max(0, latest - earliest - lengthMs)

/**
 * Factors for the bounds of a pair's rate: rate × `atLeast` is its minimum and rate × `atMost` its maximum. The rate is
 * the number of bytes divided by the time between the middles of the two polls. A counter may have been read at any
 * time of its poll, so the real time may be shorter or longer.
 */
const atLeast = (flow: PathTrafficFlow) => flow.lengthMs / (flow.lengthMs + slackOf(flow))
const atMost = (flow: PathTrafficFlow) => flow.lengthMs / Math.max(1, flow.lengthMs - slackOf(flow))

/**
 * Returns the bounds of a path's usual traffic in bit/s. Adjacent pairs of samples are combined into one longer pair,
 * because the unknown time of the reading between two pairs then has no effect.
 */
function usualOf(pairs: readonly PathTrafficFlow[]): { least: number; most: number } {
  const bits = pairs.reduce((sum, flow) => sum + total(flow) * flow.lengthMs, 0)
  const lengthMs = pairs.reduce((sum, flow) => sum + flow.lengthMs, 0)
  const covered = pairs.reduce(
    (sum, flow, n) => sum + flow.latest - Math.max(flow.earliest, pairs[n - 1]?.latest ?? flow.earliest),
    0,
  )
  const slack = Math.max(0, covered - lengthMs)
  return { least: bits / (lengthMs + slack), most: bits / Math.max(1, lengthMs - slack) }
}

/** Returns the median rate of a path before a time, as the sum of both directions, in bit/s. */
export function computeFormerRateBps(flows: readonly PathTrafficFlow[], until: number): number {
  return median(justBefore(flows, until).map(total))
}
