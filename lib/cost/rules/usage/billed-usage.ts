import { z } from 'zod'
import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'

/** Usage of a circuit in one hour, summed over both paths. */
export interface UsageHour {
  /** begin of the hour, a whole hour UTC */
  start: EpochMs
  /** Bytes out of Azure; a minimum if no time of the hour is covered; null = unknown. */
  bytesOut: bigint | null
  /** Bytes into Azure. They are not billed but need bandwidth; null or absent = unknown. */
  bytesIn?: bigint | null
  coveredSeconds: number
  metricSeconds: number
}

/** Bytes that a counter counted between two polls that are far apart. It is unknown in which hours they passed. */
export interface UnplacedBytes {
  from: EpochMs
  to: EpochMs
  bytes: bigint
}

export interface UsageInput {
  /**
   * Usage by hour. Hours outside of the requested time are ignored; the time of a missing hour counts as not measured.
   */
  hours: readonly UsageHour[]
  unplaced: readonly UnplacedBytes[]
  /**
   * Bytes of Global Reach by hour. The circuit's counters include them, but they are billed on other meters. Null =
   * unknown, or the circuit has no Global Reach.
   */
  globalReach: readonly UsageHour[] | null
  /** Whether `globalReach` was measured; absent = it was computed from declared shares. */
  reachBasis?: 'measured'
  /**
   * Bandwidth of one path in one direction, Mbit/s; null = unknown, so that the bytes of a time without polls have no
   * maximum.
   */
  bandwidthMbps: number | null
  /**
   * Rate of the busiest five minutes of the last 30 days, of both paths together in the direction with more traffic;
   * absent = not read.
   */
  busiestFiveMinutes?: { mbps: number | null; coveredSeconds: number }
}

export interface BilledHour {
  start: EpochMs
  /** Bytes that passed in the hour. */
  bytes: bigint
  /** Bytes that passed in a longer time without polls and were counted at its end, which is in this hour. */
  late: bigint
  /** Sum of `bytes` and `late` of this hour and all earlier hours of the time. */
  cumulative: bigint
  coveredSeconds: number
}

/** A number of bytes, stored in JSON as decimal text. */
export const storedByteCountSchema = z.string().regex(/^\d+$/).transform(BigInt)

const span = z.object({
  from: z.number(),
  to: z.number(),
  /**
   * For a gap, the number of seconds without measurement, which may be less than its length. For usage, the length of
   * [from, to) in seconds.
   */
  seconds: z.number(),
  /**
   * Maximum bytes; null = the bandwidth is unknown. For a gap, the bytes that may have passed in addition to the
   * counted bytes. For usage, all bytes.
   */
  atMost: storedByteCountSchema.nullable(),
})

const usageGap = span.extend({
  /** Bytes of the gap that are already counted in `bytes` of the usage; absent = 0. */
  counted: storedByteCountSchema.exactOptional(),
})
export type UsageGap = z.output<typeof usageGap>

export const billedSumsSchema = span.extend({
  /** Measured bytes. The billed bytes are at least as many. */
  bytes: storedByteCountSchema,
  coveredSeconds: z.number(),
  metricSeconds: z.number(),
  gaps: z.array(usageGap),
})
export interface BilledUsage extends z.output<typeof billedSumsSchema> {
  hours: readonly BilledHour[]
}

/**
 * Number of paths that carry traffic at the same time. Each has the full bandwidth, so that twice the purchased
 * bandwidth can pass (ExpressRoute FAQ, burst).
 */
export const PATHS_CARRYING_TRAFFIC = 2n
/**
 * Number of unmeasured seconds up to which an hour counts as completely measured, because polls are not exactly on the
 * hour.
 */
const TOLERANCE = 1

/**
 * Computes the billable bytes of a time: the bytes out of Azure on both paths, without Global Reach.
 * A gap is a time without measurement. Its bytes are not estimated here; their minimum is 0 and their maximum is the
 * capacity of the paths. If a counter shows how many bytes passed in a gap, they are counted if the gap is inside the
 * time. If the gap extends beyond the time, they only reduce the maximum.
 * @param from a whole hour
 * @param to a whole hour, or now; the current hour then counts until now
 */
export function computeBilledUsage(facts: UsageInput, from: EpochMs, to: EpochMs): BilledUsage {
  const byStart = new Map(facts.hours.map((hour) => [hour.start, hour]))
  const reach = facts.globalReach && new Map(facts.globalReach.map((hour) => [hour.start, hour]))
  const inside = facts.unplaced.filter((one) => from <= one.from && one.to <= to)
  const across = facts.unplaced.filter((one) => one.from < to && from < one.to && !inside.includes(one))
  const perSecond =
    facts.bandwidthMbps === null ? null : (BigInt(facts.bandwidthMbps) * 1_000_000n * PATHS_CARRYING_TRAFFIC) / 8n

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
 * Returns the billable bytes of an hour. If the bytes of Global Reach in this hour are unknown, the hour counts as not
 * measured. The maximum of the hour is then the bytes of the circuit, if the circuit was measured for the whole hour.
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

/** Adds a gap to the list. If the previous gap ends at its begin, the two are merged. */
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

/**
 * Returns the maximum of a gap's bytes. If a counter was read before and after the gap, the maximum is at most the
 * bytes that it counted.
 */
function boundedBy(gap: UsageGap, across: readonly UnplacedBytes[]): bigint | null {
  const over = across.find((one) => one.from <= gap.from && gap.to <= one.to)
  return over ? least(gap.atMost, over.bytes) : gap.atMost
}

const less = (a: bigint, b: bigint): bigint => (a > b ? a - b : 0n)

function least(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
