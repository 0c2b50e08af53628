import { oneOf } from '#lib/contract/api/one-of.ts'
import { at, customer, daysFrom } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'
import { peeringTypes } from '#lib/contract/index.ts'

export const circuitHistoryParameters = z.strictObject({
  customer,
  at,
  days: daysFrom(0, 'days, today among them; 0 = none, the rates alone'),
})

export const linkUptimeParameters = z.strictObject({ customer, days: daysFrom(1, 'days, today among them') })

export const parityParameters = z.strictObject({
  peering: z
    .enum(peeringTypes, `send ${oneOf(peeringTypes)}`)
    .describe('the peering whose paths are compared; the one that gateways use when not given')
    .optional(),
})

export type CircuitHistoryParameters = z.output<typeof circuitHistoryParameters>

export type ParityParameters = z.output<typeof parityParameters>
export type LinkUptimeParameters = z.output<typeof linkUptimeParameters>
