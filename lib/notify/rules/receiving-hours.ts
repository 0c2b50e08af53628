import {
  type EpochMs,
  type ReceivingHoursRange,
  type ReceivingHours,
  type Severity,
  weekdays,
} from '#lib/contract/index.ts'
import type { NoticeReason } from './decide-notices.ts'
import { type LocalTime, convertToLocalTime, parseMinutesOfDay } from './zoned-time.ts'

/** Reports whether a time is within the receiving hours of a channel, in the local time of their zone. */
export function isWithinReceivingHours(
  { zone, windows }: Pick<ReceivingHours, 'zone' | 'windows'>,
  at: EpochMs,
): boolean {
  const local = convertToLocalTime(at, zone)
  return windows.some((one) => covers(one, local))
}

function covers({ days, from, to }: ReceivingHoursRange, { weekday, minutes }: LocalTime): boolean {
  const [begins, ends] = [parseMinutesOfDay(from), parseMinutesOfDay(to)]
  const isOf = (day: number) => weekdays.some((name, index) => index === day && days.includes(name))
  if (begins < ends) return isOf(weekday) && minutes >= begins && minutes < ends
  // These receiving hours end on the next day, so they include the first hours of the day after a listed weekday.
  return (isOf(weekday) && minutes >= begins) || (isOf((weekday + 6) % 7) && minutes < ends)
}

/**
 * Treatment of a notice. `send`: now; `hold`: keep it until the channel's hours begin; `omit`: never send it to this
 * channel.
 */
type HoursDecision = 'send' | 'hold' | 'omit'

/**
 * Reasons of notices that end or acknowledge an alert in the receiver's system. Without them, the alert would remain
 * open there.
 */
const closingReasons: ReadonlySet<NoticeReason> = new Set(['acknowledged', 'withdrawn', 'closed'])

/**
 * Decides how a channel's hours affect a notice (docs/rules/notifications.md 10).
 * @param hours hours in which the channel receives notices; null = always
 * @param knowsOpening whether the channel received the current opening
 */
export function decideByReceivingHours(
  hours: ReceivingHours | null,
  at: EpochMs,
  { reason, severity, knowsOpening }: { reason: NoticeReason; severity: Severity; knowsOpening: boolean },
): HoursDecision {
  if (hours === null || isWithinReceivingHours(hours, at)) return 'send'
  if (hours.outside === 'hold') return 'hold'
  if (knowsOpening && closingReasons.has(reason)) return 'send'
  return hours.outside === 'critical' && severity === 'critical' ? 'send' : 'omit'
}

/**
 * Reports whether a channel holds back notices at a time, because it is outside of its hours and holds notices until
 * they begin.
 */
export const isHeldByReceivingHours = (hours: ReceivingHours | null, at: EpochMs): boolean =>
  hours?.outside === 'hold' && !isWithinReceivingHours(hours, at)
