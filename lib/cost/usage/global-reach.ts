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
