import type { ChannelKind } from '#lib/contract/index.ts'
import { sendAlerts } from './alertmanager.ts'
import { sendCloudEvent } from './cloudevents.ts'
import { sendEmailNotification } from './email.ts'
import { sendPagerDuty } from './pagerduty.ts'
import type { SendChannelMessage } from './sender.ts'
import { sendSlack } from './slack.ts'
import { sendSyslog } from './syslog.ts'
import { sendTeams } from './teams.ts'
import { sendWebhook } from './webhook.ts'

/** Senders by kind of channel. The fields and the form of each kind are in `lib/contract/channels`. */
export const sendFunctionsByChannelKind: Record<ChannelKind, SendChannelMessage> = {
  webhook: sendWebhook,
  email: sendEmailNotification,
  cloudevents: sendCloudEvent,
  slack: sendSlack,
  teams: sendTeams,
  pagerduty: sendPagerDuty,
  alertmanager: sendAlerts,
  syslog: sendSyslog,
}
