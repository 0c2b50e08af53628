import type { EpochMs } from '#lib/contract/index.ts'
import { TooManySentError } from '../errors.ts'
import type { NotifySettings } from '../settings.ts'

/**
 * Names of the limits for messages that users send by hand. The limits exist because each message opens a connection or
 * notifies a person.
 */
type Limited = 'send.all' | 'test.channel' | 'test.all' | 'report.all'

/** Texts of the error message, in the plural. */
const WORDS: Record<Limited, string> = {
  'send.all': 'messages were sent by hand',
  'test.channel': 'tests of this channel were sent',
  'test.all': 'tests of all channels were sent',
  'report.all': 'reports were sent by hand',
}

/**
 * Throws if another message would exceed one of the given limits.
 * @param sent times of earlier messages, by limit; times before the limit's window are ignored
 * @throws TooManySentError for the first exceeded limit, with the seconds until a message is allowed again
 */
export function requireBelowManualLimit(
  sent: Partial<Record<Limited, readonly EpochMs[]>>,
  now: EpochMs,
  settings: NotifySettings,
): void {
  for (const [limited, times] of Object.entries(sent) as [Limited, readonly EpochMs[]][]) {
    const windowMs = settings[`${limited}.window`]
    const recent = times.filter((at) => at > now - windowMs).toSorted((a, b) => a - b)
    // A new message is allowed as soon as this one is older than the window.
    const leaving = recent.at(-settings[limited])
    if (recent.length < settings[limited] || leaving === undefined) continue
    const seconds = Math.max(1, Math.ceil((leaving + windowMs - now) / 1_000))
    throw new TooManySentError(
      `${recent.length} ${WORDS[limited]} in the last ${windowMs / 60_000} min: try again in ${seconds} s.`,
      seconds,
    )
  }
}

/** Returns the longest time window of the given limits, in ms. */
export const getLongestWindowMs = (settings: NotifySettings, ...limited: Limited[]): number =>
  Math.max(...limited.map((one) => settings[`${one}.window`]))
