import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { type Queryable, queryable } from '#lib/platform/queryable.ts'
import type { Database } from '#lib/platform/database.ts'
import { expediteEvaluation, requestEvaluation } from './alerts/alert-store.ts'

export type { ScopedReading } from './alerts/audience.ts'
export type { IncidentReading } from './context.ts'
export {
  type ChannelSettings,
  channelSettingsOf,
  listChannels,
  replaceChannels,
  seesChannel,
} from './manage-channels.ts'
export { listEscalation, replaceEscalation, changedItem, versionOf } from './manage-escalation.ts'
export {
  ChannelFaultError,
  ChannelsConflictError,
  SendRefusedError,
  TooManySentError,
  UnknownChannelError,
  UnknownIncidentError,
} from './errors.ts'
export { writeFindingsDigests, writePostureDigests } from './digests/digests.ts'
export { type SeenAhead, scopesOfChannels, writeAheadNotices } from './alerts/ahead-notices.ts'
export type { AheadLoss } from './decide/ahead.ts'
export { spanWords } from './message/times.ts'
export { countNotifications } from './outbox/notifications-in-time-store.ts'
export type { Acknowledgement } from './inbound/acknowledgement.ts'
export { InboundRate } from './inbound/rate.ts'
export { receiveInbound } from './inbound/receive.ts'
export { listNotifications, recipientsFor, sendIncident } from './send-incident.ts'
export { type Notifier, type NotifierOptions, startNotifier } from './notifier.ts'
export { admitted, type Outbound, pinned, RefusedDestinationError, systemLookup } from './outbound/destination.ts'
export { SealError, type SecretBox, secretBox, secretBoxOf } from './secret-box.ts'
export { PROOF_URL_UNSET, type Send, sender, senderOf, type SenderOptions } from './outbox/send.ts'
export { testChannel } from './test-channel.ts'
export { defaultNotifySettings, type NotifySettings } from './settings.ts'

/** Requests an evaluation of incidents, in the transaction that changed them. The poller calls it. */
export async function incidentsChanged(client: PoolClient, ids: readonly string[], at: EpochMs): Promise<void> {
  await requestEvaluation(client, ids, at)
}

/** Requests an evaluation of one incident now, after an acknowledgement. Without it the next evaluation would find it. */
export async function requestAlertEvaluation(db: Database | Queryable, id: string, at: EpochMs): Promise<void> {
  await expediteEvaluation(queryable(db), id, at)
}
export { storedChannels } from './channel-store.ts'
export { domainOf, mailHeaders, sendMail } from './channels/email.ts'
export { failed, type Delivery, type SenderContext } from './channels/sender.ts'
export { zonedInstant, localTime } from './decide/zoned-time.ts'
export { lockDocuments, saveDocuments, storedDocuments, type Stored } from './digests/document-store.ts'
export { requireRate } from './rate-by-hand.ts'
export { decideFor } from './alerts/decider.ts'
export { PROOF_CHANNEL } from './channel-store.ts'
export { proofChannel, queueProof, signedProof } from './proof-channel.ts'
export { withdrawProof } from './outbox/outbox-queue-store.ts'
export { type FailingChannel, failingChannels } from './outbox/failing-channels-store.ts'
export { postJson } from './channels/http-post.ts'
