import { oneOf } from '#lib/contract/api/one-of.ts'
import { paging, text } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'
import { notificationStates } from '#lib/contract/index.ts'

export const notificationsParameters = z.strictObject({
  channel: text('the id of a channel').describe('of this channel only').optional(),
  state: z.enum(notificationStates, `send ${oneOf(notificationStates)}`).optional(),
  ...paging,
})

export type NotificationsParameters = z.output<typeof notificationsParameters>
