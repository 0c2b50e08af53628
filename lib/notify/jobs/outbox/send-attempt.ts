import { findSecretUrlField, INBOUND_REQUESTS_PATH } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { buildAlertingProofUrl } from '#lib/platform/environment/environment-values.ts'
import { registerSecret } from '#lib/platform/secrets.ts'
import type { OutboundEntry, ProcessSettings } from '#lib/platform/settings.ts'
import { decryptAddress } from '../../channel-address.ts'
import { ALERTING_PROOF_CHANNEL_ID, type StoredChannel } from '../../store/channels.ts'
import { sendFunctionsByChannelKind } from '../../channels/registry.ts'
import { type DeliveryResult, createFailedDelivery, type SenderContext } from '../../channels/sender.ts'
import type { ChannelMessage } from '../../content.ts'
import { lookUpBySystem } from '../../outbound/allowed-destination.ts'
import { SecretDecryptionError, type SecretBox, createConfiguredSecretBox } from '../../secret-box.ts'
import { defaultNotifySettings } from '../../settings.ts'

/** Function that makes one attempt to deliver one message. A failure is returned as a result and does not throw. */
export type AttemptDelivery = (channel: StoredChannel, message: ChannelMessage) => Promise<DeliveryResult>

export interface SenderOptions extends Omit<SenderContext, 'now'> {
  clock: Clock
  secrets: SecretBox
  /**
   * Returns the address of Peerwatch's own endpoint for test alerts, which prove that alerting works. Messages to this
   * address are allowed as if OUTBOUND_ALLOW contained it. `isAssumed` = PROOF_URL is not set, so that a default is
   * used.
   */
  proofUrl?: () => { url: string; isAssumed: boolean }
}

/**
 * Error text if the proof receiver (Peerwatch's own endpoint for test alerts) is unreachable and PROOF_URL is not set.
 * Alerting itself may work, because workers can run on a machine without Peerwatch's web server.
 */
export const MISSING_PROOF_URL_MESSAGE =
  'PROOF_URL is not set, and no web of this Peerwatch answers on this machine: set it where workers run, such as http://web:3000'

/** Returns a function that sends a message with the sender for the channel's kind. */
export function createNotificationSender({ secrets, clock, proofUrl, ...context }: SenderOptions): AttemptDelivery {
  return async (channel, message) => {
    const { id, kind, secret: sealed } = channel
    try {
      const secret = sealed === null ? null : secrets.open(sealed)
      registerSecret(secret, `secret of ${id}`)
      if (id === ALERTING_PROOF_CHANNEL_ID && proofUrl !== undefined && secret !== null) {
        const { url, isAssumed } = proofUrl()
        const delivery = await sendFunctionsByChannelKind.webhook({ target: { url }, secret }, message, {
          ...context,
          outbound: { ...context.outbound, allow: [...context.outbound.allow, entryOf(url)] },
          now: clock.now,
        })
        return delivery.delivered || !isAssumed ? delivery : createFailedDelivery(MISSING_PROOF_URL_MESSAGE)
      }
      const address = decryptAddress(channel, secrets)
      const field = findSecretUrlField(kind)
      const target = field ? { ...channel.target, [field.name]: address } : channel.target
      return await sendFunctionsByChannelKind[kind](
        { target, secret, takesRequests: channel.inboundSecret !== null },
        message,
        {
          ...context,
          now: clock.now,
        },
      )
    } catch (error) {
      if (error instanceof SecretDecryptionError) return createFailedDelivery(error.message)
      throw error
    }
  }
}

/** Returns the function that sends messages, configured from the environment settings. */
export function createConfiguredNotificationSender(
  settings: Pick<
    ProcessSettings,
    'dataDir' | 'secretsKey' | 'mail' | 'publicUrl' | 'outboundAllow' | 'host' | 'port' | 'tls' | 'alerting'
  >,
): AttemptDelivery {
  const { mail, publicUrl, outboundAllow } = settings
  return createNotificationSender({
    clock: databaseClock,
    settings: defaultNotifySettings,
    secrets: createConfiguredSecretBox(settings),
    mail,
    publicUrl,
    proofUrl: () => proofReceiverUrl(settings),
    outbound: { allow: outboundAllow, lookup: lookUpBySystem },
  })
}

/** Returns the address of Peerwatch's own endpoint for test alerts (proofs), as reachable from this process. */
const proofReceiverUrl = (settings: Parameters<typeof buildAlertingProofUrl>[0]) => ({
  url: `${buildAlertingProofUrl(settings)}${INBOUND_REQUESTS_PATH}proof/${ALERTING_PROOF_CHANNEL_ID}`,
  isAssumed: settings.alerting.proofUrl === null,
})

function entryOf(url: string): OutboundEntry {
  const { hostname, port, protocol } = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return { host, port: Number(port) || (protocol === 'https:' ? 443 : 80) }
}
