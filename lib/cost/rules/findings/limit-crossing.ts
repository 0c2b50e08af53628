import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import type { BilledUsage } from '../usage/billed-usage.ts'

/**
 * Minimum and maximum of the bytes that passed in an interval; `atMost` null = the maximum is unknown. Intervals follow
 * each other without a gap.
 */
export interface ByteBoundsInterval {
  from: EpochMs
  to: EpochMs
  atLeast: bigint
  atMost: bigint | null
}

/**
 * Returns the earliest and latest time at which a growing sum of bytes reached a limit. Earliest is the begin of the
 * first slot in which the maximum sum reaches it. Latest is the end of the first slot in which the minimum sum reaches
 * it.
 * @param line the limit, in bytes
 * @param before bytes that passed before the first slot
 * @returns null if it is not certain that the sum reached the limit
 */
export function findLimitCrossing(
  slots: readonly ByteBoundsInterval[],
  line: bigint,
  before: { atLeast: bigint; atMost: bigint | null } = { atLeast: 0n, atMost: 0n },
): Bounds | null {
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
 * Converts the billed hours of a circuit into slots with a minimum and a maximum. In a time without polls, the maximum
 * is the capacity of the paths. Bytes that a counter counted during such a time belong to the minimum of the hour in
 * which they became known, and to the maximum of the begin of that time.
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
    // the time without polls ends in this hour and covers the hours before it that have no bytes
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
