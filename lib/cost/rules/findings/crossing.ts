import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import type { BilledUsage } from '../usage/billed.ts'

/**
 * Lower and upper bound of the bytes that passed in a time; `atMost` null = no upper bound is known. Slots are
 * consecutive.
 */
export interface ByteSlot {
  from: EpochMs
  to: EpochMs
  atLeast: bigint
  atMost: bigint | null
}

/**
 * Returns the bounds of the time at which a growing sum reached a line: from the begin of the first slot in which it
 * possibly reached it, to the end of the first slot in which it certainly had.
 * @param before bytes before the first slot
 * @returns null while the sum may still be below the line
 */
export function findCrossing(
  slots: readonly ByteSlot[],
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
 * Converts billed hours into slots. The upper bound of a gap is the capacity of the paths. The growth of counters over
 * a gap may have happened at the begin of the gap, although it is counted in the hour in which it became known.
 */
export function convertToSlots({ hours, gaps, to }: BilledUsage): ByteSlot[] {
  const slots = hours.map((hour, i): ByteSlot & { late: bigint } => ({
    from: hour.start,
    to: Math.min(hours[i + 1]?.start ?? to, to),
    atLeast: hour.bytes + hour.late,
    atMost: hour.bytes,
    late: hour.late,
  }))
  for (const [i, { late }] of slots.entries()) {
    if (late === 0n) continue
    // the bridged gap ends in this hour and spans the preceding hours without known bytes
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
