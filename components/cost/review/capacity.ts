import type { CostProjection } from '#lib/cost/api/index.ts'

/** What one path of a circuit has to carry alone, against the bandwidth after the recommended change, or of now. */
interface PathPeak {
  mbps: number
  /** of one path; above 1 = it does not fit */
  share: number
  /** `busiest hour of 30 days`, or `if erc-london fails` */
  when: string
  /** something that would move to it is not known: it is at least this */
  isAtLeast: boolean
}

/** Above this share of one path a change is marked: there is no room for what a month brings. */
export const NEARLY_FULL = 0.8

/**
 * The most that one path carries: all traffic of the busiest hour once the other path is lost, or what a loss elsewhere moves to it.
 * @returns null where no hour is known, or no bandwidth
 */
export function capacityAfter({
  bandwidthMbps,
  busiestHourMbps,
  takesOver,
  recommendation: { action, to },
}: CostProjection): PathPeak | null {
  const after = action === 'switch' && to ? to.bandwidthMbps : bandwidthMbps
  if (after === null || busiestHourMbps === null) return null
  const losses = takesOver?.losses ?? []
  const worst = losses.reduce<{ mbps: number; when: string }>(
    (most, { name, atMostBitsPerSecond }) => {
      const mbps = (atMostBitsPerSecond ?? 0) / 1e6
      return mbps > most.mbps ? { mbps, when: name === null ? 'after another failure' : `if ${name} fails` } : most
    },
    { mbps: busiestHourMbps, when: 'busiest hour of 30 days' },
  )
  return {
    ...worst,
    share: worst.mbps / after,
    isAtLeast:
      takesOver === null ||
      takesOver.isUnsure ||
      losses.some(({ atMostBitsPerSecond }) => atMostBitsPerSecond === null),
  }
}
