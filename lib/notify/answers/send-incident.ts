import type { VendorAcknowledgement } from '../inbound/acknowledgement.ts'
import {
  type AccessScope,
  formatAccessScopeKey as nameOfScope,
  hasLastingAlerts,
  type NotificationToEncode,
  parseAccessScope,
  type Severity,
} from '#lib/contract/index.ts'
import type { MessageRecipient } from '#lib/incidents/api/index.ts'
import { addManualSend, readIncidentById, findSameManualSend, readManualSendTimes } from '#lib/history/index.ts'
import { type SqlExecutor, getSqlExecutor } from '#lib/platform/queryable.ts'
import { bindAccessScopeToConnection } from '#lib/questions/index.ts'
import { lockAlert, saveAlertDeliveries, type StoredAlert } from '../store/alerts.ts'
import { formatAlertId, getChannelAudience, UNLIMITED_AUDIENCE } from '../jobs/alerts/channel-audience.ts'
import { readChannelsForShare, type StoredChannel, readChannels } from '../store/channels.ts'
import type { NotifyContext } from '../context.ts'
import { parseAlertState } from '../rules/alert-state.ts'
import { SendRefusedError, UnknownChannelError, UnknownIncidentError, ChannelFaultError } from '../errors.ts'
import { createIncidentContent, type IncidentSummary } from '../jobs/alerts/incident-summary.ts'
import { canSeeChannel } from './manage-channels.ts'
import { computeNotificationId } from '../jobs/outbox/notification-id.ts'
import { addNotification } from '../store/outbox-queue.ts'
import { readLoggedNotification, type LoggedNotification, readLoggedNotifications } from '../store/outbox.ts'
import { requireBelowManualLimit } from '../rules/manual-send-limit.ts'
import { readIncidentSummary } from '../jobs/digests/read-summary.ts'
import type { NotificationsParameters } from '../api/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { formatMessageTitle } from '../message/message-text.ts'

/**
 * Returns the channels to which a caller may send incidents: enabled channels whose scope the caller's scope includes.
 */
export async function listAllowedRecipients(db: SqlExecutor, scope: AccessScope): Promise<MessageRecipient[]> {
  return (await readChannels(db))
    .filter((channel) => channel.enabled && canSeeChannel(scope, channel))
    .map(({ id, name, kind }) => ({ id, name, kind, keepsOpen: hasLastingAlerts(kind) }))
}

export interface IncidentSendRequest extends Pick<VendorAcknowledgement, 'incidentId' | 'note' | 'by'> {
  channelId: string
  /** access scope of the sender */
  scope: AccessScope
}

/**
 * Queues a message about an incident that a user sends to a channel by hand. It contains only data within the channel's
 * scope. The message is not delayed by storm limits (maximum numbers of notifications in a short time), nor by the
 * hours in which the channel receives notices. An equal message within a minute is not sent again. If the incident is
 * open and was already notified, the channel will also receive a message when the incident ends.
 * @throws UnknownIncidentError, UnknownChannelError, SendRefusedError, TooManySentError
 */
export async function sendIncident(
  context: NotifyContext,
  sending: IncidentSendRequest,
): Promise<NotificationToEncode> {
  const { db, scoped, incidents } = context
  const { channelId, scope } = sending
  const isTarget = (channel: StoredChannel) => channel.id === channelId && canSeeChannel(scope, channel)
  const wanted = (await readChannels(db.pool)).find(isTarget)
  if (!wanted) throw new UnknownChannelError(`no channel ${channelId}: /api/v1/incidents/recipients lists them`)
  const audience = getChannelAudience(wanted)
  // Determine the resources in the scope before the transaction begins. This needs a separate connection, and the
  // process must not hold one connection while it waits for another.
  const known = audience === UNLIMITED_AUDIENCE ? null : await scoped.readerOf(audience.scope)
  const id = await db.transaction(async (client) => {
    const channel = (await readChannelsForShare(client)).find(isTarget)
    if (!channel?.enabled || getChannelAudience(channel).key !== audience.key)
      throw new SendRefusedError(`${wanted.name} is turned off, or was changed a moment ago.`)
    const found = await readIncidentById(
      known ? bindAccessScopeToConnection(known, client) : client,
      sending.incidentId,
    )
    if (!found && known) throw new SendRefusedError(`The scope of ${channel.name} sees nothing of this incident.`)
    if (!found) throw new UnknownIncidentError(`no incident ${sending.incidentId}`)
    const events = known ? scoped.eventsFor(known, found.events) : found.events
    const summary = await readIncidentSummary(
      known ? bindAccessScopeToConnection(known, client) : client,
      { ...found, events },
      context.clock.now(),
      incidents,
    )
    if (!summary) throw new SendRefusedError('Nothing is left of this incident: its events are past their retention.')
    const alert = await lockAlert(client, formatAlertId(sending.incidentId, audience))
    return queue(client, context, {
      sending,
      channel,
      alert,
      severity: found.incident.severity,
      isOpen: found.incident.closedAt === null,
      summary: known ? scoped.withoutOthers(known, summary) : summary,
    })
  })
  const logged = await readLoggedNotification(db.pool, id)
  if (!logged) throw new Error(`notification ${id} was not written`)
  return withTitle(logged)
}

interface Prepared {
  sending: IncidentSendRequest
  channel: StoredChannel
  alert: StoredAlert
  severity: Severity
  isOpen: boolean
  summary: IncidentSummary
}

/**
 * Writes the message to the outbox, unless an equal message was sent within the last minute.
 * @returns ID of the new message, or of the equal message
 */
async function queue(
  client: SqlExecutor,
  { clock, settings }: Pick<NotifyContext, 'clock' | 'settings'>,
  { sending, channel, alert, severity, isOpen, summary }: Prepared,
): Promise<string> {
  const { incidentId, by, note } = sending
  const now = clock.now()
  const send = { incidentId, channelId: channel.id, by, note }
  const same = await findSameManualSend(client, send, now - settings['send.again'])
  if (same !== null) return same
  requireBelowManualLimit(
    { 'send.all': await readManualSendTimes(client, now - settings['send.all.window']) },
    now,
    settings,
  )
  const state = parseAlertState(alert.state)
  const isNotified = isOpen && state.phase === 'open'
  if (hasLastingAlerts(channel.kind) && !isNotified)
    throw new SendRefusedError(
      `${channel.name} keeps an incident open until it is sent its end: send it one that is open and was notified.`,
    )
  const own = alert.delivered[channel.id] ?? { opening: null, critical: false }
  const id = computeNotificationId(alert.id, 'sent', channel.id, by, note ?? '', now)
  await addNotification(client, {
    id,
    channelId: channel.id,
    channelName: channel.name,
    alerts: [alert.id],
    content: {
      ...createIncidentContent(summary, { reason: 'sent', severity }, state.unverifiableSince, now),
      sent: { by, note },
    },
    inReplyTo: own.opening,
    state: 'pending',
    createdAt: now,
  })
  if (isNotified)
    await saveAlertDeliveries(client, alert.id, {
      ...alert.delivered,
      [channel.id]: { ...own, opening: own.opening ?? id },
    })
  const audience = nameOfScope(parseAccessScope(channel.scopes))
  await addManualSend(client, { ...send, notificationId: id, channelName: channel.name, audience, at: now })
  return id
}

/**
 * Returns the delivery log, newest first. The cursor is the sequence number of a row.
 * @throws ChannelFaultError if the cursor is invalid
 */
export async function listNotifications(
  db: Database | SqlExecutor,
  { channel, state, cursor, limit }: NotificationsParameters,
): Promise<{ data: NotificationToEncode[]; nextCursor: string | null }> {
  if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) {
    throw new ChannelFaultError('cursor: send the nextCursor of the previous page, or none to start over')
  }
  const rows = await readLoggedNotifications(getSqlExecutor(db), {
    channelId: channel ?? null,
    state: state ?? null,
    before: cursor ?? null,
    limit: limit + 1,
  })
  const page = rows.slice(0, limit)
  return {
    data: page.map(withTitle),
    nextCursor: rows.length > limit ? (page.at(-1)?.seq.toString() ?? null) : null,
  }
}

const withTitle = ({ seq: _, content, createdAt, deliveredAt, nextAttemptAt, ...row }: LoggedNotification) => ({
  ...row,
  title: formatMessageTitle(content),
  incidentId: 'incidentId' in content ? content.incidentId : null,
  createdAt,
  deliveredAt,
  nextAttemptAt,
})
