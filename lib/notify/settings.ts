import { FIRST_NOTIFICATION_DELAY } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'

/**
 * A numeric setting of notifications. Durations are in milliseconds. `source` tells where the default value comes from:
 * D = a standard or a vendor's documentation, S = Peerwatch's own rules for alerts (docs/rules/notifications.md), A =
 * an assumption.
 */
interface NotifySetting {
  value: number
  source: 'D' | 'S' | 'A'
  /** description of the setting, in one sentence */
  meaning: string
}

const setting = (value: number, source: NotifySetting['source'], meaning: string): NotifySetting => ({
  value,
  source,
  meaning,
})

const notifySettings = {
  'settle.major': setting(
    FIRST_NOTIFICATION_DELAY.majorMs,
    'S',
    'How long the first notice of a critical or major event waits for related events.',
  ),
  'settle.polls': setting(
    FIRST_NOTIFICATION_DELAY.polls,
    'S',
    'How many poll intervals the first notice of any other event waits.',
  ),
  'settle.router': setting(
    2 * MS_PER_SECOND,
    'A',
    "How long the first notice waits at most where a customer's router reported the fall, too.",
  ),
  'repeat.critical': setting(30 * MS_PER_MINUTE, 'S', 'Reminder interval of an unacknowledged critical incident.'),
  'repeat.major': setting(4 * MS_PER_HOUR, 'S', 'Reminder interval of an unacknowledged major incident.'),
  'extended.after': setting(
    3 * MS_PER_MINUTE,
    'A',
    'Time after the detection of the notified faults from which a fault of another kind or resource is a further fault, even if both may have begun together.',
  ),
  'acknowledge.expires': setting(8 * MS_PER_HOUR, 'S', 'How long an acknowledgement suppresses reminders.'),
  'flapping.cycles': setting(3, 'S', 'Openings within the flapping window from which an incident is flapping.'),
  'flapping.window': setting(
    30 * MS_PER_MINUTE,
    'S',
    'Window that counts openings; also the quiet time that ends flapping.',
  ),
  'unverifiable.polls': setting(3, 'S', 'Poll intervals without a good sample after which the state is unverifiable.'),
  'evaluate.again': setting(MS_PER_MINUTE, 'A', 'Longest time between two evaluations of an open incident.'),
  'storm.alerts': setting(20, 'S', 'New incidents within the storm window above which notices are held.'),
  'storm.alerts.window': setting(2 * MS_PER_MINUTE, 'S', 'Window that counts new incidents.'),
  'storm.channel': setting(6, 'S', 'Single notices that a channel receives at most within its window.'),
  'storm.channel.window': setting(10 * MS_PER_MINUTE, 'S', 'Window that counts single notices of one channel.'),
  'digest.after': setting(2 * MS_PER_MINUTE, 'A', 'Time from the first held notice to the digest.'),
  'findings.due': setting(
    6 * MS_PER_HOUR,
    'A',
    'Time after Monday 00:00 UTC from which the weekly digests of cost findings and of posture are sent.',
  ),
  'noData.check': setting(15 * MS_PER_SECOND, 'A', 'Interval of the check for missing data.'),
  'retry.first': setting(5 * MS_PER_SECOND, 'A', 'Wait before the second attempt; it doubles with each attempt.'),
  'retry.longest': setting(MS_PER_HOUR, 'A', 'Longest wait between two attempts.'),
  'retry.jitter': setting(0.2, 'A', 'Share by which a wait varies at random, up or down.'),
  'retry.giveUp': setting(24 * MS_PER_HOUR, 'S', 'Age of a notice after which no attempt is made.'),
  'send.lease': setting(
    20 * MS_PER_SECOND,
    'A',
    'Time without renewal after which an attempt counts as lost with its worker.',
  ),
  'webhook.timeout': setting(15 * MS_PER_SECOND, 'D', 'Timeout of a webhook request (Standard Webhooks: 15 to 30 s).'),
  'mail.timeout': setting(20 * MS_PER_SECOND, 'A', 'Timeout of the mail server.'),
  'send.again': setting(MS_PER_MINUTE, 'A', 'How long a message that is sent by hand again is the same message.'),
  'send.all': setting(30, 'A', 'Messages sent by hand to all channels within the send window.'),
  'send.all.window': setting(10 * MS_PER_MINUTE, 'A', 'Window that counts messages sent by hand.'),
  'test.channel': setting(5, 'A', 'Tests of one channel within the test window of a channel.'),
  'test.channel.window': setting(MS_PER_MINUTE, 'A', 'Window that counts tests of one channel.'),
  'test.all': setting(20, 'A', 'Tests of all channels within the test window.'),
  'test.all.window': setting(MS_PER_HOUR, 'A', 'Window that counts tests of all channels.'),
  'report.all': setting(20, 'A', 'Reports sent by hand within the report window.'),
  'report.all.window': setting(MS_PER_HOUR, 'A', 'Window that counts reports sent by hand.'),
  'report.lease': setting(
    5 * MS_PER_MINUTE,
    'A',
    'Time after which an attempt to send a report counts as lost with its worker.',
  ),
  'report.retry': setting(
    5 * MS_PER_MINUTE,
    'A',
    'Wait before the second attempt to send a report; it doubles with each attempt.',
  ),
  'report.retention': setting(400 * 24 * MS_PER_HOUR, 'A', 'How long sent reports are kept.'),
  'log.retention': setting(90 * 24 * MS_PER_HOUR, 'A', 'How long the delivery log is kept.'),
} as const satisfies Record<string, NotifySetting>

type NotifySettingName = keyof typeof notifySettings
export type NotifySettings = { readonly [Name in NotifySettingName]: number }

export const defaultNotifySettings: NotifySettings = Object.fromEntries(
  Object.entries(notifySettings).map(([name, { value }]) => [name, value]),
) as NotifySettings
