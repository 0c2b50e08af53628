import { WEEK } from '#lib/contract/time/time.ts'
import type { UsageHour } from '#lib/cost/rules/index.ts'
import { type Event, largerOf, type Member } from './estates.ts'

/** Why a size did not last: what its past showed (growth, a jump that had been), or what befell it, or the other circuit, afterwards. */
export const causes = ['knowable', 'migration', 'transfer'] as const
export type Cause = (typeof causes)[number]

/**
 * Why a size was too little; null = it was not. Decided by the same year without what came after the decision.
 * @param isTooLittle by the hours of the circuit and those of the other one
 */
export function causeOf(
  member: Member,
  other: Member,
  decidedAt: number,
  isTooLittle: (own: readonly UsageHour[], others: readonly UsageHour[]) => boolean,
): Cause | null {
  if (!isTooLittle(member.hours, other.hours)) return null
  const without = (...what: Event[]) => isTooLittle(member.without(what, decidedAt), other.without(what, decidedAt))
  if (without('migration', 'transfer')) return 'knowable'
  return without('transfer') ? 'migration' : 'transfer'
}

/** Hours above a bandwidth from the first one of a month on, until it is put back a week later. */
export function hoursAbove(hours: readonly UsageHour[], from: number, mbps: number): number {
  const above = hours.filter((hour) => hour.start >= from && largerOf(hour) > mbps)
  const first = above[0]?.start ?? 0
  return above.filter(({ start }) => start < first + WEEK).length
}
