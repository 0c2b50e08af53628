import type { EpochMs } from '#lib/contract/index.ts'
import type { Override } from '../prices/overrides.ts'
import type { UsageHour } from './billed.ts'

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
const LEAST_COVERED = 0.5

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
    if (!own || own.coveredSeconds === 0 || own.coveredSeconds < LEAST_COVERED * hour.coveredSeconds)
      return { ...hour, bytesOut: null }
    const missing = BigInt(Math.round((1_000 * hour.coveredSeconds) / own.coveredSeconds))
    return { ...hour, bytesOut: missing > 1_000n ? (own.bytesOut * missing) / 1_000n : own.bytesOut }
  })
}
