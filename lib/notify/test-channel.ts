import { randomBytes } from 'node:crypto'
import type { ChannelTest, EpochMs } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { scrub } from '#lib/platform/secrets.ts'
import { lockChannels, storedChannels } from './channel-store.ts'
import { TooManyTestsError, UnknownChannelError } from './errors.ts'
import { logTest, logTestResult, testsSince } from './outbox-store.ts'
import type { Send } from './send.ts'
import { defaultNotifySettings, type NotifySettings } from './settings.ts'

interface TestContext {
  send: Send
  clock: Clock
  settings?: NotifySettings
}

/**
 * Sends a test to a channel, even to a disabled one, and logs it. Tests are limited, because each one opens a connection that its
 * caller chose.
 * @throws UnknownChannelError, TooManyTestsError
 */
export async function testChannel(
  db: Database,
  id: string,
  { send, clock, settings = defaultNotifySettings }: TestContext,
): Promise<ChannelTest> {
  const at = clock.now()
  const messageId = `msg_${randomBytes(18).toString('base64url')}`
  const { channel, content } = await db.transaction(async (client) => {
    // one at a time, so that concurrent tests are counted
    await lockChannels(client)
    const channel = (await storedChannels(client)).find((one) => one.id === id)
    if (!channel) throw new UnknownChannelError(`no channel ${id}: see /api/v1/channels`)
    const longest = Math.max(settings['test.all.window'], settings['test.channel.window'])
    requireRate(await testsSince(client, at - longest), id, at, settings)
    const { name } = channel
    const content = { reason: 'test', severity: 'info', channel: name, at: new Date(at).toISOString() } as const
    await logTest(client, { id: messageId, channelId: id, channelName: name, content }, at)
    return { channel, content }
  })
  const begun = clock.monotonic()
  const delivery = await send(channel, { id: messageId, inReplyTo: null, content })
  const error = delivery.delivered ? null : scrub(delivery.error)
  await logTestResult(db.pool, messageId, clock.now(), error)
  return {
    delivered: delivery.delivered,
    answer: delivery.delivered ? scrub(delivery.answer) : (error ?? ''),
    milliseconds: Math.round(clock.monotonic() - begun),
  }
}

/** @param tests oldest first */
function requireRate(
  tests: readonly { channelId: string; at: EpochMs }[],
  id: string,
  now: EpochMs,
  settings: NotifySettings,
): void {
  const ofChannel = tests.filter(({ channelId }) => channelId === id)
  const limits = [
    [ofChannel, settings['test.channel'], settings['test.channel.window'], 'this channel'],
    [tests, settings['test.all'], settings['test.all.window'], 'all channels'],
  ] as const
  for (const [counted, most, windowMs, what] of limits) {
    const recent = counted.filter(({ at }) => at > now - windowMs)
    const oldest = recent.at(-most)
    if (recent.length < most || !oldest) continue
    const seconds = Math.max(1, Math.ceil((oldest.at + windowMs - now) / 1_000))
    throw new TooManyTestsError(
      `${recent.length} tests of ${what} in the last ${windowMs / 60_000} min: try again in ${seconds} s.`,
      seconds,
    )
  }
}
