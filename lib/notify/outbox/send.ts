import { addressField } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { registerSecret } from '#lib/platform/secrets.ts'
import type { Settings } from '#lib/platform/settings.ts'
import { openAddress } from '../channel-address.ts'
import type { StoredChannel } from '../channel-store.ts'
import { senders } from '../channels/registry.ts'
import { type Delivery, failed, type SenderContext } from '../channels/sender.ts'
import type { Message } from '../content.ts'
import { systemLookup } from '../outbound/destination.ts'
import { SealError, type SecretBox, secretBoxOf } from '../secret-box.ts'
import { defaultNotifySettings } from '../settings.ts'

/** One attempt to deliver one message; a failure is a result and does not throw. */
export type Send = (channel: StoredChannel, message: Message) => Promise<Delivery>

export interface SenderOptions extends Omit<SenderContext, 'now'> {
  clock: Clock
  secrets: SecretBox
}

/** Sends by the sender of the channel's kind. */
export function sender({ secrets, clock, ...context }: SenderOptions): Send {
  return async (channel, message) => {
    const { id, kind, secret: sealed } = channel
    try {
      const secret = sealed === null ? null : secrets.open(sealed)
      registerSecret(secret, `secret of ${id}`)
      const address = openAddress(channel, secrets)
      const field = addressField(kind)
      const target = field ? { ...channel.target, [field.name]: address } : channel.target
      return await senders[kind]({ target, secret, takesRequests: channel.inboundSecret !== null }, message, {
        ...context,
        now: clock.now,
      })
    } catch (error) {
      if (error instanceof SealError) return failed(error.message)
      throw error
    }
  }
}

/** A sender with the settings of the environment. */
export function senderOf(
  settings: Pick<Settings, 'dataDir' | 'secretsKey' | 'mail' | 'publicUrl' | 'outboundAllow'>,
): Send {
  const { mail, publicUrl, outboundAllow } = settings
  return sender({
    clock: databaseClock,
    settings: defaultNotifySettings,
    secrets: secretBoxOf(settings),
    mail,
    publicUrl,
    outbound: { allow: outboundAllow, lookup: systemLookup },
  })
}
