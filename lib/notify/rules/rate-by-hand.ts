import type { EpochMs } from '#lib/contract/index.ts'
import { TooManySentError } from '../errors.ts'
import type { NotifySettings } from '../settings.ts'

/** What people send themselves and that is limited, because each of it opens a connection or reaches somebody: name of its settings. */
type Limited = 'send.all' | 'test.channel' | 'test.all' | 'report.all'

/** How each is called in the refusal, of many. */
const WORDS: Record<Limited, string> = {
  'send.all': 'messages were sent by hand',
  'test.channel': 'tests of this channel were sent',
  'test.all': 'tests of all channels were sent',
  'report.all': 'reports were sent by hand',
}

/**
 * Refuses what would be more than the settings allow in the window of each limit.
 * @param sent when each of what a limit counts was sent; older than its window does not count
 * @throws TooManySentError with the time until there is room again, of the limit that is named first
 */
export function requireRate(
  sent: Partial<Record<Limited, readonly EpochMs[]>>,
  now: EpochMs,
  settings: NotifySettings,
): void {
  for (const [limited, times] of Object.entries(sent) as [Limited, readonly EpochMs[]][]) {
    const windowMs = settings[`${limited}.window`]
    const recent = times.filter((at) => at > now - windowMs).toSorted((a, b) => a - b)
    // who waits until this one has left the window finds one fewer than allowed
    const leaving = recent.at(-settings[limited])
    if (recent.length < settings[limited] || leaving === undefined) continue
    const seconds = Math.max(1, Math.ceil((leaving + windowMs - now) / 1_000))
    throw new TooManySentError(
      `${recent.length} ${WORDS[limited]} in the last ${windowMs / 60_000} min: try again in ${seconds} s.`,
      seconds,
    )
  }
}

/** The longest window of some limits, in ms. */
export const longestWindow = (settings: NotifySettings, ...limited: Limited[]): number =>
  Math.max(...limited.map((one) => settings[`${one}.window`]))
