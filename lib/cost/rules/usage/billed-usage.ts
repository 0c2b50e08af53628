import { z } from 'zod'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'

/** Usage of a circuit in one hour, summed over both paths. */
export interface UsageHour {
  /** begin of the hour, a whole hour UTC */
  start: EpochMs
  /** bytes out of Azure. If no time of the hour was measured, they are a minimum. Null = unknown */
  bytesOut: bigint | null
  /** Bytes into Azure. Azure does not bill them, but they use bandwidth. Null or absent = unknown. */
  bytesIn?: bigint | null
  coveredSeconds: number
  metricSeconds: number
}

/**
 * Bytes that a counter counted between two readings that are far apart, so that it is unknown in which hours they
 * passed.
 */
export interface CounterBytesOfUnknownHours {
  from: EpochMs
  to: EpochMs
  bytes: bigint
}

export interface UsageInput {
  /** Usage by hour. Hours before and after the requested time are ignored. A missing hour counts as not measured. */
  hours: readonly UsageHour[]
  unplaced: readonly CounterBytesOfUnknownHours[]
  /**
   * Bytes of Global Reach by hour. The counters of the circuit include these bytes, but Azure bills them on other
   * meters. Null = unknown, or the circuit has no Global Reach.
   */
  globalReach: readonly UsageHour[] | null
  /** Whether `globalReach` was measured; absent = it was computed from declared shares. */
  reachBasis?: 'measured'
  /**
   * bandwidth of one path in one direction, Mbit/s; null = unknown, so that there is no maximum for the bytes of
   * unmeasured time
   */
  bandwidthMbps: number | null
  /**
   * Rate of the busiest five minutes in the last 30 days. It is the sum of both paths in the direction with more
   * traffic. Absent = it was not read.
   */
  busiestFiveMinutes?: { mbps: number | null; coveredSeconds: number }
}

export interface BilledHour {
  start: EpochMs
  /** Bytes that passed in the hour. */
  bytes: bigint
  /** bytes that passed during a longer time without measurement before the counter was read again in this hour */
  late: bigint
  /** sum of `bytes` and `late` of this hour and all earlier hours in the list */
  cumulative: bigint
  coveredSeconds: number
}

/** A number of bytes, stored in JSON as decimal text. */
export const storedByteCountSchema = z.string().regex(/^\d+$/).transform(BigInt)

const span = z.object({
  from: z.number(),
  to: z.number(),
  /** For a gap, the number of unmeasured seconds in [from, to). For usage, the length of [from, to) in seconds. */
  seconds: z.number(),
  /**
   * Maximum number of bytes; null = the bandwidth is unknown. For a gap, these are the bytes that may have passed in
   * addition to the counted bytes. For usage, these are all bytes.
   */
  atMost: storedByteCountSchema.nullable(),
})

const usageGap = span.extend({
  /** bytes of the gap that are already included in the field `bytes` of the usage; absent = 0 */
  counted: storedByteCountSchema.exactOptional(),
})
export type UsageGap = z.output<typeof usageGap>

export const billedSumsSchema = span.extend({
  /** Measured bytes. They are a minimum for the billed bytes. */
  bytes: storedByteCountSchema,
  coveredSeconds: z.number(),
  metricSeconds: z.number(),
  gaps: z.array(usageGap),
})
export interface BilledUsage extends z.output<typeof billedSumsSchema> {
  hours: readonly BilledHour[]
}

/**
 * Number of paths that carry traffic at the same time. Each path has the full bandwidth, so twice the purchased
 * bandwidth can pass (ExpressRoute FAQ, burst).
 */
export const PATHS_CARRYING_TRAFFIC = 2n
/**
 * Maximum number of unmeasured seconds in an hour that still counts as completely measured. Polls do not run exactly at
 * the begin of an hour.
 */
const TOLERANCE = 1

/**
 * Computes the billable bytes of a period, which are the bytes out of Azure on both paths without Global Reach. An
 * unmeasured time (a gap) has a minimum of 0 bytes and a maximum equal to the capacity of the paths. No likely value is
 * estimated here. If a counter shows how many bytes passed in a gap that is completely within the period, these bytes
 * are counted. If such a gap extends beyond the period, they only reduce the maximum.
 * @param from a whole hour
 * @param to a whole hour, or now; the last hour is then counted until now
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
  for (let start = from; start < to; start += MS_PER_HOUR) {
    const end = Math.min(start + MS_PER_HOUR, to)
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
 * measured. If the circuit itself was measured for the whole hour, its bytes are then the maximum.
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

function overlapSeconds(one: CounterBytesOfUnknownHours, start: EpochMs, end: EpochMs): number {
  return Math.max(0, Math.min(one.to, end) - Math.max(one.from, start)) / 1_000
}

/** Adds a gap to the list. If the previous gap ends where this gap begins, both are merged. */
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
 * Returns the maximum number of bytes of a gap. If a counter was read before and after the gap, the number is at most
 * the bytes that the counter counted in between.
 */
function boundedBy(gap: UsageGap, across: readonly CounterBytesOfUnknownHours[]): bigint | null {
  const over = across.find((one) => one.from <= gap.from && gap.to <= one.to)
  return over ? least(gap.atMost, over.bytes) : gap.atMost
}

const less = (a: bigint, b: bigint): bigint => (a > b ? a - b : 0n)

function least(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
