import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { type SqlExecutor, getSqlExecutor } from '#lib/platform/queryable.ts'
import type { Database } from '#lib/platform/database.ts'
import { expediteEvaluation, requestEvaluation } from './store/alerts.ts'

export type { AccessScopedReaders } from './jobs/alerts/channel-audience.ts'
export type { IncidentMessageReaders } from './context.ts'
export {
  type ChannelSettings,
  createChannelSettings,
  listChannels,
  replaceChannels,
  canSeeChannel,
} from './answers/manage-channels.ts'
export {
  readEscalationSettings,
  replaceEscalationSettings,
  createStoredItem,
  computeItemsVersion,
} from './answers/manage-escalation.ts'
export {
  ChannelFaultError,
  ChannelsConflictError,
  SendRefusedError,
  TooManySentError,
  UnknownChannelError,
  UnknownIncidentError,
} from './errors.ts'
export { writeFindingsDigests, writePostureDigests } from './jobs/digests/findings-digests.ts'
export { isAlertingReceived } from './jobs/alerts/escalate-alert.ts'
export {
  type PredictedLosses,
  listChannelAccessScopes,
  writePredictedLossNotices,
} from './jobs/alerts/predicted-loss-notices.ts'
export type { PredictedLoss } from './rules/predicted-loss.ts'
export { formatSpan } from './message/message-times.ts'
export { countNotificationsTowardsSlo } from './store/notifications-in-time.ts'
export type { VendorAcknowledgement } from './inbound/acknowledgement.ts'
export { InboundRateLimiter } from './inbound/inbound-rate-limiter.ts'
export { receiveInbound } from './inbound/receive-inbound.ts'
export { listNotifications, listAllowedRecipients, sendIncident } from './answers/send-incident.ts'
export { type RunningNotifier, type NotifierOptions, startNotifier } from './jobs/notifier.ts'
export {
  resolveAllowedAddresses,
  type OutboundRules,
  createFixedLookup,
  RefusedDestinationError,
  lookUpBySystem,
} from './outbound/allowed-destination.ts'
export { SecretDecryptionError, type SecretBox, createSecretBox, createConfiguredSecretBox } from './secret-box.ts'
export {
  MISSING_PROOF_URL_MESSAGE,
  type AttemptDelivery,
  createNotificationSender,
  createConfiguredNotificationSender,
  type SenderOptions,
} from './jobs/outbox/send-attempt.ts'
export { testChannel } from './answers/test-channel.ts'
export { defaultNotifySettings, type NotifySettings } from './settings.ts'

/**
 * Schedules the evaluation of the alerts of changed incidents (whether notices are due), in the transaction of the
 * poller that changed them.
 */
export async function requestIncidentEvaluation(
  client: PoolClient,
  ids: readonly string[],
  at: EpochMs,
): Promise<void> {
  await requestEvaluation(client, ids, at)
}

/**
 * Schedules the immediate evaluation of an incident's alert after an acknowledgement. Without it, the acknowledgement
 * would be noticed only by the next regular evaluation.
 */
export async function requestAlertEvaluation(db: Database | SqlExecutor, id: string, at: EpochMs): Promise<void> {
  await expediteEvaluation(getSqlExecutor(db), id, at)
}
export { readChannels } from './store/channels.ts'
export { getSenderDomain, createMailHeaders, sendMailToServer } from './channels/email.ts'
export { createFailedDelivery, type DeliveryResult, type SenderContext } from './channels/sender.ts'
export { convertFromLocalTime, convertToLocalTime } from './rules/zoned-time.ts'
export { lockDocuments, saveDocuments, readStoredDocuments, type StoredDocument } from './store/stored-documents.ts'
export { requireBelowManualLimit } from './rules/manual-send-limit.ts'
export { evaluateIncidentForChannel } from './jobs/alerts/evaluate-due-alerts.ts'
export { ALERTING_PROOF_CHANNEL_ID } from './store/channels.ts'
export { ensureAlertingProofChannel, enqueueAlertingProofMessage, verifyAlertingProofRequest } from './proof-channel.ts'
export { deleteAlertingProofNotification } from './store/outbox-queue.ts'
export { type FailingChannel, readFailingChannels } from './store/failing-channels.ts'
export { postJsonToAllowedAddress } from './channels/http-post.ts'
