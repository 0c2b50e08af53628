import type { EpochMs } from '#lib/contract/index.ts'
import type { TimeAboveRate } from '../api/index.ts'
import type { UsageDirection, CounterGrowth, ChosenUsageBucket } from '#lib/history/index.ts'

const FIVE_MINUTES_MS = 5 * 60_000

/** The measured traffic of both paths: 5-minute points, and the growth of counters in gaps between them. */
interface Counted {
  points: readonly ChosenUsageBucket[]
  /**
   * Growth of counters between two polls that are too far apart, so that the bytes cannot be assigned to 5-minute
   * points
   */
  unplaced: readonly CounterGrowth[]
  /** duration of all points together in ms; only the elapsed part of the current point counts */
  totalMs: number
}

/** Minimum and maximum of a duration in ms. */
interface Bounds {
  atLeast: number
  atMost: number
}

/**
 * Returns for how long both paths together carried more than one path can carry. In this time, the traffic would not
 * have fit if one path had failed. If the average of a 5-minute point is above the bandwidth of one path, all measured
 * time of the point is counted. In a gap between two polls, only the average is known, so the result is a minimum and a
 * maximum. If the average over a time t is r times the bandwidth of one path, the traffic was above the bandwidth for
 * at least t(r - 1) and at most tr. Time without data is not counted; `coveredSeconds` shows how much time has data.
 * @param mbps bandwidth of one path in Mbit/s
 */
export function computeTimeAboveRate({ points, unplaced, totalMs }: Counted, mbps: number): TimeAboveRate {
  const pathRate = (mbps * 1e6) / 8_000
  const bounds = (direction: UsageDirection) => {
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
 * Returns for how long the traffic in one 5-minute point was above the bandwidth of one path.
 * @param pathRate bandwidth of one path in bytes per ms
 */
function ofPoint({ bytes, coveredMs, atLeast }: ChosenUsageBucket['in'], pathRate: number): Bounds {
  if (coveredMs === 0) return { atLeast: 0, atMost: 0 }
  // After a reset of a counter, some bytes may belong to time that `coveredMs` does not include. Therefore only a
  // minimum and a maximum are known.
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
  /** bytes of all paths together in the gap */
  bytes: number
  /** true = the actual number of bytes may be higher, because a counter was reset or one path has no data */
  isPart: boolean
}

function gapsOf(unplaced: readonly CounterGrowth[], direction: UsageDirection): Gap[] {
  const own = unplaced.filter((growth) => growth.direction === direction)
  return [...Map.groupBy(own, ({ from, to }) => `${from} ${to}`).values()].flatMap((paths) => {
    const [first] = paths
    if (!first) return []
    const bytes = paths.reduce((sum, growth) => sum + Number(growth.bytes), 0)
    return [{ from: first.from, to: first.to, bytes, isPart: paths.length < 2 || paths.some(({ reset }) => reset) }]
  })
}

/**
 * Returns for how long the traffic in a gap between two polls was above the bandwidth of one path. The parts of the gap
 * for which metrics provide 5-minute points are not counted here.
 */
function ofGap(
  { from, to, bytes, isPart }: Gap,
  points: readonly ChosenUsageBucket[],
  direction: UsageDirection,
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
