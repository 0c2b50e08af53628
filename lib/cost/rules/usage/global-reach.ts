import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import type { Override } from '../prices/overrides.ts'
import { CARRYING_PATHS, type UsageFacts, type UsageHour } from './billed.ts'

/** A declared share of Global Reach on a circuit, for a time. */
export interface ReachShare {
  /** share of the bytes out */
  share: number
  from: EpochMs
  /** end of the time in which the share applies, exclusive; null = ongoing */
  until: EpochMs | null
}

/** Precision of shares: a millionth, so that bytes remain whole numbers. */
const PARTS = 1_000_000

/** Returns the declared shares of a circuit, latest declaration first, because it takes precedence. */
export function reachShares(overrides: readonly Override[], circuitId: string): ReachShare[] {
  return overrides
    .flatMap((one) => (one.kind === 'global_reach_share' ? one : []))
    .filter(({ circuitIds }) => circuitIds === null || circuitIds.includes(circuitId))
    .toSorted((a, b) => b.at - a.at)
    .map(({ share, from, until }) => ({ share, from, until }))
}

/** Returns the bytes of Global Reach in each hour by the declared shares; null if no share is declared. */
export function reachHours(hours: readonly UsageHour[], shares: readonly ReachShare[]): UsageHour[] | null {
  if (shares.length === 0) return null
  return hours.map((hour) => {
    const { share = 0 } =
      shares.find(({ from, until }) => from <= hour.start && (until === null || hour.start < until)) ?? {}
    const parts = BigInt(Math.round(share * PARTS))
    return { ...hour, bytesOut: hour.bytesOut === null ? null : (hour.bytesOut * parts) / BigInt(PARTS) }
  })
}

/**
 * Minimum ratio of Global Reach's covered time to the circuit's covered time in an hour. With less coverage the hour is
 * unknown.
 */
const MIN_COVERED = 0.5

/**
 * Returns the bytes of Global Reach in each hour as measured by Azure Monitor. Missing minutes of an hour are
 * extrapolated from its other minutes. Before the first measured hour 0 bytes are deducted, because the actual bytes
 * are unknown.
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
    // without a measurement the hour is unknown
    if (!own || own.coveredSeconds === 0 || own.coveredSeconds < MIN_COVERED * hour.coveredSeconds)
      return { ...hour, bytesOut: null }
    const missing = BigInt(Math.round((1_000 * hour.coveredSeconds) / own.coveredSeconds))
    return { ...hour, bytesOut: missing > 1_000n ? (own.bytesOut * missing) / 1_000n : own.bytesOut }
  })
}

/** Bytes of one direction by begin of the hour, and the covered milliseconds of the hour. */
export type MeasuredHours = ReadonlyMap<EpochMs, { bytes: bigint; coveredMs: number }>

/**
 * Returns the bytes of Global Reach in one direction of a time: the measured bytes, and an upper bound (`atMost`) that
 * includes unmeasured time; null = no bound is known. In an hour in which the circuit was fully measured, the bound is
 * the circuit's bytes if that is lower; otherwise it is the capacity of both paths.
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

/**
 * Returns the bytes that are deducted from the billable bytes, in hours in which both the circuit and its Global Reach
 * are known.
 */
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
