import { prefixCountSchema, sessionSchema, sessionAvailabilitySchema, sessionIntervalSchema } from './sessions.ts'
import { sessionUptimeSchema } from './uptime.ts'
import { z } from 'zod'
import {
  createResponseSchema,
  createCoveredResponseSchema,
  defineEndpoint,
  createPageSchema,
} from '#lib/contract/index.ts'
import {
  atMomentParameter,
  customerFilterParameter,
  createDaysParameter,
  isRangeForward,
  rangeForwardFault,
  resourceIdPathParameter,
  pagingQueryParameters,
  timeRangeParameters,
} from '#lib/contract/api/parameters.ts'

export const sessionsParameters = z.strictObject({
  scope: resourceIdPathParameter.optional(),
  customer: customerFilterParameter,
  at: atMomentParameter,
  ...pagingQueryParameters,
})

export const sessionHistoryParameters = z
  .strictObject({
    scope: resourceIdPathParameter.optional(),
    customer: customerFilterParameter,
    ...timeRangeParameters,
    ...pagingQueryParameters,
  })
  .refine(isRangeForward, rangeForwardFault)

export const sessionAvailabilityParameters = z
  .strictObject({ scope: resourceIdPathParameter.describe('a circuit or gateway'), ...timeRangeParameters })
  .refine(isRangeForward, rangeForwardFault)

export const sessionUptimeParameters = z.strictObject({
  customer: customerFilterParameter,
  scope: resourceIdPathParameter.describe('only the sessions of this circuit or gateway').optional(),
  days: createDaysParameter(1, 'days, today among them'),
})

export type SessionsParameters = z.output<typeof sessionsParameters>

export type SessionHistoryParameters = z.output<typeof sessionHistoryParameters>

export type SessionAvailabilityParameters = z.output<typeof sessionAvailabilityParameters>
export type SessionUptimeParameters = z.output<typeof sessionUptimeParameters>

export const endpoints = {
  sessions: defineEndpoint('/sessions', 'read', {
    summary: 'BGP sessions of gateways and of circuit paths, now or as of a moment',
    forAll: true,
    parameters: sessionsParameters,
    response: createPageSchema(sessionSchema),
  }),
  sessionHistory: defineEndpoint('/sessions/history', 'read', {
    summary: 'Intervals in which sessions had one state, newest first',
    parameters: sessionHistoryParameters,
    response: createPageSchema(sessionIntervalSchema),
  }),
  sessionAvailability: defineEndpoint('/sessions/availability', 'read', {
    summary: 'Availability of the sessions of a circuit or gateway in a time range, as bounds',
    parameters: sessionAvailabilityParameters,
    response: createCoveredResponseSchema(z.array(sessionAvailabilitySchema)),
  }),
  sessionUptime: defineEndpoint('/sessions/uptime', 'read', {
    summary: 'Daily state of every BGP session in the last days',
    parameters: sessionUptimeParameters,
    response: createResponseSchema(sessionUptimeSchema),
  }),
  prefixCounts: defineEndpoint('/sessions/prefixes', 'read', {
    summary: 'Intervals with a constant number of prefixes, newest first',
    parameters: sessionHistoryParameters,
    response: createPageSchema(prefixCountSchema),
  }),
}

export type SessionsEndpointResponse<Name extends keyof typeof endpoints> = z.input<
  (typeof endpoints)[Name]['response']
>
