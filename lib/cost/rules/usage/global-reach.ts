import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import type { Override } from '../prices/overrides.ts'
import { CARRYING_PATHS, type UsageFacts, type UsageHour } from './billed.ts'

/** What was declared of Global Reach on a circuit, for a time. */
export interface ReachShare {
  /** of the bytes out */
  share: number
  from: EpochMs
  /** not included; null = it goes on */
  until: EpochMs | null
}

/** Shares are taken to a millionth, so that bytes stay whole numbers. */
const PARTS = 1_000_000

/** What is declared for a circuit, the latest first: it wins. */
export function reachShares(overrides: readonly Override[], circuitId: string): ReachShare[] {
  return overrides
    .flatMap((one) => (one.kind === 'global_reach_share' ? one : []))
    .filter(({ circuitIds }) => circuitIds === null || circuitIds.includes(circuitId))
    .toSorted((a, b) => b.at - a.at)
    .map(({ share, from, until }) => ({ share, from, until }))
}

/** Global Reach's bytes of each hour, as declared; null where nothing is. */
export function reachHours(hours: readonly UsageHour[], shares: readonly ReachShare[]): UsageHour[] | null {
  if (shares.length === 0) return null
  return hours.map((hour) => {
    const { share = 0 } =
      shares.find(({ from, until }) => from <= hour.start && (until === null || hour.start < until)) ?? {}
    const parts = BigInt(Math.round(share * PARTS))
    return { ...hour, bytesOut: hour.bytesOut === null ? null : (hour.bytesOut * parts) / BigInt(PARTS) }
  })
}

/** Of an hour, so much of what is known of the circuit must be known of Global Reach for it to stand for all of it. */
const MIN_COVERED = 0.5

/**
 * Global Reach's bytes of each hour as Azure Monitor measured them; minutes of an hour that it lacks count as the others of that hour. Before
 * the first measured hour nothing is taken out: nobody knows what there was.
 * @param measured by begin of the hour: bytes out, and seconds that they cover
 */
export function measuredReach(
  hours: readonly UsageHour[],
  measured: ReadonlyMap<EpochMs, { bytesOut: bigint; coveredSeconds: number }>,
): UsageHour[] | null {
  const known = [...measured].flatMap(([start, { coveredSeconds }]) => (coveredSeconds > 0 ? [start] : []))
  if (known.length === 0) return null
  const first = Math.min(...known)
  return hours.map((hour) => {
    if (hour.start < first) return { ...hour, bytesOut: 0n }
    const own = measured.get(hour.start)
    // of an hour without any reading nothing is known
    if (!own || own.coveredSeconds === 0 || own.coveredSeconds < MIN_COVERED * hour.coveredSeconds)
      return { ...hour, bytesOut: null }
    const missing = BigInt(Math.round((1_000 * hour.coveredSeconds) / own.coveredSeconds))
    return { ...hour, bytesOut: missing > 1_000n ? (own.bytesOut * missing) / 1_000n : own.bytesOut }
  })
}

/** Bytes of one direction by begin of the hour, and the time of the hour that they cover. */
export type MeasuredHours = ReadonlyMap<EpochMs, { bytes: bigint; coveredMs: number }>

/**
 * Returns the bytes of Global Reach in one direction of a time: the measured ones, and a bound with the time that was not measured. In an
 * hour in which the circuit itself was measured as a whole, no more than the circuit's bytes passed; else no more than both paths carry.
 * @param from a whole hour
 */
export function reachBytes(
  reach: MeasuredHours,
  circuit: MeasuredHours,
  { from, to, bandwidthMbps }: { from: EpochMs; to: EpochMs; bandwidthMbps: number | null },
): { bytes: bigint; atMost: bigint | null; coveredSeconds: number } {
  const perSecond = bandwidthMbps === null ? null : (BigInt(bandwidthMbps) * 1_000_000n * CARRYING_PATHS) / 8n
  let [bytes, coveredMs]: [bigint, number] = [0n, 0]
  let atMost: bigint | null = 0n
  for (let start = from; start < to; start += HOUR) {
    const length = Math.min(start + HOUR, to) - start
    const own = reach.get(start) ?? { bytes: 0n, coveredMs: 0 }
    const missingMs = Math.max(0, length - own.coveredMs)
    bytes += own.bytes
    coveredMs += length - missingMs
    const all = circuit.get(start)
    const ceiling = perSecond === null ? null : own.bytes + perSecond * BigInt(Math.ceil(missingMs / 1_000))
    const whole = all && all.coveredMs >= length && all.bytes >= own.bytes ? all.bytes : null
    const most = missingMs === 0 ? own.bytes : ceiling === null || (whole !== null && whole < ceiling) ? whole : ceiling
    atMost = atMost === null || most === null ? null : atMost + most
  }
  return { bytes, atMost, coveredSeconds: coveredMs / 1_000 }
}

/** Returns the bytes of a time that are taken out of the billable ones, in hours of which the circuit and its Global Reach are known. */
export function reachDeducted({ hours, globalReach }: UsageFacts, from: EpochMs, to: EpochMs): bigint {
  const reach = new Map((globalReach ?? []).map(({ start, bytesOut }) => [start, bytesOut]))
  return hours
    .filter(({ start }) => from <= start && start < to)
    .reduce((sum, { start, bytesOut }) => {
      const away = reach.get(start) ?? null
      if (bytesOut === null || away === null) return sum
      return sum + (away < bytesOut ? away : bytesOut)
    }, 0n)
}
