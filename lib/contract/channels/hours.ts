import { z } from 'zod'
import { timeZone } from '../time/time-zone.ts'

/** Days of a week, Monday first. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time such as 08:00')

/** What becomes of a notice that is decided outside the hours of its channel. */
export const outsideHours = ['hold', 'critical', 'nothing'] as const
export type OutsideHours = (typeof outsideHours)[number]

const hoursWindow = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1, 'choose a day').max(7).describe('the days on which it begins'),
  from: clock.describe('wall clock in the zone'),
  to: z.union([clock, z.literal('24:00')]).describe('not included; up to and with `from` = on the next day'),
})
export type HoursWindow = z.output<typeof hoursWindow>

/** The weekly hours in which a channel receives incidents. */
export const receivingHours = z.strictObject({
  zone: timeZone,
  windows: z.array(hoursWindow).min(1, 'name at least one window').max(20),
  outside: z
    .enum(outsideHours)
    .describe('hold: one digest when the hours begin; critical: only critical ones are sent; nothing: none is'),
})
export type ReceivingHours = z.output<typeof receivingHours>
