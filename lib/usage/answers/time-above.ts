import type { EpochMs } from '#lib/contract/index.ts'
import type { TimeAbove } from '../api/index.ts'
import type { Direction, Growth, UsagePoint } from '#lib/history/index.ts'

const FIVE_MINUTES_MS = 5 * 60_000

/** Input: 5-minute points of both paths together, and growth of the counters over gaps between them. */
interface Counted {
  points: readonly UsagePoint[]
  /** growth of each path's counters between two polls that are too far apart to assign the bytes to 5-minute points */
  unplaced: readonly Growth[]
  /** total length of the points in ms; only the elapsed part of the current point counts */
  totalMs: number
}

/** Bounds of a duration, ms. */
interface Bounds {
  atLeast: number
  atMost: number
}

/**
 * Returns how long both paths together carried more than one path can carry. That traffic would not fit if one path
 * failed. Each 5-minute average above the bandwidth of one path counts with its covered time. For a longer time between
 * two polls only the sum is known. Because the rate is never higher than that of both paths, an average of r times the
 * bandwidth of one path over a time t was above it for at least t(r - 1) and at most tr. Time without data is not
 * counted, see `coveredSeconds`.
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

/**
 * Returns the bounds for a 5-minute point.
 * @param pathRate bytes per ms
 */
function ofPoint({ bytes, coveredMs, atLeast }: UsagePoint['in'], pathRate: number): Bounds {
  if (coveredMs === 0) return { atLeast: 0, atMost: 0 }
  // the bytes of a counter that was reset may belong to seconds that `coveredMs` does not include, so only bounds are
  // known
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
  /** bytes of all paths that grew over the gap */
  bytes: number
  /** true = `bytes` is a lower bound, because a counter was reset or one of the two paths is missing */
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

/**
 * Returns the time above the rate of one path in a gap between two polls, as bounds. Only the part of the gap that no
 * point covers counts, because metrics may cover the other part.
 */
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
