import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import { type TrafficDirection, trafficDirections } from '../../../model/traffic-baseline.ts'
import { type FoldContext, scopeOf } from '../../../model/context.ts'
import type { Carrying } from '../../facts/traffic/carrying.ts'
import type { Flow } from '../../facts/traffic/flows.ts'

const total = (flow: Flow) => flow.in + flow.out

/**
 * Whether the pairs at hand begin after traffic that stopped within these bounds: only the last ones are kept, and without those
 * of before a check the rest would take what one direction still sent for the end of both.
 */
export const isForgotten = (flows: readonly Flow[], stopped: Bounds) =>
  (flows[0]?.earliest ?? Infinity) >= stopped.earliest

/** What some paths must fall to, and used to carry at the least. */
interface Dead {
  /** bit/s at or below which a direction is dead */
  deadBps: Record<TrafficDirection, number>
  /** bit/s that are expected of it; null = not known */
  expectedBps: Record<TrafficDirection, number | null>
}

/** The dead and the expected rate of some paths together. */
export function deadOf(context: FoldContext, carrying: readonly Carrying[]): Dead {
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

/** Traffic that stopped: when, and at which rate it had moved. */
export interface Stop {
  at: Bounds
  formerBps: number
}

/**
 * Mark F: forwarding ends in the last pair that moved, or so shortly after it that the rest of it could not lift the next pair
 * over the dead rate. Each direction by itself, the earlier one counts: the other may still be sent into the void. Only where a
 * pair follows that is dead however late its counters were read. What moved again later had not ended: it is the last pair that moves within `near`.
 */
export function stopIn(flows: readonly Flow[], dead: Dead, near: Bounds): Stop | null {
  const stops = trafficDirections.flatMap((direction) => stopOf(flows, dead, near, direction) ?? [])
  return stops.toSorted((a, b) => a.at.latest - b.at.latest)[0] ?? null
}

/** A direction whose usual rate is not well above the dead rate shows no end. */
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
  // the rest lies in the dead pair, which is a longer one where a poll failed; the slower it moved, the longer it did
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

/** What a path usually carries is reported by no more pairs before: an earlier failover to it is not its own traffic. */
const USUAL_PAIRS = 30

const justBefore = (flows: readonly Flow[], moment: number) =>
  flows.filter(({ latest }) => latest <= moment).slice(-USUAL_PAIRS)

/** Fewer pairs do not report what is usual. */
const FEW_PAIRS = 3

/** What rose, and from when on. */
interface Rise {
  /** bit/s of the former path */
  bps: number
  /** of it that shows that the new path carries it */
  share: number
  /** nothing can have moved before */
  from: EpochMs
  /** in which the new path is known to have carried something else than usual */
  disturbed: readonly Bounds[]
}

/**
 * Mark B: the first pair in which the new path provably carries more than its own usual traffic and a share of what the former one
 * did. It began there, or in the pairs before that may have been above, too, or at the end of the last one that was not without
 * lifting that. Null = not seen; 'unclear' = its own traffic varies by more.
 */
export function riseIn(flows: readonly Flow[], rise: Rise): Bounds | 'unclear' | null {
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

/** What rose in a pair may have begun so late in the one before that it did not lift that; between them, where they don't adjoin. */
function earliestAfter(below: Flow | undefined, above: Flow, share: number): EpochMs {
  if (!below) return above.earliest - share * above.lengthMs
  const read = below.latest >= above.earliest ? above.earliest : below.latest - 2 * slackOf(below)
  return read - share * below.lengthMs
}

/** Those of calm times, where they are enough to report what is usual. */
function undisturbed(pairs: readonly Flow[], disturbed: readonly Bounds[]): readonly Flow[] {
  const calm = pairs.filter((pair) =>
    disturbed.every(({ earliest, latest }) => pair.latest <= earliest || pair.earliest >= latest),
  )
  return calm.length >= FEW_PAIRS ? calm : pairs
}

/** Both readings of a pair were made within their polls, so that the time between them is known within bounds. */
const slackOf = ({ earliest, latest, lengthMs }: Flow) => Math.max(0, latest - earliest - lengthMs)

/** By how much a pair's rate may be lower, and higher, than over the time between the middles of its polls. */
const atLeast = (flow: Flow) => flow.lengthMs / (flow.lengthMs + slackOf(flow))
const atMost = (flow: Flow) => flow.lengthMs / Math.max(1, flow.lengthMs - slackOf(flow))

/** What a path usually carries, bit/s, which pairs that adjoin report better than each of them: a late reading counts once. */
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

/** What both directions together carried before a moment, bit/s. */
export function formerTotal(flows: readonly Flow[], until: number): number {
  return median(justBefore(flows, until).map(total))
}
