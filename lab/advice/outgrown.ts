import { MS_PER_WEEK } from '#lib/contract/time/time.ts'
import type { UsageHour } from '#lib/cost/rules/index.ts'
import { type UnforeseeableEventKind, busierRateMbps, type SimulatedCircuitWithUsage } from './estates.ts'

/**
 * Reasons that a reduced size became too small: `knowable` if past usage showed it (growth, an earlier jump), otherwise
 * a later migration or transfer on this or the other circuit.
 */
export const capacityOutgrowthCauses = ['knowable', 'migration', 'transfer'] as const
export type CapacityOutgrowthCause = (typeof capacityOutgrowthCauses)[number]

/**
 * Returns the reason that a size was too small, or null if it was sufficient. Replays the same year without the events
 * that followed the decision.
 * @param isTooLittle judges the size by the hours of this circuit and of the other circuit
 */
export function findOutgrowthCause(
  member: SimulatedCircuitWithUsage,
  other: SimulatedCircuitWithUsage,
  decidedAt: number,
  isTooLittle: (own: readonly UsageHour[], others: readonly UsageHour[]) => boolean,
): CapacityOutgrowthCause | null {
  if (!isTooLittle(member.hours, other.hours)) return null
  const without = (...what: UnforeseeableEventKind[]) =>
    isTooLittle(member.without(what, decidedAt), other.without(what, decidedAt))
  if (without('migration', 'transfer')) return 'knowable'
  return without('transfer') ? 'migration' : 'transfer'
}

/** Counts the hours above a bandwidth from a time on, until the size is restored one week after the first such hour. */
export function countHoursAbove(hours: readonly UsageHour[], from: number, mbps: number): number {
  const above = hours.filter((hour) => hour.start >= from && busierRateMbps(hour) > mbps)
  const first = above[0]?.start ?? 0
  return above.filter(({ start }) => start < first + MS_PER_WEEK).length
}
