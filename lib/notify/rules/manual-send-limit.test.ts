import { describe, expect, it } from 'vitest'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { TooManySentError } from '../errors.ts'
import { getLongestWindowMs, requireBelowManualLimit } from './manual-send-limit.ts'
import { defaultNotifySettings } from '../settings.ts'

const NOW = Date.UTC(2026, 10, 24, 3)
const settings = {
  ...defaultNotifySettings,
  'send.all': 3,
  'send.all.window': 60 * MS_PER_SECOND,
  'test.channel': 2,
  'test.channel.window': 60 * MS_PER_SECOND,
  'test.all': 2,
  'test.all.window': 120 * MS_PER_SECOND,
}
/** Returns times that are this number of seconds in the past. */
const past = (...seconds: number[]) => seconds.map((ago) => NOW - ago * MS_PER_SECOND)

describe('what is sent by hand', () => {
  const refused: {
    name: string
    sent: Parameters<typeof requireBelowManualLimit>[0]
    says: string | null
    seconds?: number
  }[] = [
    { name: 'passes when nothing was', sent: { 'send.all': [] }, says: null },
    { name: 'passes below its limit', sent: { 'send.all': past(1, 2) }, says: null },
    {
      name: 'is refused at its limit, until the oldest leaves the window',
      sent: { 'send.all': past(1, 50, 20) },
      says: '3 messages were sent by hand in the last 1 min: try again in 10 s.',
      seconds: 10,
    },
    { name: 'passes when enough have left the window', sent: { 'send.all': past(1, 2, 60) }, says: null },
    {
      name: 'waits for as many to leave as are too many',
      sent: { 'send.all': past(5, 10, 20, 30) },
      says: '4 messages were sent by hand in the last 1 min: try again in 40 s.',
      seconds: 40,
    },
    {
      name: 'waits a second at least',
      sent: { 'send.all': [...past(1, 2), NOW - 60 * MS_PER_SECOND + 1] },
      says: '3 messages were sent by hand in the last 1 min: try again in 1 s.',
      seconds: 1,
    },
    {
      name: 'is refused by the first limit that it reaches',
      sent: { 'test.channel': past(4, 50), 'test.all': past(4, 50) },
      says: '2 tests of this channel were sent in the last 1 min: try again in 10 s.',
      seconds: 10,
    },
    {
      name: 'is refused by another limit too',
      sent: { 'test.channel': past(4), 'test.all': past(4, 100) },
      says: '2 tests of all channels were sent in the last 2 min: try again in 20 s.',
      seconds: 20,
    },
  ]
  it.each(refused)('$name', ({ sent, says, seconds }) => {
    let error: unknown = null
    try {
      requireBelowManualLimit(sent, NOW, settings)
    } catch (thrown) {
      error = thrown
    }
    if (says === null) return expect(error).toBeNull()
    expect(error).toBeInstanceOf(TooManySentError)
    expect(error).toMatchObject({ message: says, retryAfterSeconds: seconds })
  })

  it('is counted as far back as the longest of its windows', () => {
    expect(getLongestWindowMs(settings, 'test.channel', 'test.all')).toBe(120 * MS_PER_SECOND)
  })
})
