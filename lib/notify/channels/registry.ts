import type { ChannelKind } from '#lib/contract/index.ts'
import { sendAlerts } from './alertmanager/send.ts'
import { sendCloudEvent } from './cloudevents/send.ts'
import { sendEmail } from './email/send.ts'
import { sendPagerDuty } from './pagerduty/send.ts'
import type { ChannelSender } from './sender.ts'
import { sendSlack } from './slack/send.ts'
import { sendSyslog } from './syslog/send.ts'
import { sendTeams } from './teams/send.ts'
import { sendWebhook } from './webhook/send.ts'

/** The sender of each kind of channel; its fields and its form are in `lib/contract/channels`. */
export const senders: Record<ChannelKind, ChannelSender> = {
  webhook: sendWebhook,
  email: sendEmail,
  cloudevents: sendCloudEvent,
  slack: sendSlack,
  teams: sendTeams,
  pagerduty: sendPagerDuty,
  alertmanager: sendAlerts,
  syslog: sendSyslog,
}
