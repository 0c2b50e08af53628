import type { ChannelKind } from '#lib/contract/index.ts'
import { sendEmail } from './email/send.ts'
import type { ChannelSender } from './sender.ts'
import { sendWebhook } from './webhook/send.ts'

/** The sender of each kind of channel; its fields and its form are in `lib/contract/channels`. */
export const senders: Record<ChannelKind, ChannelSender> = {
  webhook: sendWebhook,
  email: sendEmail,
}
