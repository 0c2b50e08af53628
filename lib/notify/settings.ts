import { SETTLE } from '#lib/contract/index.ts'

/**
 * Every number of notifications, in one place. Durations in milliseconds. `source` says who says so: D = a standard or a
 * documentation, S = the product's specification of alert hygiene, A = an assumption of ours.
 */
export interface NotifySetting {
  value: number
  source: 'D' | 'S' | 'A'
  /** what it is for, in one sentence */
  meaning: string
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const setting = (value: number, source: NotifySetting['source'], meaning: string): NotifySetting => ({
  value,
  source,
  meaning,
})

const notifySettings = {
  'settle.critical': setting(
    SETTLE.criticalMs,
    'S',
    'How long the first notice of something critical waits for what belongs to it.',
  ),
  'settle.polls': setting(SETTLE.polls, 'S', 'How many polls the first notice of anything less than critical waits.'),
  'repeat.critical': setting(
    30 * MINUTE,
    'S',
    'After so long something critical that nobody acknowledged is told again.',
  ),
  'repeat.major': setting(4 * HOUR, 'S', 'After so long something major that nobody acknowledged is told again.'),
  'acknowledge.expires': setting(8 * HOUR, 'S', 'How long an acknowledgement keeps repeats away.'),
  'flapping.cycles': setting(3, 'S', 'So many openings within the window are told as one that flaps.'),
  'flapping.window': setting(30 * MINUTE, 'S', 'The window in which openings are counted, and the quiet that ends it.'),
  'unverifiable.polls': setting(
    3,
    'S',
    'Without a good sample for so many polls nobody can tell whether it is still so.',
  ),
  'look.again': setting(MINUTE, 'A', 'An open incident is looked at again at least this often.'),
  'storm.alerts': setting(20, 'S', 'More new incidents than this within the window are a storm.'),
  'storm.alerts.window': setting(2 * MINUTE, 'S', 'The window in which new incidents are counted.'),
  'storm.channel': setting(6, 'S', 'A channel is sent at most this many single notices within its window.'),
  'storm.channel.window': setting(10 * MINUTE, 'S', 'The window in which notices of one channel are counted.'),
  'digest.after': setting(
    2 * MINUTE,
    'A',
    'A digest goes out so long after the first notice that it stands for was held.',
  ),
  'silence.look': setting(15 * SECOND, 'A', 'How often the newest good samples are looked at.'),
  'retry.first': setting(5 * SECOND, 'A', 'Wait before the second attempt; it doubles with each attempt.'),
  'retry.longest': setting(HOUR, 'A', 'The longest wait between two attempts.'),
  'retry.jitter': setting(0.2, 'A', 'Share of a wait by which it may be shorter or longer.'),
  'retry.giveUp': setting(24 * HOUR, 'S', 'Attempts end so long after the notice was written.'),
  'send.lease': setting(
    2 * MINUTE,
    'A',
    'A worker that has not told what came of an attempt by then is taken for dead.',
  ),
  'webhook.timeout': setting(
    15 * SECOND,
    'D',
    'How long a webhook may take to answer (Standard Webhooks: 15 to 30 s).',
  ),
  'mail.timeout': setting(20 * SECOND, 'A', 'How long the mail server may be silent.'),
  'log.kept': setting(90 * 24 * HOUR, 'A', 'How long the log tells what was sent.'),
} as const satisfies Record<string, NotifySetting>

export type NotifySettingName = keyof typeof notifySettings
export type NotifySettings = { readonly [Name in NotifySettingName]: number }

export const defaultNotifySettings: NotifySettings = Object.fromEntries(
  Object.entries(notifySettings).map(([name, { value }]) => [name, value]),
) as NotifySettings
