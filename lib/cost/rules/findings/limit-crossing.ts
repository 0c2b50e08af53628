import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import type { BilledUsage } from '../usage/billed-usage.ts'

/**
 * Minimum (`atLeast`) and maximum (`atMost`) number of bytes that passed in an interval. If `atMost` is null, the
 * maximum is unknown. In a list of intervals, each begins at the end of the interval before it.
 */
export interface ByteBoundsInterval {
  from: EpochMs
  to: EpochMs
  atLeast: bigint
  atMost: bigint | null
}

/**
 * Returns the earliest and latest time at which a growing sum of bytes reached a limit. The earliest time is the begin
 * of the first interval in which the sum of the maxima reaches the limit. The latest time is the end of the first
 * interval in which the sum of the minima reaches it.
 * @param line the limit, in bytes
 * @param before bytes that passed before the first interval
 * @returns null if it is not certain that the limit was reached
 */
export function findLimitCrossing(
  slots: readonly ByteBoundsInterval[],
  line: bigint,
  before: { atLeast: bigint; atMost: bigint | null } = { atLeast: 0n, atMost: 0n },
): TimestampBounds | null {
  let { atLeast, atMost } = before
  let earliest: EpochMs | null = null
  for (const slot of slots) {
    atLeast += slot.atLeast
    atMost = atMost === null || slot.atMost === null ? null : atMost + slot.atMost
    if (earliest === null && (atMost === null || atMost >= line)) earliest = slot.from
    if (atLeast >= line) return { earliest: earliest ?? slot.from, latest: slot.to }
  }
  return null
}

/**
 * Converts the billed hours of a circuit into intervals with a minimum and a maximum number of bytes. For a time
 * without measurement, the maximum is the capacity of the paths. A counter may show how many bytes passed during such a
 * time. These bytes increase the minimum of the hour in which the counter was read again, and the maximum of the hour
 * in which the unmeasured time began.
 */
export function convertToByteBoundsIntervals({ hours, gaps, to }: BilledUsage): ByteBoundsInterval[] {
  const slots = hours.map((hour, i): ByteBoundsInterval & { late: bigint } => ({
    from: hour.start,
    to: Math.min(hours[i + 1]?.start ?? to, to),
    atLeast: hour.bytes + hour.late,
    atMost: hour.bytes,
    late: hour.late,
  }))
  for (const [i, { late }] of slots.entries()) {
    if (late === 0n) continue
    // The unmeasured time ends in this hour. It also covers the hours before it for which no bytes are known.
    let first = i
    while (first > 0 && hours[first - 1]?.bytes === 0n) first -= 1
    const begin = slots[Math.max(0, first - 1)]
    if (begin && begin.atMost !== null) begin.atMost += late
  }
  for (const gap of gaps) {
    const first = slots.find((slot) => slot.from <= gap.from && gap.from < slot.to)
    if (!first) continue
    first.atMost = gap.atMost === null || first.atMost === null ? null : first.atMost + gap.atMost
  }
  return slots
}
