import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { PriceOverride } from '../prices/overrides.ts'
import { PATHS_CARRYING_TRAFFIC, type UsageInput, type UsageHour } from './billed-usage.ts'

/** A share of a circuit's outbound bytes that passes Global Reach, declared by an operator for a time. */
export interface GlobalReachShare {
  /** Share of the outbound bytes, 0 to 1. */
  share: number
  from: EpochMs
  /** End of the time for which the share applies, exclusive; null = it still applies. */
  until: EpochMs | null
}

/** Shares are rounded to a millionth, so that bytes can be computed as whole numbers. */
const PARTS = 1_000_000

/** Returns the declared shares of a circuit. The latest declaration is first, because it takes precedence. */
export function listGlobalReachShares(overrides: readonly PriceOverride[], circuitId: string): GlobalReachShare[] {
  return overrides
    .flatMap((one) => (one.kind === 'global_reach_share' ? one : []))
    .filter(({ circuitIds }) => circuitIds === null || circuitIds.includes(circuitId))
    .toSorted((a, b) => b.at - a.at)
    .map(({ share, from, until }) => ({ share, from, until }))
}

/**
 * Returns the bytes of Global Reach in each hour, computed from the declared shares. Returns null if no share was
 * declared at all. If no share applies to an hour, the hour has 0 bytes.
 */
export function estimateGlobalReachHours(
  hours: readonly UsageHour[],
  shares: readonly GlobalReachShare[],
): UsageHour[] | null {
  if (shares.length === 0) return null
  return hours.map((hour) => {
    const { share = 0 } =
      shares.find(({ from, until }) => from <= hour.start && (until === null || hour.start < until)) ?? {}
    const parts = BigInt(Math.round(share * PARTS))
    return { ...hour, bytesOut: hour.bytesOut === null ? null : (hour.bytesOut * parts) / BigInt(PARTS) }
  })
}

/**
 * Minimum ratio between the measured time of Global Reach and the measured time of the circuit in an hour. If the ratio
 * is smaller, the bytes of Global Reach in this hour are unknown.
 */
const MIN_COVERED = 0.5

/**
 * Returns the bytes of Global Reach in each hour, as measured by Azure Monitor. The bytes of an hour that was only
 * partly measured are scaled up. Hours before the first measured hour have 0 bytes, so that nothing is subtracted from
 * their billed bytes.
 * @param measured bytes out and measured seconds, by the begin of each hour
 */
export function fillMeasuredGlobalReach(
  hours: readonly UsageHour[],
  measured: ReadonlyMap<EpochMs, { bytesOut: bigint; coveredSeconds: number }>,
): UsageHour[] | null {
  const known = [...measured].flatMap(([start, { coveredSeconds }]) => (coveredSeconds > 0 ? [start] : []))
  if (known.length === 0) return null
  const first = Math.min(...known)
  return hours.map((hour) => {
    if (hour.start < first) return { ...hour, bytesOut: 0n }
    const own = measured.get(hour.start)
    // too little of the hour was measured, so its bytes are unknown
    if (!own || own.coveredSeconds === 0 || own.coveredSeconds < MIN_COVERED * hour.coveredSeconds)
      return { ...hour, bytesOut: null }
    const missing = BigInt(Math.round((1_000 * hour.coveredSeconds) / own.coveredSeconds))
    return { ...hour, bytesOut: missing > 1_000n ? (own.bytesOut * missing) / 1_000n : own.bytesOut }
  })
}

/** Bytes in one direction and the measured milliseconds, by the begin of each hour. */
export type MeasuredBytesByHour = ReadonlyMap<EpochMs, { bytes: bigint; coveredMs: number }>

/**
 * Returns the bytes of Global Reach in one direction of a period: the measured bytes, and a maximum (`atMost`) that
 * includes unmeasured time. The maximum of an hour is its measured bytes plus the capacity of both paths in the
 * unmeasured time. If the circuit itself was measured for the whole hour and has fewer bytes than that, the bytes of
 * the circuit are the maximum. `atMost` null = the maximum is unknown.
 * @param from a whole hour
 */
export function sumGlobalReachBytes(
  reach: MeasuredBytesByHour,
  circuit: MeasuredBytesByHour,
  { from, to, bandwidthMbps }: { from: EpochMs; to: EpochMs; bandwidthMbps: number | null },
): { bytes: bigint; atMost: bigint | null; coveredSeconds: number } {
  const perSecond = bandwidthMbps === null ? null : (BigInt(bandwidthMbps) * 1_000_000n * PATHS_CARRYING_TRAFFIC) / 8n
  let [bytes, coveredMs]: [bigint, number] = [0n, 0]
  let atMost: bigint | null = 0n
  for (let start = from; start < to; start += MS_PER_HOUR) {
    const length = Math.min(start + MS_PER_HOUR, to) - start
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
 * Returns the bytes of Global Reach that are subtracted from the circuit's bytes to get the billable bytes. Only hours
 * in which both the circuit and Global Reach were measured are included.
 */
export function sumDeductedGlobalReach({ hours, globalReach }: UsageInput, from: EpochMs, to: EpochMs): bigint {
  const reach = new Map((globalReach ?? []).map(({ start, bytesOut }) => [start, bytesOut]))
  return hours
    .filter(({ start }) => from <= start && start < to)
    .reduce((sum, { start, bytesOut }) => {
      const away = reach.get(start) ?? null
      if (bytesOut === null || away === null) return sum
      return sum + (away < bytesOut ? away : bytesOut)
    }, 0n)
}
