import { randomBytes } from 'node:crypto'
import type { ChannelTest } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { maskSecretsInLine } from '#lib/platform/secrets.ts'
import { lockChannelsForChange, readChannels } from '../store/channels.ts'
import { UnknownChannelError } from '../errors.ts'
import { logChannelTest, logChannelTestResult, readChannelTestsSince } from '../store/outbox.ts'
import { getLongestWindowMs, requireBelowManualLimit } from '../rules/manual-send-limit.ts'
import type { AttemptDelivery } from '../jobs/outbox/send-attempt.ts'
import { defaultNotifySettings, type NotifySettings } from '../settings.ts'

interface TestContext {
  send: AttemptDelivery
  clock: Clock
  settings?: NotifySettings
}

/**
 * Sends a test message to a channel, even to a disabled one, and logs it. The number of tests is limited, because each
 * test opens a connection to an address that the caller chose.
 * @throws UnknownChannelError, TooManySentError
 */
export async function testChannel(
  db: Database,
  id: string,
  { send, clock, settings = defaultNotifySettings }: TestContext,
): Promise<ChannelTest> {
  const at = clock.now()
  const messageId = `msg_${randomBytes(18).toString('base64url')}`
  const { channel, content } = await db.transaction(async (client) => {
    // locks the channels, so that concurrent tests run one after the other and all are counted for the limit
    await lockChannelsForChange(client)
    const channel = (await readChannels(client)).find((one) => one.id === id)
    if (!channel) throw new UnknownChannelError(`no channel ${id}: see /api/v1/channels`)
    const tests = await readChannelTestsSince(client, at - getLongestWindowMs(settings, 'test.channel', 'test.all'))
    const ofChannel = tests.filter(({ channelId }) => channelId === id)
    requireBelowManualLimit({ 'test.channel': ofChannel.map(timeOf), 'test.all': tests.map(timeOf) }, at, settings)
    const { name } = channel
    const content = { reason: 'test', severity: 'info', channel: name, at: new Date(at).toISOString() } as const
    await logChannelTest(client, { id: messageId, channelId: id, channelName: name, content }, at)
    return { channel, content }
  })
  const begun = clock.monotonic()
  const delivery = await send(channel, { id: messageId, inReplyTo: null, content })
  const error = delivery.delivered ? null : maskSecretsInLine(delivery.error)
  await logChannelTestResult(db.pool, messageId, clock.now(), error)
  return {
    delivered: delivery.delivered,
    answer: delivery.delivered ? maskSecretsInLine(delivery.answer) : (error ?? ''),
    milliseconds: Math.round(clock.monotonic() - begun),
  }
}

const timeOf = ({ at }: { at: EpochMs }) => at
