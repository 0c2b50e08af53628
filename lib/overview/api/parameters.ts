import { at, customer } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'

export const wallParameters = z.strictObject({
  customer,
  at,
  by: z
    .enum(['subscription', 'customer'], 'send subscription or customer')
    .describe('what `subscriptions` and `subscriptionId` are; subscriptions when not given')
    .optional(),
})
