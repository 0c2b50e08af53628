import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { computeAxisTop } from '../../charts/plot/value-ticks.ts'
import type { ApiUsagePoint } from '#lib/usage/api/index.ts'

interface Mark {
  /** epoch milliseconds */
  at: number
  bytes: number
}

export interface CumulativeUsage {
  from: number
  to: number
  /** measured billable bytes from the start of the month to the end of each hour */
  measured: Mark[]
  /** forecast of the total bytes of the month, with its bounds; null = too early for a forecast */
  end: { p10: number; p50: number; p90: number } | null
  breakEven: number | null
  /** number of bytes at the upper edge of the chart */
  most: number
  /** times with missing measurements */
  gaps: { from: number; to: number }[]
}

/**
 * Returns the cumulative billable bytes of a month up to a time. Hours without data add no bytes, so that the line is
 * horizontal there.
 */
export function computeCumulativeUsage(
  { month, forecast, breakEvenBytes, gaps }: CostProjection,
  hours: readonly ApiUsagePoint[],
  now: number,
): CumulativeUsage {
  const [from, to] = [Date.parse(month.from), Date.parse(month.to)]
  const measured: Mark[] = [{ at: from, bytes: 0 }]
  let sum = 0
  for (const { start, bytesOut } of hours) {
    const begin = Date.parse(start)
    if (begin < from || begin >= to) continue
    sum += Number(bytesOut ?? 0)
    measured.push({ at: Math.min(begin + MS_PER_HOUR, now, to), bytes: sum })
  }
  const end = forecast && { p10: Number(forecast.p10), p50: Number(forecast.p50), p90: Number(forecast.p90) }
  const reach = Math.max(sum, end?.p90 ?? 0)
  const even = breakEvenBytes === null ? null : Number(breakEvenBytes)
  const most = Math.max(1, computeAxisTop(reach, even))
  const unseen = gaps.map((gap) => ({ from: Date.parse(gap.from), to: Date.parse(gap.to) }))
  return { from, to, measured, end, breakEven: even, most, gaps: unseen }
}
