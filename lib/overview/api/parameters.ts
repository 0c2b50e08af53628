import { atMomentParameter, customerFilterParameter } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'

/** Possible groupings of the resources on a wall display. A site is a peering location. */
const wallGroups = ['subscription', 'customer', 'site'] as const
export type WallGroup = (typeof wallGroups)[number]

export const wallParameters = z.strictObject({
  customer: customerFilterParameter,
  at: atMomentParameter,
  by: z
    .enum(wallGroups, `send ${wallGroups.join(', ')}`)
    .describe('meaning of `subscriptions` and `subscriptionId`; default: subscriptions')
    .optional(),
})
