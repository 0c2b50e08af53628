import { type EpochMs, getNeededTime, isReadByPeople, type Severity } from '#lib/contract/index.ts'
import type { EscalationTarget } from '../../api/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type ChannelDelivery, countNewAlertsSince, type StoredAlert } from '../../store/alerts.ts'
import { type ChannelAudience, getChannelAudience } from './channel-audience.ts'
import { readChannelsForShare, type StoredChannel, readChannels } from '../../store/channels.ts'
import type { AlertState } from '../../rules/alert-state.ts'
import {
  decideEscalation,
  type EscalationState,
  type EscalationStep,
  getUnacknowledgedSince,
} from '../../rules/decide-escalation.ts'
import { isHeldByReceivingHours } from '../../rules/receiving-hours.ts'
import { findOnCallShiftAt } from '../../rules/on-call.ts'
import { decideWhetherHeldForDigest } from '../../rules/storm-hold.ts'
import { computeNotificationId } from '../outbox/notification-id.ts'
import { createIncidentContent, type IncidentSummary } from './incident-summary.ts'
import {
  convertStoredRotation,
  type StoredEscalationPolicy,
  type StoredOnCallRotation,
  readEscalationPolicies,
  readOnCallRotations,
} from '../../store/escalation.ts'
import { addNotification } from '../../store/outbox-queue.ts'
import { countChannelNotices } from '../../store/outbox.ts'
import type { NotifySettings } from '../../settings.ts'

interface Escalated {
  escalations: StoredAlert['escalations']
  delivered: StoredAlert['delivered']
  /** time of the next escalation step; null = no further step */
  dueAt: EpochMs | null
  written: number
}

interface EscalationContext {
  summary: IncidentSummary
  now: EpochMs
  settings: NotifySettings
  audience: ChannelAudience
}

/**
 * Sends the due steps of all escalation policies to the channels of one audience. It runs in the caller's transaction,
 * so that the progress of a policy and its messages are written together.
 * @param stored the locked alert, including the deliveries of the notices that were just decided
 * @param state state of the alert after those notices
 */
export async function sendDueEscalationSteps(
  client: SqlExecutor,
  stored: Pick<StoredAlert, 'id' | 'escalations' | 'delivered'>,
  state: AlertState,
  context: EscalationContext,
): Promise<Escalated> {
  const { now, settings } = context
  const since = getUnacknowledgedSince(state, settings)
  const kept = state.flappingSince === null ? {} : stored.escalations
  const result: Escalated = { escalations: kept, delivered: stored.delivered, dueAt: null, written: 0 }
  if (since === null || state.severity === null) return result
  const policies = (await readEscalationPolicies(client)).filter(({ body }) => body.enabled)
  if (policies.length === 0) return result
  const rotations = await readOnCallRotations(client)
  const enabled = new Set((await readChannels(client)).flatMap((channel) => (channel.enabled ? [channel.id] : [])))
  const escalations: Record<string, EscalationState> = {}
  for (const policy of policies) {
    const alert = { since, severity: state.severity, needed: getNeededTime(context.summary.needsYou) }
    const steps = policy.body.steps.map((step) => ({
      ...step,
      reachesNobody: ![...channelsOf(step.targets, rotations, now)].some((id) => enabled.has(id)),
    }))
    const decision = decideEscalation({ ...policy.body, steps }, stored.escalations[policy.id] ?? null, alert, now)
    escalations[policy.id] = decision.state
    result.dueAt = earlier(result.dueAt, decision.dueAt)
    for (const step of decision.due) {
      if (steps[step.index]?.reachesNobody) logReachesNobody(stored.id, policy, step)
      const { severity, unverifiableSince } = state
      const taken = await takeStep(
        client,
        { policy, step, since, severity, unverifiableSince },
        { id: stored.id, delivered: result.delivered },
        rotations,
        context,
      )
      result.delivered = taken.delivered
      result.written += taken.written
    }
  }
  return { ...result, escalations }
}

/**
 * Reports whether any notice about an incident would be sent now: either an enabled channel receives incidents, or an
 * enabled escalation policy sends them to a channel.
 */
export async function isAlertingReceived(db: SqlExecutor, now: EpochMs): Promise<boolean> {
  const channels = (await readChannels(db)).filter(({ enabled }) => enabled)
  if (channels.some(({ filters }) => filters.incidents)) return true
  const enabled = new Set(channels.map(({ id }) => id))
  const steps = (await readEscalationPolicies(db)).flatMap(({ body }) => (body.enabled ? body.steps : []))
  const rotations = await readOnCallRotations(db)
  return steps.some(({ targets }) => [...channelsOf(targets, rotations, now)].some((id) => enabled.has(id)))
}

/**
 * Logs that a step of a policy sends no message, because all its channels are disabled or removed. A channel of another
 * audience does not count as missing, because the alert of that audience notifies it.
 */
function logReachesNobody(alert: string, { body }: StoredEscalationPolicy, { index }: EscalationStep): void {
  const about = { alert, policy: body.name, step: index + 1 }
  createComponentLogger('notify').warn(
    about,
    'a step of an escalation reaches nobody: its channels are turned off or gone',
  )
}

interface Taken {
  policy: StoredEscalationPolicy
  step: EscalationStep
  since: EpochMs
  severity: Severity
  unverifiableSince: EpochMs | null
}

async function takeStep(
  client: SqlExecutor,
  { policy, step, since, severity, unverifiableSince }: Taken,
  { id: alertId, delivered: before }: Pick<StoredAlert, 'id' | 'delivered'>,
  rotations: readonly StoredOnCallRotation[],
  { summary, now, settings, audience }: EscalationContext,
): Promise<Pick<Escalated, 'delivered' | 'written'>> {
  const { name, steps } = policy.body
  const wanted = channelsOf(steps[step.index]?.targets ?? [], rotations, now)
  const channels = (await readChannelsForShare(client)).filter(
    (channel) => channel.enabled && wanted.has(channel.id) && getChannelAudience(channel).key === audience.key,
  )
  let delivered = before
  for (const channel of channels) {
    const own: ChannelDelivery = delivered[channel.id] ?? { opening: null, critical: false }
    const id = computeNotificationId(alertId, 'escalation', policy.id, since, step.number, channel.id)
    const isHeld = await heldByStorm(client, channel, own, { severity, now, settings, audience })
    await addNotification(client, {
      id,
      channelId: channel.id,
      channelName: channel.name,
      alerts: [alertId],
      content: {
        ...createIncidentContent(summary, { reason: 'escalated', severity }, unverifiableSince, now),
        escalation: {
          policy: name,
          step: step.index + 1,
          steps: steps.length,
          round: step.round + 1,
          since: new Date(since).toISOString(),
        },
      },
      inReplyTo: own.opening,
      state: isHeld ? 'held' : 'pending',
      createdAt: now,
    })
    delivered = { ...delivered, [channel.id]: { opening: own.opening ?? id, critical: own.critical } }
  }
  return { delivered, written: channels.length }
}

/**
 * Reports whether storm limits (maximum numbers of notifications in a short time) hold back a message of an escalation.
 * A held message waits for the next digest. If the channel holds its notices until its receiving hours begin, the next
 * digest comes only then. In this case the result is false outside of these hours, because a person on call must be
 * notified immediately.
 */
async function heldByStorm(
  client: SqlExecutor,
  { id, kind, filters }: StoredChannel,
  { critical }: ChannelDelivery,
  { severity, now, settings, audience }: { severity: Severity } & Omit<EscalationContext, 'summary'>,
): Promise<boolean> {
  if (isHeldByReceivingHours(filters.hours, now)) return false
  const load = await countChannelNotices(client, id, now - settings['storm.channel.window'])
  const newAlerts = await countNewAlertsSince(client, now - settings['storm.alerts.window'], audience)
  return (
    decideWhetherHeldForDigest(
      { ...load, newAlerts },
      { reason: 'repeated', severity },
      { readByPeople: isReadByPeople(kind), criticalPassed: critical },
      settings,
    ) === 'held'
  )
}

/**
 * Returns the channel IDs of an escalation step: the named channels, and for each named rotation the channel of the
 * person on call.
 */
function channelsOf(
  targets: readonly EscalationTarget[],
  rotations: readonly StoredOnCallRotation[],
  now: EpochMs,
): ReadonlySet<string> {
  const ids = targets.map((target) => {
    if ('channel' in target) return target.channel
    const rotation = rotations.find(({ id }) => id === target.rotation)
    return rotation && findOnCallShiftAt(convertStoredRotation(rotation.body), now)?.channel
  })
  return new Set(ids.filter((id) => id !== undefined))
}

const earlier = (a: EpochMs | null, b: EpochMs | null): EpochMs | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b)
