import { type EpochMs, type HoursWindow, type ReceivingHours, type Severity, weekdays } from '#lib/contract/index.ts'
import type { Reason } from './decide.ts'
import { type LocalTime, localTime, minutesOf } from './zoned-time.ts'

/** Whether an instant lies in the hours of a channel, by the clock on the wall of its zone. */
export function isWithinHours({ zone, windows }: Pick<ReceivingHours, 'zone' | 'windows'>, at: EpochMs): boolean {
  const local = localTime(at, zone)
  return windows.some((one) => covers(one, local))
}

function covers({ days, from, to }: HoursWindow, { weekday, minutes }: LocalTime): boolean {
  const [begins, ends] = [minutesOf(from), minutesOf(to)]
  const isOf = (day: number) => weekdays.some((name, index) => index === day && days.includes(name))
  if (begins < ends) return isOf(weekday) && minutes >= begins && minutes < ends
  // it ends on the next day
  return (isOf(weekday) && minutes >= begins) || (isOf((weekday + 6) % 7) && minutes < ends)
}

/** send: as at any time; hold: until the hours begin; omit: the channel does not receive it. */
type HoursDecision = 'send' | 'hold' | 'omit'

/** What ends at a channel what it received there: without it an incident would stay open there for ever. */
const settling: ReadonlySet<Reason> = new Set(['acknowledged', 'withdrawn', 'closed'])

/**
 * What becomes of a notice by the hours of its channel (docs/rules/notifications.md 10).
 * @param hours null = it receives at all times
 * @param knowsOpening the channel received this opening
 */
export function decideHours(
  hours: ReceivingHours | null,
  at: EpochMs,
  { reason, severity, knowsOpening }: { reason: Reason; severity: Severity; knowsOpening: boolean },
): HoursDecision {
  if (hours === null || isWithinHours(hours, at)) return 'send'
  if (hours.outside === 'hold') return 'hold'
  if (knowsOpening && settling.has(reason)) return 'send'
  return hours.outside === 'critical' && severity === 'critical' ? 'send' : 'omit'
}

/** Whether what is held for a channel stays held, because its hours have not begun. */
export const holdsAt = (hours: ReceivingHours | null, at: EpochMs): boolean =>
  hours?.outside === 'hold' && !isWithinHours(hours, at)
