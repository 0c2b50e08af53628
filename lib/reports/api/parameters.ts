import { at, customer, daysFrom, id } from '#lib/contract/api/parameters.ts'
import { reportSubjects } from './reports.ts'
import { z } from 'zod'

export const availabilityReportParameters = z.strictObject({
  month: z
    .string()
    .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'send a month such as 2026-11')
    .describe('calendar month, UTC; the current one when not given')
    .optional(),
  by: z
    .enum(reportSubjects, `send ${reportSubjects.join(', ')}`)
    .describe('what a row is of')
    .default('circuit'),
  customer,
})

export const uptimeParameters = z.strictObject({
  customer,
  scope: id.describe('only this circuit, gateway or hub').optional(),
  days: daysFrom(1, 'days, today among them'),
  at,
})

export type AvailabilityReportParameters = z.output<typeof availabilityReportParameters>

export type UptimeParameters = z.output<typeof uptimeParameters>
