import { type EpochMs, type HoursWindow, type ReceivingHours, type Severity, weekdays } from '#lib/contract/index.ts'
import type { Reason } from './decide.ts'
import { type LocalTime, localTime, minutesOf } from './zoned-time.ts'

/** Reports whether a time is within the hours of a channel, in local time of the channel's zone. */
export function isWithinHours({ zone, windows }: Pick<ReceivingHours, 'zone' | 'windows'>, at: EpochMs): boolean {
  const local = localTime(at, zone)
  return windows.some((one) => covers(one, local))
}

function covers({ days, from, to }: HoursWindow, { weekday, minutes }: LocalTime): boolean {
  const [begins, ends] = [minutesOf(from), minutesOf(to)]
  const isOf = (day: number) => weekdays.some((name, index) => index === day && days.includes(name))
  if (begins < ends) return isOf(weekday) && minutes >= begins && minutes < ends
  // this window ends on the next day, so it also covers the first hours of that day
  return (isOf(weekday) && minutes >= begins) || (isOf((weekday + 6) % 7) && minutes < ends)
}

/**
 * How a notice is treated. `send`: send it immediately; `hold`: hold it until the channel's hours begin; `omit`: do not
 * send it to the channel.
 */
type HoursDecision = 'send' | 'hold' | 'omit'

/**
 * Reasons of notices that end or acknowledge an incident at the receiver. Without these notices, the incident would
 * stay open there.
 */
const settling: ReadonlySet<Reason> = new Set(['acknowledged', 'withdrawn', 'closed'])

/**
 * Decides whether a channel's hours delay or suppress a notice (docs/rules/notifications.md 10).
 * @param hours hours in which the channel receives notices; null = always
 * @param knowsOpening whether the channel received this opening
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

/** Reports whether notices that were held for a channel's hours remain held, because the hours have not begun. */
export const isHeldByHours = (hours: ReceivingHours | null, at: EpochMs): boolean =>
  hours?.outside === 'hold' && !isWithinHours(hours, at)
