import { customer, forward, forwardMessage, id, range, step } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'

export const probesParameters = z
  .strictObject({
    scope: id.describe('a connection monitor, or a circuit or gateway that its tests go through').optional(),
    customer,
    ...range,
    step: step.optional().describe('length of one bucket, such as 5m or 1h; as Azure measured when not given'),
  })
  .refine(forward, forwardMessage)

export type ProbesParameters = z.output<typeof probesParameters>
