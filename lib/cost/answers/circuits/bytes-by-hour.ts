import type { EpochMs } from '#lib/contract/index.ts'
import type { Usage } from '#lib/history/index.ts'

/** Hours in which something is known of a circuit or a connection, with its bytes in both directions. */
export type BytesByHour = Map<EpochMs, bigint>

/** @param usage by the hour */
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

/** Bytes of each in the hours of which something is known of all. */
export function inCommonHours(all: readonly BytesByHour[]): bigint[] {
  const [first, ...others] = all
  const hours = [...(first?.keys() ?? [])].filter((hour) => others.every((one) => one.has(hour)))
  return all.map((one) => hours.reduce((sum, hour) => sum + (one.get(hour) ?? 0n), 0n))
}
