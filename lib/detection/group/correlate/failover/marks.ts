import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import { type TrafficDirection, trafficDirections } from '../../../model/traffic-baseline.ts'
import { type FoldContext, scopeOf } from '../../../model/context.ts'
import type { TrafficCarrier } from '../../facts/traffic/carrying.ts'
import type { Flow } from '../../facts/traffic/flows.ts'

const total = (flow: Flow) => flow.in + flow.out

/**
 * Reports whether the kept pairs begin after traffic stopped within these bounds. Only the last pairs are kept. Without
 * the pairs before a stop, the end of one direction could be mistaken for the end of both.
 */
export const isForgotten = (flows: readonly Flow[], stopped: Bounds) =>
  (flows[0]?.earliest ?? Infinity) >= stopped.earliest

/** The dead rate and the expected rate of some paths. */
interface Dead {
  /** bit/s at or below which a direction counts as dead */
  deadBps: Record<TrafficDirection, number>
  /** expected bit/s of the direction; null = not known */
  expectedBps: Record<TrafficDirection, number | null>
}

/** Returns the sum of the dead rates and of the expected rates of some paths. */
export function getDeadRates(context: FoldContext, carrying: readonly TrafficCarrier[]): Dead {
  const facts = carrying.flatMap(({ scope, path }) => scopeOf(context, scope).traffic?.fact?.meters[path] ?? [])
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
export interface Stop {
  at: Bounds
  formerBps: number
}

/**
 * Returns mark F, the time when forwarding ended: in the last pair that moved, or so soon after it that the remaining
 * bytes could not raise the next pair above the dead rate. Each direction is evaluated separately and the earlier stop
 * counts, because the other direction may still be sent although it is dropped. A stop needs a later pair that is dead
 * whenever within their polls its counters were read. Traffic that moved again within `near` had not ended, so that the
 * last moving pair there counts.
 */
export function findTrafficStop(flows: readonly Flow[], dead: Dead, near: Bounds): Stop | null {
  const stops = trafficDirections.flatMap((direction) => stopOf(flows, dead, near, direction) ?? [])
  return stops.toSorted((a, b) => a.at.latest - b.at.latest)[0] ?? null
}

/** Factor by which the usual rate of a direction must exceed the dead rate to show an end. */
const CLEARLY = 3

function stopOf(
  flows: readonly Flow[],
  { deadBps, expectedBps }: Dead,
  near: Bounds,
  direction: TrafficDirection,
): Stop | null {
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
  // the remaining bytes are in the dead pair, which is longer after a failed poll; the lower the rate was, the longer
  // traffic may have continued in it
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
 * Maximum number of earlier pairs from which a path's usual traffic is computed, so that an earlier failover to the
 * path does not count as its own traffic.
 */
const USUAL_PAIRS = 30

const justBefore = (flows: readonly Flow[], moment: number) =>
  flows.filter(({ latest }) => latest <= moment).slice(-USUAL_PAIRS)

/** Minimum number of pairs that show the usual traffic. */
const FEW_PAIRS = 3

/** Parameters of the search for a rise of traffic on the new path. */
interface Rise {
  /** bit/s of the former path before its end */
  bps: number
  /** share of `bps` above its usual traffic that shows that the new path carries the traffic */
  share: number
  /** the later time of the stop and of the rerouting, before which no traffic can have moved to the new path */
  from: EpochMs
  /** intervals in which the new path is known to have carried unusual traffic */
  disturbed: readonly Bounds[]
}

/**
 * Returns mark B, the bounds of the first pair in which the new path provably carries more than its own usual traffic
 * and a share of the former path's traffic. The rise began in that pair, in earlier pairs that may also have been
 * above, or so late in the last pair below that it did not raise that pair's rate. Null = not seen; 'unclear' = the new
 * path's own traffic varies by more.
 */
export function findTrafficRise(flows: readonly Flow[], rise: Rise): Bounds | 'unclear' | null {
  const before = undisturbed(justBefore(flows, rise.from), rise.disturbed)
  if (before.length === 0) return null
  const usual = usualOf(before)
  const moved = rise.share * rise.bps
  const isAbove = (flow: Flow) => total(flow) * atLeast(flow) > usual.most + moved
  if (before.some(isAbove)) return 'unclear'
  const proof = flows.findIndex((flow) => flow.latest > rise.from && isAbove(flow))
  const proven = flows[proof]
  if (!proven) return null
  const isBelow = (flow: Flow) => flow.latest <= rise.from || total(flow) * atMost(flow) <= usual.least + moved
  const below = flows.slice(0, proof).findLastIndex(isBelow)
  return { earliest: earliestAfter(flows[below], flows[below + 1] ?? proven, rise.share), latest: proven.latest }
}

/**
 * Returns the earliest time at which a rise can have begun: late in the pair before, without raising that pair's rate,
 * or between the pairs if they are not adjacent.
 */
function earliestAfter(below: Flow | undefined, above: Flow, share: number): EpochMs {
  if (!below) return above.earliest - share * above.lengthMs
  const read = below.latest >= above.earliest ? above.earliest : below.latest - 2 * slackOf(below)
  return read - share * below.lengthMs
}

/** Returns the pairs outside disturbed intervals, or all pairs if too few are left to show the usual traffic. */
function undisturbed(pairs: readonly Flow[], disturbed: readonly Bounds[]): readonly Flow[] {
  const calm = pairs.filter((pair) =>
    disturbed.every(({ earliest, latest }) => pair.latest <= earliest || pair.earliest >= latest),
  )
  return calm.length >= FEW_PAIRS ? calm : pairs
}

/** Returns the uncertainty of a pair's length in ms. Both readings were made at some time within their polls. */
const slackOf = ({ earliest, latest, lengthMs }: Flow) => Math.max(0, latest - earliest - lengthMs)

/**
 * Factors by which a pair's rate may be lower or higher than the rate over the time between the middles of its polls.
 */
const atLeast = (flow: Flow) => flow.lengthMs / (flow.lengthMs + slackOf(flow))
const atMost = (flow: Flow) => flow.lengthMs / Math.max(1, flow.lengthMs - slackOf(flow))

/**
 * Returns the bounds of a path's usual traffic in bit/s. Adjacent pairs give a better result together than separately,
 * because a late reading then counts only once.
 */
function usualOf(pairs: readonly Flow[]): { least: number; most: number } {
  const bits = pairs.reduce((sum, flow) => sum + total(flow) * flow.lengthMs, 0)
  const lengthMs = pairs.reduce((sum, flow) => sum + flow.lengthMs, 0)
  const covered = pairs.reduce(
    (sum, flow, n) => sum + flow.latest - Math.max(flow.earliest, pairs[n - 1]?.latest ?? flow.earliest),
    0,
  )
  const slack = Math.max(0, covered - lengthMs)
  return { least: bits / (lengthMs + slack), most: bits / Math.max(1, lengthMs - slack) }
}

/** Returns the median rate of both directions together before a time, in bit/s. */
export function formerTotal(flows: readonly Flow[], until: number): number {
  return median(justBefore(flows, until).map(total))
}
