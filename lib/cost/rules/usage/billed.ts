import { z } from 'zod'
import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'

/** One hour of a circuit, both paths summed, as usage reports it. */
export interface UsageHour {
  /** a whole hour UTC */
  start: EpochMs
  /** out of Azure, at least where nothing of the hour is covered; null where nothing of it is known */
  bytesOut: bigint | null
  /** into Azure, which is not billed and needs room all the same; null or absent = not known */
  bytesIn?: bigint | null
  coveredSeconds: number
  metricSeconds: number
}

/** What the counters grew by over an interval without polls: known as a whole, not by hours. */
export interface UnplacedBytes {
  from: EpochMs
  to: EpochMs
  bytes: bigint
}

export interface UsageFacts {
  /** hours of any time; those outside of the asked one are passed over, those that are missing are gaps */
  hours: readonly UsageHour[]
  unplaced: readonly UnplacedBytes[]
  /** Global Reach's bytes, which pass the circuit's counters and have meters of their own; null = the circuit has none */
  globalReach: readonly UsageHour[] | null
  /** what that rests on; absent = it was declared */
  reachBasis?: 'measured'
  /** of one path and direction; null = not known, and gaps have no upper bound */
  bandwidthMbps: number | null
  /** of the last 30 days, both paths together, in the busier direction; absent = not read */
  busiestFiveMinutes?: { mbps: number | null; coveredSeconds: number }
}

export interface BilledHour {
  start: EpochMs
  /** passed in it */
  bytes: bigint
  /** became known in it: what counters grew by over a gap that ended in this hour */
  late: bigint
  /** of both kinds, since the begin */
  cumulative: bigint
  coveredSeconds: number
}

/** Bytes as they are kept in JSON: decimal text. */
export const keptBytes = z.string().regex(/^\d+$/).transform(BigInt)

const span = z.object({
  from: z.number(),
  to: z.number(),
  /** not covered between from and to, of a gap: hours that are covered in part make it shorter; of usage the length of [from, to) */
  seconds: z.number(),
  /** at least 0 passed beside what is counted, and at most this; null = no bandwidth is known */
  atMost: keptBytes.nullable(),
})

const usageGap = span.extend({
  /** counted already, as the least that passed in it; absent = nothing */
  counted: keptBytes.exactOptional(),
})
export type UsageGap = z.output<typeof usageGap>

export const billedSums = span.extend({
  /** what was measured: at least so much is billed */
  bytes: keptBytes,
  coveredSeconds: z.number(),
  metricSeconds: z.number(),
  gaps: z.array(usageGap),
})
export interface BilledUsage extends z.output<typeof billedSums> {
  hours: readonly BilledHour[]
}

/** Both paths carry at once, each the whole bandwidth: twice of what was bought can pass (ExpressRoute FAQ, burst). */
export const CARRYING_PATHS = 2n
/** Seconds by which an hour may fall short and count as whole: polls don't end on the hour. */
const TOLERANCE = 1

/**
 * Billable bytes of a time: out of Azure over both paths, less Global Reach. A gap is never filled: it has bounds, from nothing to what
 * the paths can carry. What the counters grew by over a gap that lies within the time counts, since it passed within it; over a border,
 * it only narrows the bound.
 * @param from a whole hour
 * @param to whole hours after it, or now: an hour that goes on counts as far as it has gone
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

/** An hour whose Global Reach is not known shows only that no more than all of it is billed. */
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

/** Gaps of hours that follow each other are one. */
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

/** What grew across the border bounds a gap that it covers wholly. */
function boundedBy(gap: UsageGap, across: readonly UnplacedBytes[]): bigint | null {
  const over = across.find((one) => one.from <= gap.from && gap.to <= one.to)
  return over ? least(gap.atMost, over.bytes) : gap.atMost
}

const less = (a: bigint, b: bigint): bigint => (a > b ? a - b : 0n)

function least(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
