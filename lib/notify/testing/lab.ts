import { beforeEach } from 'vitest'
import type { ChannelInput } from '#lib/contract/index.ts'
import { type ManualClock, manualClock } from '#lib/platform/testing/manual-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { processLogger } from '#lib/platform/log.ts'
import type { StoredChannel } from '../store/channels.ts'
import type { DeliveryResult } from '../channels/sender.ts'
import type { ChannelMessage } from '../content.ts'
import { getSqlExecutor } from '#lib/platform/queryable.ts'
import { incidentMessageReaders } from '#lib/incidents/answers/index.ts'
import { createScopedReaders, limitToAccessScope } from '#lib/questions/index.ts'
import type { NotifyContext } from '../context.ts'
import { evaluateDueAlerts } from '../jobs/alerts/evaluate-due-alerts.ts'
import { OutboxDeliverer } from '../jobs/outbox/outbox-deliverer.ts'
import { listChannels, listNotifications, replaceChannels, createSecretBox } from '../index.ts'
import type { AttemptDelivery } from '../jobs/outbox/send-attempt.ts'
import { defaultNotifySettings as settings, type NotifySettings } from '../settings.ts'
import { TEST_START_TIME } from './facts.ts'
import { TEST_WEBHOOK_SECRET } from './webhook-receiver.ts'

export const testSecretEncryption = createSecretBox('a key of the test, long enough')
export const acceptedDeliveryResult: DeliveryResult = { delivered: true, answer: 'HTTP 200' }
export const createRefusedDeliveryResult = (error: string, final = false): DeliveryResult => ({
  delivered: false,
  error,
  final,
})

export interface SentChannelMessage {
  channel: string
  message: ChannelMessage
}

/** Returns texts such as `opened x`, one for each sent message. */
export const sentReasons = (sent: readonly SentChannelMessage[]) =>
  sent.map(({ message: { content } }) => `${content.reason} ${'subject' in content ? content.subject : ''}`.trim())

/** Returns a webhook that receives everything. */
export const createTestWebhookInput = (name: string, more: Partial<ChannelInput> = {}): ChannelInput =>
  ({
    kind: 'webhook',
    name,
    url: 'https://hooks.example/x',
    secret: TEST_WEBHOOK_SECRET,
    enabled: true,
    filters: {
      incidents: true,
      findings: false,
      posture: false,
      hours: null,
      minSeverity: 'warning',
      neededBy: 'nobody',
      scopes: [],
      kinds: [],
      owners: [],
    },
    ...more,
  }) as ChannelInput

/** Sets up notifications on a test database with a manual clock; emptied before each test. */
export function notifyLab(db: Database) {
  let clock: ManualClock
  beforeEach(async () => {
    clock = manualClock(TEST_START_TIME)
    await db.pool.query('TRUNCATE notify_channel, alert_state, notification, event, incident CASCADE')
  })
  const scoped: NotifyContext['scoped'] = {
    ...createScopedReaders(db),
    // scopes are resolved again after some seconds of this clock
    readerOf: async (scope) => getSqlExecutor(await limitToAccessScope(db, scope, clock.now())),
  }
  const context = () => ({ db, clock, settings, scoped, incidents: incidentMessageReaders })
  const channels = async () =>
    (await listChannels(db, { mail: null, publicUrl: null, secrets: testSecretEncryption })).channels
  return {
    clock: () => clock,
    context,
    channels,
    async setUp(...wanted: ChannelInput[]) {
      await replaceChannels(db, { channels: wanted }, { clock, secrets: testSecretEncryption, scopeOf: (id) => id })
      return channels()
    },
    decide: () => evaluateDueAlerts(context()),
    /** Decides at T0 + `ms`. */
    decideAt(ms: number, given: NotifySettings = settings) {
      clock.step(TEST_START_TIME + ms)
      return evaluateDueAlerts({ ...context(), settings: given })
    },
    log: async () => (await listNotifications(db, { limit: 100 })).data,
    /** Returns a sender that records the messages that it sends. */
    recordingSender(
      answer: (sent: SentChannelMessage, attempt: number) => DeliveryResult | Promise<DeliveryResult> = () =>
        acceptedDeliveryResult,
    ) {
      const sent: SentChannelMessage[] = []
      const send: AttemptDelivery = async ({ name }: StoredChannel, message) => {
        sent.push({ channel: name, message })
        return answer({ channel: name, message }, sent.length)
      }
      const deliverer = (given: NotifySettings = settings) =>
        new OutboxDeliverer({ db, clock, settings: given, send, log: processLogger, random: () => 0.5 })
      return { sent, send, deliverer, drain: () => deliverer().drain(AbortSignal.timeout(20_000)) }
    },
  }
}
