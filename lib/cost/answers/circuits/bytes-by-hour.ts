import type { EpochMs } from '#lib/contract/index.ts'
import type { Usage } from '#lib/history/index.ts'

/** Bytes in both directions of a circuit or connection, for each hour with known usage. */
export type BytesByHour = Map<EpochMs, bigint>

/**
 * Sums bytes for each hour with known usage, and for each direction.
 * @param usage in steps of an hour
 */
export function bytesByHour({ points }: Usage) {
  const byHour: BytesByHour = new Map()
  let [into, out] = [0n, 0n]
  for (const point of points) {
    if (point.coveredMs > 0) byHour.set(point.start, point.in.bytes + point.out.bytes)
    into += point.in.bytes
    out += point.out.bytes
  }
  return { byHour, into, out }
}

/** Returns the bytes of each series in the hours that are known in all series. */
export function sumCommonHours(all: readonly BytesByHour[]): bigint[] {
  const [first, ...others] = all
  const hours = [...(first?.keys() ?? [])].filter((hour) => others.every((one) => one.has(hour)))
  return all.map((one) => hours.reduce((sum, hour) => sum + (one.get(hour) ?? 0n), 0n))
}
