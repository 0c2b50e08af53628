import type { PlotReadingLine } from '../../charts/plot/plot-model.ts'
import { formatBytes } from '../../format/quantity.ts'
import type { CumulativeUsage } from './cumulative-usage.ts'

/** Point of the chart of cumulative bytes. A null value means that the series has no value at this time. */
interface CumulativePoint {
  /** epoch milliseconds */
  at: number
  measured: number | null
  /** forecast of cumulative bytes (p50) */
  likely: number | null
  /** range `[p10, p90]` of the forecast */
  band: [number, number] | null
}

/**
 * Returns the measured bytes hour by hour, followed by a straight line from the last measurement to the forecast of the
 * month's end.
 */
export function buildCumulativePoints({ measured, end, to }: CumulativeUsage): CumulativePoint[] {
  const points = measured.map(({ at, bytes }): CumulativePoint => ({ at, measured: bytes, likely: null, band: null }))
  const last = points.at(-1)
  if (!last || last.measured === null || !end || last.at >= to) return points
  const joint: CumulativePoint = { ...last, likely: last.measured, band: [last.measured, last.measured] }
  return [...points.slice(0, -1), joint, { at: to, measured: null, likely: end.p50, band: [end.p10, end.p90] }]
}

export const formatRoundedBytes = (bytes: number): string =>
  bytes === 0 ? '0' : formatBytes(String(Math.round(bytes)))

/** Returns the values of a point as text: the measured bytes, or the forecast with its bounds. */
export function formatCumulativeUsageLines({ measured, likely, band }: CumulativePoint): PlotReadingLine[] {
  if (measured !== null) return [{ name: 'Measured so far', value: formatRoundedBytes(measured), ink: 'series-1' }]
  return [
    ...(likely === null ? [] : [{ name: 'Forecast', value: formatRoundedBytes(likely), ink: 'series-1' as const }]),
    ...(band === null
      ? []
      : [{ name: 'p10 to p90', value: `${formatRoundedBytes(band[0])} to ${formatRoundedBytes(band[1])}` }]),
  ]
}
