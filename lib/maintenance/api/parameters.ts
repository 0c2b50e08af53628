import { customer, forward, forwardMessage, id, moment } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'

/** As long as history is kept by default: windows that recur are expanded over it. */
const LONGEST_MAINTENANCE_MS = 400 * 24 * 60 * 60_000

export const maintenanceParameters = z
  .strictObject({
    scope: id.describe('windows about this resource, and those about everything').optional(),
    customer,
    from: moment.describe('start of the requested time; 7 days before its end or now when not given').optional(),
    to: moment.describe('end of the requested time; 30 days from now when not given').optional(),
  })
  .refine(forward, forwardMessage)
  .refine(({ from, to }) => from === undefined || to === undefined || to - from <= LONGEST_MAINTENANCE_MS, {
    message: 'send a time of 400 days at the most',
    path: ['to'],
  })

export type MaintenanceParameters = z.output<typeof maintenanceParameters>
