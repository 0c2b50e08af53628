import { at, customer, daysFrom, forward, forwardMessage, id, paging, range } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'

export const sessionsParameters = z.strictObject({ scope: id.optional(), customer, at, ...paging })

export const sessionHistoryParameters = z
  .strictObject({ scope: id.optional(), customer, ...range, ...paging })
  .refine(forward, forwardMessage)

export const sessionAvailabilityParameters = z
  .strictObject({ scope: id.describe('a circuit or gateway'), ...range })
  .refine(forward, forwardMessage)

export const sessionUptimeParameters = z.strictObject({
  customer,
  scope: id.describe('only the sessions of this circuit or gateway').optional(),
  days: daysFrom(1, 'days, today among them'),
})

export type SessionsParameters = z.output<typeof sessionsParameters>

export type SessionHistoryParameters = z.output<typeof sessionHistoryParameters>

export type SessionAvailabilityParameters = z.output<typeof sessionAvailabilityParameters>
export type SessionUptimeParameters = z.output<typeof sessionUptimeParameters>
