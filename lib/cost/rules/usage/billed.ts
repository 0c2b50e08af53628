import { z } from 'zod'
import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'

/** One hour of usage of a circuit, summed over both paths. */
export interface UsageHour {
  /** begin of the hour, a whole hour UTC */
  start: EpochMs
  /** bytes out of Azure; a lower bound if the hour has no coverage; null = unknown */
  bytesOut: bigint | null
  /** bytes into Azure, which are not billed but need bandwidth; null or absent = unknown */
  bytesIn?: bigint | null
  coveredSeconds: number
  metricSeconds: number
}

/** Growth of counters over an interval without polls. Its distribution over the hours is unknown. */
export interface UnplacedBytes {
  from: EpochMs
  to: EpochMs
  bytes: bigint
}

export interface UsageFacts {
  /** hours of any time; hours outside of the requested time are ignored, missing hours are gaps */
  hours: readonly UsageHour[]
  unplaced: readonly UnplacedBytes[]
  /**
   * bytes of Global Reach, which pass the circuit's counters but are billed on other meters; null = unknown, or the
   * circuit has no Global Reach
   */
  globalReach: readonly UsageHour[] | null
  /** source of `globalReach`; absent = declared shares */
  reachBasis?: 'measured'
  /** bandwidth of one path and direction; null = unknown, and gaps have no upper bound */
  bandwidthMbps: number | null
  /** busiest five minutes of the last 30 days, both paths together, in the busier direction; absent = not read */
  busiestFiveMinutes?: { mbps: number | null; coveredSeconds: number }
}

export interface BilledHour {
  start: EpochMs
  /** bytes that passed in the hour */
  bytes: bigint
  /** bytes that became known in the hour: growth of counters over a gap that ended in it */
  late: bigint
  /** sum of `bytes` and `late` since the begin */
  cumulative: bigint
  coveredSeconds: number
}

/** Bytes as stored in JSON, as decimal text. */
export const storedBytes = z.string().regex(/^\d+$/).transform(BigInt)

const span = z.object({
  from: z.number(),
  to: z.number(),
  /**
   * for a gap: uncovered seconds between from and to, less than its length if hours are partly covered; for usage: the
   * length of [from, to)
   */
  seconds: z.number(),
  /**
   * upper bound: for a gap the bytes in addition to the counted bytes, for usage the total bytes; null = the bandwidth
   * is unknown
   */
  atMost: storedBytes.nullable(),
})

const usageGap = span.extend({
  /** lower bound of the gap's bytes, which is already counted in `bytes`; absent = 0 */
  counted: storedBytes.exactOptional(),
})
export type UsageGap = z.output<typeof usageGap>

export const billedSums = span.extend({
  /** measured bytes, which are the lower bound of the billed bytes */
  bytes: storedBytes,
  coveredSeconds: z.number(),
  metricSeconds: z.number(),
  gaps: z.array(usageGap),
})
export interface BilledUsage extends z.output<typeof billedSums> {
  hours: readonly BilledHour[]
}

/**
 * Number of paths that carry traffic at the same time, each with the full bandwidth, so that twice the purchased
 * bandwidth can pass (ExpressRoute FAQ, burst).
 */
export const CARRYING_PATHS = 2n
/** Missing seconds up to which an hour counts as complete, because polls do not end on the hour. */
const TOLERANCE = 1

/**
 * Computes the billable bytes of a time: bytes out of Azure over both paths, without Global Reach. Gaps are not filled,
 * but have bounds from 0 to the capacity of the paths. The growth of counters over a gap inside the time is counted;
 * growth across the border of the time only reduces the upper bound.
 * @param from a whole hour
 * @param to a whole number of hours later, or now: the current hour counts up to now
 */
export function billedUsage(facts: UsageFacts, from: EpochMs, to: EpochMs): BilledUsage {
  const byStart = new Map(facts.hours.map((hour) => [hour.start, hour]))
  const reach = facts.globalReach && new Map(facts.globalReach.map((hour) => [hour.start, hour]))
  const inside = facts.unplaced.filter((one) => from <= one.from && one.to <= to)
  const across = facts.unplaced.filter((one) => one.from < to && from < one.to && !inside.includes(one))
  const perSecond =
    facts.bandwidthMbps === null ? null : (BigInt(facts.bandwidthMbps) * 1_000_000n * CARRYING_PATHS) / 8n

  const hours: BilledHour[] = []
  const gaps: UsageGap[] = []
  let [covered, metric, cumulative] = [0, 0, 0n]
  for (let start = from; start < to; start += HOUR) {
    const end = Math.min(start + HOUR, to)
    const length = (end - start) / 1_000
    const seen = billedHour(byStart.get(start), reach, start, length)
    const bridged = inside.reduce((sum, one) => sum + overlapSeconds(one, start, end), 0)
    const known = Math.min(length, seen.coveredSeconds + bridged)
    const late = inside.reduce((sum, one) => (start < one.to && one.to <= end ? sum + one.bytes : sum), 0n)
    cumulative += seen.bytes + late
    covered += known
    metric += Math.min(seen.metricSeconds, known)
    hours.push({ start, bytes: seen.bytes, late, cumulative, coveredSeconds: known })
    if (length - known <= TOLERANCE) continue
    const counted = seen.coveredSeconds === 0 ? seen.bytes : 0n
    const ceiling = perSecond === null ? null : less(perSecond * BigInt(Math.ceil(length - known)), counted)
    addGap(gaps, {
      from: start,
      to: end,
      seconds: length - known,
      atMost: least(ceiling, seen.atMost),
      ...(counted > 0n && { counted }),
    })
  }
  const bounded = gaps.map((gap) => ({ ...gap, atMost: boundedBy(gap, across) }))
  return {
    from,
    to,
    bytes: cumulative,
    atMost: bounded.reduce<bigint | null>(
      (sum, gap) => (sum === null || gap.atMost === null ? null : sum + gap.atMost),
      cumulative,
    ),
    coveredSeconds: covered,
    seconds: (to - from) / 1_000,
    metricSeconds: metric,
    gaps: bounded,
    hours,
  }
}

/**
 * Returns the billable bytes of an hour. If its Global Reach is unknown, the hour counts as a gap with the circuit's
 * bytes as upper bound.
 */
function billedHour(
  hour: UsageHour | undefined,
  reach: Map<EpochMs, UsageHour> | null,
  start: EpochMs,
  length: number,
): { bytes: bigint; coveredSeconds: number; metricSeconds: number; atMost: bigint | null } {
  const bytes = hour?.bytesOut
  if (!hour || bytes === null || bytes === undefined) {
    return { bytes: 0n, coveredSeconds: 0, metricSeconds: 0, atMost: null }
  }
  const { coveredSeconds, metricSeconds } = hour
  if (reach === null) return { bytes, coveredSeconds: Math.min(length, coveredSeconds), metricSeconds, atMost: null }
  const away = reach.get(start)
  if (!away || away.bytesOut === null) {
    const isWhole = length - coveredSeconds <= TOLERANCE
    return { bytes: 0n, coveredSeconds: 0, metricSeconds: 0, atMost: isWhole ? bytes : null }
  }
  return {
    bytes: less(bytes, away.bytesOut),
    coveredSeconds: Math.min(length, coveredSeconds),
    metricSeconds,
    atMost: null,
  }
}

function overlapSeconds(one: UnplacedBytes, start: EpochMs, end: EpochMs): number {
  return Math.max(0, Math.min(one.to, end) - Math.max(one.from, start)) / 1_000
}

/** Adds a gap, merging it with an adjacent previous gap. */
function addGap(gaps: UsageGap[], gap: UsageGap): void {
  const last = gaps.at(-1)
  if (last?.to !== gap.from) gaps.push(gap)
  else {
    last.atMost = last.atMost === null || gap.atMost === null ? null : last.atMost + gap.atMost
    last.seconds += gap.seconds
    if (gap.counted !== undefined) last.counted = (last.counted ?? 0n) + gap.counted
    last.to = gap.to
  }
}

/** Reduces the upper bound of a gap if a growth across the border of the time covers the whole gap. */
function boundedBy(gap: UsageGap, across: readonly UnplacedBytes[]): bigint | null {
  const over = across.find((one) => one.from <= gap.from && gap.to <= one.to)
  return over ? least(gap.atMost, over.bytes) : gap.atMost
}

const less = (a: bigint, b: bigint): bigint => (a > b ? a - b : 0n)

function least(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
