import { type EpochMs, isReadByPeople } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ChannelDelivery,
  deleteAlert,
  lockAlert,
  countNewAlertsSince,
  saveAlert,
  type StoredAlert,
} from '../../store/alerts.ts'
import { formatAlertId, type ChannelAudience, getChannelAudience, UNLIMITED_AUDIENCE } from './channel-audience.ts'
import { readChannelsForShare, type StoredChannel } from '../../store/channels.ts'
import { parseAlertState } from '../../rules/alert-state.ts'
import { decideDueNotices, type DueNotice } from '../../rules/decide-notices.ts'
import { decideByReceivingHours } from '../../rules/receiving-hours.ts'
import type { IncidentForNotices } from '../../rules/incident-facts.ts'
import { toFollowUpNotice, selectChannelReason, type ChannelRoutingInput } from '../../rules/channel-routing.ts'
import { decideWhetherHeldForDigest } from '../../rules/storm-hold.ts'
import { sendDueEscalationSteps } from './escalate-alert.ts'
import { createIncidentContent, type IncidentSummary } from './incident-summary.ts'
import { computeNotificationId } from '../outbox/notification-id.ts'
import { addNotification } from '../../store/outbox-queue.ts'
import { countChannelNotices } from '../../store/outbox.ts'
import type { FaultJoiningIncident } from '../../content.ts'
import type { PreviousNotice } from '../outbox/previously-notified.ts'
import type { NotifySettings } from '../../settings.ts'

/** The data from which an alert is evaluated and its messages are written. */
export interface AlertSubject {
  facts: IncidentForNotices
  summary: IncidentSummary
  /** returns the content of messages about events of the incident; absent if it has no events */
  describeFaults?: (eventIds: readonly string[]) => FaultJoiningIncident[]
  routing: ChannelRoutingInput
  /** earlier notice of only failing polls that have the same fault as this incident; null or absent if there is none */
  previously?: PreviousNotice | null
}

/**
 * Evaluates one alert of an audience and writes its notifications. It runs in the caller's transaction, so that the
 * alert's state and its messages in the outbox are stored together or not at all.
 * @param about ID of the incident or of the period without data
 * @param read reads the data while the alert is locked; null = the incident or period no longer exists
 * @param context `channels`, if given, is used instead of the stored channels
 * @returns number of notifications written
 */
export async function evaluateAlert(
  client: SqlExecutor,
  about: string,
  read: () => Promise<AlertSubject | null>,
  {
    now,
    settings,
    audience = UNLIMITED_AUDIENCE,
    channels: given,
  }: { now: EpochMs; settings: NotifySettings; audience?: ChannelAudience; channels?: readonly StoredChannel[] },
): Promise<number> {
  const id = formatAlertId(about, audience)
  const stored = await lockAlert(client, id)
  const subject = await read()
  if (!subject && stored.state === null && audience !== UNLIMITED_AUDIENCE) {
    // The scope includes no event of the incident. The alert row that the lock created is deleted, because most
    // incidents are outside of most scopes.
    await deleteAlert(client, id)
    return 0
  }
  if (!subject) {
    await saveAlert(client, stored, { now, dueAt: null, alertedAt: null })
    return 0
  }
  const before = parseAlertState(stored.state, subject.facts.events)
  const { state, notices, dueAt } = decideDueNotices(before, subject.facts, now, settings)
  const channels =
    notices.length === 0 ? [] : (given ?? (await readChannelsForShare(client))).filter(isChannelOfAudience(audience))
  let written = 0
  let { delivered } = stored
  for (const [index, notice] of notices.entries()) {
    if (notice.first) delivered = clearOpeningMessages(delivered)
    for (const channel of channels) {
      const result = await queueNoticeForChannel(
        client,
        channel,
        { ...stored, delivered },
        { subject, notice, index, unverifiableSince: state.unverifiableSince, now, settings, audience },
      )
      if (!result) continue
      delivered = { ...delivered, [channel.id]: result.delivery }
      if (result.isWritten) written += 1
    }
  }
  const steps = stored.steps + (notices.length > 0 ? 1 : 0)
  const alertedAt = notices.some(({ first }) => first) ? now : null
  const escalated = isPaused(subject.facts)
    ? null
    : await sendDueEscalationSteps(client, { ...stored, delivered }, state, {
        summary: subject.summary,
        now,
        settings,
        audience,
      })
  const { escalations } = escalated ?? stored
  const after = { id, state, delivered: escalated?.delivered ?? delivered, steps, escalations }
  const nextAt = [dueAt, escalated?.dueAt ?? null].filter((at) => at !== null)
  await saveAlert(client, after, { now, dueAt: nextAt.length === 0 ? null : Math.min(...nextAt), alertedAt })
  return written + (escalated?.written ?? 0)
}

/**
 * Reports whether an operator paused the polls of an open incident. Its state is then unknown, so it is not escalated.
 */
const isPaused = ({ paused = false, closedAt }: IncidentForNotices) => paused && closedAt === null

/** Returns a function that reports whether a channel is enabled and belongs to an audience. */
export const isChannelOfAudience =
  ({ key }: ChannelAudience) =>
  (channel: StoredChannel) =>
    channel.enabled && getChannelAudience(channel).key === key

/**
 * Returns the delivery states of all channels as if no channel had received the opening, so that a reopened alert is
 * sent to every channel like a new alert. Whether a channel was told that the alert is critical is kept.
 */
export function clearOpeningMessages(delivered: StoredAlert['delivered']): StoredAlert['delivered'] {
  return Object.fromEntries(Object.entries(delivered).map(([id, { critical }]) => [id, { opening: null, critical }]))
}

interface EvaluationContext {
  subject: Omit<AlertSubject, 'facts'>
  notice: DueNotice
  /** position of the notice among the notices of this evaluation, from 0 */
  index: number
  unverifiableSince: EpochMs | null
  now: EpochMs
  settings: NotifySettings
  audience: ChannelAudience
}

/**
 * Writes a notice for one channel, unless the channel's filters or hours exclude it or an earlier notice covers it.
 * @returns new delivery state of the alert for this channel; null = the notice is not for this channel
 */
export async function queueNoticeForChannel(
  client: SqlExecutor,
  channel: StoredChannel,
  { id: alertId, delivered, steps }: StoredAlert,
  { subject, notice: given, index, unverifiableSince, now, settings, audience }: EvaluationContext,
): Promise<{ delivery: ChannelDelivery; isWritten: boolean } | null> {
  const own = delivered[channel.id] ?? { opening: null, critical: false }
  // Only the first notice of an incident can follow an earlier notice of failing polls. If the incident opens again
  // later, every channel gets a new notice.
  const earlier = given.first && steps === 0 ? subject.previously?.delivered[channel.id] : undefined
  const isFollowUp = earlier !== undefined && earlier.opening !== null
  const before = isFollowUp ? { ...earlier, critical: earlier.critical || own.critical } : own
  const notice = isFollowUp && subject.previously ? toFollowUpNotice(given, subject.previously.severity) : given
  if (notice === null) return { delivery: before, isWritten: false }
  const reason = selectChannelReason(channel.filters, before.opening !== null, notice, subject.routing)
  if (reason === null) return isFollowUp ? { delivery: before, isWritten: false } : null
  const knowsOpening = before.opening !== null
  const when = decideByReceivingHours(channel.filters.hours, now, { reason, severity: notice.severity, knowsOpening })
  if (when === 'omit') return isFollowUp ? { delivery: before, isWritten: false } : null
  const load = await countChannelNotices(client, channel.id, now - settings['storm.channel.window'])
  const newAlerts = await countNewAlertsSince(client, now - settings['storm.alerts.window'], audience)
  const readByPeople = isReadByPeople(channel.kind)
  const admission =
    when === 'hold'
      ? 'held'
      : decideWhetherHeldForDigest(
          { ...load, newAlerts },
          { reason, severity: notice.severity },
          { readByPeople, criticalPassed: before.critical },
          settings,
        )
  const id = computeNotificationId(alertId, steps, index, channel.id)
  await addNotification(client, {
    id,
    channelId: channel.id,
    channelName: channel.name,
    alerts: [alertId],
    content: createIncidentContent(
      subject.summary,
      {
        reason,
        severity: notice.severity,
        ...(notice.faults && { faults: subject.describeFaults?.(notice.faults) ?? [] }),
      },
      unverifiableSince,
      now,
    ),
    inReplyTo: before.opening,
    state: admission === 'single' ? 'pending' : 'held',
    createdAt: now,
  })
  const critical = before.critical || (admission === 'single' && notice.severity === 'critical')
  return { delivery: { opening: before.opening ?? id, critical }, isWritten: true }
}
