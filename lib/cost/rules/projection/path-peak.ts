import type { CostProjection } from '../../api/index.ts'

/** Highest traffic that one path of a circuit must carry. */
interface PathPeak {
  mbps: number
  /** Failure of another resource that causes the peak; null = the busiest hour of 30 days. */
  loss: { name: string | null } | null
  /** true = the traffic after a failure elsewhere is unknown or not computed yet, so that the peak may be higher */
  isAtLeast: boolean
}

/**
 * Returns the highest traffic on one path of a circuit. It is the larger of two values: the traffic of the busiest hour,
 * and the traffic after a failure elsewhere. Returns null if the busiest hour is unknown. The review and the finding
 * about unneeded bandwidth both use this value.
 */
export function computePathPeak({
  busiestHourMbps,
  takesOver,
}: Pick<CostProjection, 'busiestHourMbps' | 'takesOver'>): PathPeak | null {
  if (busiestHourMbps === null) return null
  const losses = takesOver?.losses ?? []
  const worst = losses.reduce<Pick<PathPeak, 'mbps' | 'loss'>>(
    (most, { name, atMostBitsPerSecond }) => {
      const mbps = (atMostBitsPerSecond ?? 0) / 1e6
      return mbps > most.mbps ? { mbps, loss: { name } } : most
    },
    { mbps: busiestHourMbps, loss: null },
  )
  const isUnsure = takesOver === null || takesOver.isUnsure
  return { ...worst, isAtLeast: isUnsure || losses.some(({ atMostBitsPerSecond }) => atMostBitsPerSecond === null) }
}
