import type { EpochMs } from '#lib/contract/index.ts'
import type { TimeAbove } from '../api/index.ts'
import type { Direction, Growth, UsagePoint } from '#lib/history/index.ts'

const FIVE_MINUTES_MS = 5 * 60_000

/** What is counted: 5-minute points of both paths together, and what the counters grew by over gaps in between. */
interface Counted {
  points: readonly UsagePoint[]
  /** of each path by itself */
  unplaced: readonly Growth[]
  /** length of the points together, those of the future left out, ms */
  totalMs: number
}

/** Part of the time, ms. */
interface Bounds {
  atLeast: number
  atMost: number
}

/**
 * How long both paths together carried more than one path can: while one path is lost, so much does not fit. Each 5-minute mean above
 * one path's bandwidth counts with its covered seconds. Of a longer time between two polls only the sum is known; no moment has more than
 * both paths, so bytes for a mean of r times one path's bandwidth over a time t were above it for at least t(r - 1), and at most for tr.
 * What nobody saw at all is not counted: see `coveredSeconds`.
 * @param mbps bandwidth of one path, Mbit/s
 */
export function timeAbove({ points, unplaced, totalMs }: Counted, mbps: number): TimeAbove {
  const pathRate = (mbps * 1e6) / 8_000
  const bounds = (direction: Direction) => {
    const parts = [
      ...points.map((point) => ofPoint(point[direction], pathRate)),
      ...gapsOf(unplaced, direction).map((gap) => ofGap(gap, points, direction, pathRate)),
    ]
    const seconds = (pick: (part: Bounds) => number) =>
      Math.round(parts.reduce((sum, part) => sum + pick(part), 0) / 1_000)
    return { atLeast: seconds(({ atLeast }) => atLeast), atMost: seconds(({ atMost }) => atMost) }
  }
  return {
    bandwidthMbps: mbps,
    in: bounds('in'),
    out: bounds('out'),
    coveredSeconds: points.reduce((sum, { coveredMs }) => sum + coveredMs, 0) / 1_000,
    seconds: totalMs / 1_000,
  }
}

/** @param pathRate bytes per ms */
function ofPoint({ bytes, coveredMs, atLeast }: UsagePoint['in'], pathRate: number): Bounds {
  if (coveredMs === 0) return { atLeast: 0, atMost: 0 }
  // a counter that was reset brings bytes of seconds that it does not cover
  if (atLeast) {
    const isSure = Number(bytes) / FIVE_MINUTES_MS > pathRate
    return { atLeast: isSure ? coveredMs : 0, atMost: coveredMs }
  }
  const time = Number(bytes) / coveredMs > pathRate ? coveredMs : 0
  return { atLeast: time, atMost: time }
}

interface Gap {
  from: EpochMs
  to: EpochMs
  /** of all paths that grew over it */
  bytes: number
  /** a counter was reset, or one of the two paths is not in it: at least so many */
  isPart: boolean
}

function gapsOf(unplaced: readonly Growth[], direction: Direction): Gap[] {
  const own = unplaced.filter((growth) => growth.direction === direction)
  return [...Map.groupBy(own, ({ from, to }) => `${from} ${to}`).values()].flatMap((paths) => {
    const [first] = paths
    if (!first) return []
    const bytes = paths.reduce((sum, growth) => sum + Number(growth.bytes), 0)
    return [{ from: first.from, to: first.to, bytes, isPart: paths.length < 2 || paths.some(({ reset }) => reset) }]
  })
}

/** What of a gap no point covers: metrics may stand in for counters there. */
function ofGap(
  { from, to, bytes, isPart }: Gap,
  points: readonly UsagePoint[],
  direction: Direction,
  pathRate: number,
): Bounds {
  const [first] = points
  const last = points.at(-1)
  if (!first || !last) return { atLeast: 0, atMost: 0 }
  const length = to - from
  const unseen = points.reduce((sum, { start, [direction]: { coveredMs } }) => {
    const overlap = Math.min(to, start + FIVE_MINUTES_MS) - Math.max(from, start)
    return overlap > 0 ? sum + Math.min(overlap, FIVE_MINUTES_MS - Math.min(coveredMs, FIVE_MINUTES_MS)) : sum
  }, 0)
  const share = bytes / length / pathRate
  const sure = Math.min(length, Math.max(0, length * (share - 1)))
  return {
    atLeast: Math.max(0, sure - (length - unseen)),
    atMost: isPart ? unseen : Math.min(unseen, length * share),
  }
}
