import type { EpochMs } from '#lib/contract/index.ts'
import type { UsageOverTime } from '#lib/history/index.ts'

/** Sum of the bytes in both directions, by the begin of each hour. Hours without measurements are missing. */
export type BytesByHour = Map<EpochMs, bigint>

/**
 * Returns the bytes of each measured hour (both directions together), and the total of each direction.
 * @param usage usage in steps of an hour
 */
export function computeBytesByHour({ points }: UsageOverTime) {
  const byHour: BytesByHour = new Map()
  let [into, out] = [0n, 0n]
  for (const point of points) {
    if (point.coveredMs > 0) byHour.set(point.start, point.in.bytes + point.out.bytes)
    into += point.in.bytes
    out += point.out.bytes
  }
  return { byHour, into, out }
}

/**
 * Returns the total bytes of each series. Only the hours that are known in all series are counted, so that the totals
 * can be compared.
 */
export function sumHoursKnownInAllSeries(all: readonly BytesByHour[]): bigint[] {
  const [first, ...others] = all
  const hours = [...(first?.keys() ?? [])].filter((hour) => others.every((one) => one.has(hour)))
  return all.map((one) => hours.reduce((sum, hour) => sum + (one.get(hour) ?? 0n), 0n))
}
