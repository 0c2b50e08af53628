import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import type { BilledUsage } from '../usage/billed.ts'

/** Bytes of one time after the other: at least so many passed in it, and at most; null = without a bound. */
export interface ByteSlot {
  from: EpochMs
  to: EpochMs
  atLeast: bigint
  atMost: bigint | null
}

/**
 * When a sum that only grows reached a line: not before the begin of the first slot in which it may have, not after the end of the first
 * in which it surely had.
 * @param before what had passed before the first slot
 * @returns null while it may still lie below
 */
export function crossedBetween(
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
 * Billed hours as slots. In a gap at most what the paths can carry passed; what counters grew by over a gap may have passed at its begin,
 * though it counts where it became known.
 */
export function slotsOf({ hours, gaps, to }: BilledUsage): ByteSlot[] {
  const slots = hours.map((hour, i): ByteSlot & { late: bigint } => ({
    from: hour.start,
    to: Math.min(hours[i + 1]?.start ?? to, to),
    atLeast: hour.bytes + hour.late,
    atMost: hour.bytes,
    late: hour.late,
  }))
  for (const [i, { late }] of slots.entries()) {
    if (late === 0n) continue
    // the bridged gap ends in this hour, and reaches back over hours of which nothing else is known
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
