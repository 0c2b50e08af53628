import { type EpochMs, isUserActionAtLeastAsUrgent, isUrgentSeverity, type Severity } from '#lib/contract/index.ts'
import type { NotifySettings } from '../settings.ts'
import type { AlertState } from './alert-state.ts'
import {
  type IncidentForNotices,
  isNotifiable,
  type EventOfIncident,
  getFaultKey,
  rankSeverity,
  findWorstSeverity,
} from './incident-facts.ts'

export const noticeReasons = [
  'opened',
  'raised',
  'urgent',
  'extended',
  'repeated',
  'acknowledged',
  'unsnoozed',
  'unverifiable',
  'flapping',
  // Reasons of notices that are only about predicted effects of announced work.
  'approaching',
  'changed',
  'withdrawn',
  'closed',
] as const
export type NoticeReason = (typeof noticeReasons)[number]

/** A notice that is due now. The channels that receive it are determined later. */
export interface DueNotice {
  reason: NoticeReason
  severity: Severity
  /** true = no channel has received this opening of the incident before */
  first: boolean
  /**
   * in a notice `extended`, IDs of the faults that joined the open incident, or of the faults of a flapping incident
   * that are not repetitions; in the other notices of an incident that opened again, IDs of the faults since it opened
   * again. Absent before the incident closes for the first time, and in notices `acknowledged` and `closed`
   */
  faults?: readonly string[]
}

interface Decision {
  state: AlertState
  notices: DueNotice[]
  /** time of the next evaluation if nothing changes before; null = only after a change */
  dueAt: EpochMs | null
}

/**
 * Decides which notices of an incident are due (docs/rules/notifications.md 2). A second call with the returned state
 * at the same time returns no notice.
 */
export function decideDueNotices(
  state: AlertState,
  incident: IncidentForNotices,
  now: EpochMs,
  settings: NotifySettings,
): Decision {
  if (incident.paused && incident.closedAt === null) {
    return { state, notices: [], dueAt: now + settings['evaluate.again'] }
  }
  const episode = episodeOf(state, incident, now, settings)
  if (state.phase === 'open') {
    return incident.closedAt === null
      ? nameFaultsSinceReopening(state, episode, updateOpen(state, incident, episode, now, settings))
      : close(state, incident.closedAt, now, settings)
  }
  if (state.phase === 'closed' && incident.closedAt === state.closedAt) return endFlapping(state, now, settings)
  if (episode.worst === null) {
    const evaluateAt = incident.closedAt === null ? now + settings['evaluate.again'] : null
    return { state, notices: [], dueAt: earliest([episode.nextSettles, evaluateAt, flappingEndsAt(state, settings)]) }
  }
  const opened = open(state, incident, { ...episode, worst: episode.worst }, now, settings)
  return nameFaultsSinceReopening(state, episode, opened)
}

/**
 * Adds the faults since an incident opened again to its notices, because the begin, the cause and the owner of an
 * incident describe its first outage (ADR 0380).
 */
function nameFaultsSinceReopening({ closedAt }: AlertState, { settled }: Episode, decision: Decision): Decision {
  if (closedAt === null) return decision
  const own = settled.map(({ id }) => id)
  const notices = decision.notices.map((notice) =>
    REASONS_WITHOUT_FAULTS.has(notice.reason) ? notice : { faults: own, ...notice },
  )
  return { ...decision, notices }
}

/** Reasons of notices that report no fault. */
const REASONS_WITHOUT_FAULTS: ReadonlySet<NoticeReason> = new Set(['acknowledged', 'closed'])

/** Summary of the notifiable events that are open, or that were detected after the last closing. */
interface Episode {
  /**
   * worst severity of the settled events; null = no event has settled. An event is settled when its waiting time for
   * related events has passed
   */
  worst: Severity | null
  /** time at which the next event has waited long enough; null = no event is waiting */
  nextSettles: EpochMs | null
  /** the settled events */
  settled: readonly EventOfIncident[]
}

function episodeOf(state: AlertState, incident: IncidentForNotices, now: EpochMs, settings: NotifySettings): Episode {
  const since = state.closedAt ?? -Infinity
  const fresh = incident.events.filter((event) => isNotifiable(event) && (event.detectedAt > since || event.open))
  const settlesAt = (event: EventOfIncident) => event.detectedAt + getSettleTimeMs(event.severity, incident, settings)
  const settled = fresh.filter((event) => settlesAt(event) <= now)
  return {
    worst: findWorstSeverity(settled.map(({ severity }) => severity)),
    nextSettles: earliest(fresh.map(settlesAt).filter((at) => at > now)),
    settled,
  }
}

/**
 * Returns how long an event waits for related events before its first notice, in milliseconds. The wait is usually at
 * least `settle.major`, so that the watchdog can first find a cause that several events share (ADR 0349). If a router
 * reported the event too, the wait is at most `settle.router`.
 */
export function getSettleTimeMs(
  severity: Severity,
  { pollMs, reportedByRouter }: Pick<IncidentForNotices, 'pollMs' | 'reportedByRouter'>,
  settings: NotifySettings,
): number {
  const urgent = settings['settle.major']
  const usual = isUrgentSeverity(severity) ? urgent : Math.max(urgent, settings['settle.polls'] * pollMs)
  return reportedByRouter ? Math.min(settings['settle.router'], usual) : usual
}

function open(
  state: AlertState,
  incident: IncidentForNotices,
  episode: Episode & { worst: Severity },
  now: EpochMs,
  settings: NotifySettings,
): Decision {
  const openings = [...state.openings, now].filter((at) => at > now - settings['flapping.window'])
  const opened: AlertState = {
    ...state,
    phase: 'open',
    severity: episode.worst,
    needed: incident.needed ?? null,
    notifiedAt: now,
    reportedUntil: findNewestDetection(episode),
    acknowledgedAt: incident.acknowledgedAt,
    known: addKnownFaults(openings.length === 1 ? [] : state.known, episode.settled, episode.settled),
    snoozedUntil: null,
    unverifiableSince: null,
    openings,
    lastTransitionAt: now,
  }
  if (state.flappingSince !== null) return openWhileFlapping(state, opened, incident, episode, now, settings)
  // If the incident closed before its first notice was due, one notice reports its opening and its closing together.
  if (incident.closedAt !== null) {
    const closed: AlertState = { ...opened, phase: 'closed', closedAt: incident.closedAt }
    return { state: closed, notices: [{ reason: 'closed', severity: episode.worst, first: true }], dueAt: null }
  }
  const flaps = openings.length >= settings['flapping.cycles']
  const notice: DueNotice = { reason: flaps ? 'flapping' : 'opened', severity: episode.worst, first: true }
  const next = { ...opened, flappingSince: flaps ? now : null }
  return { state: next, notices: [notice], dueAt: nextEvaluationAt(next, incident, episode.nextSettles, now, settings) }
}

/**
 * Handles an opening while the incident flaps (opens and closes repeatedly). A notice is sent only if the severity is
 * higher, or a person is needed earlier, than the notices since the flapping stated, or if a fault is not a repetition.
 */
function openWhileFlapping(
  state: AlertState,
  opened: AlertState,
  incident: IncidentForNotices,
  { settled }: Episode,
  now: EpochMs,
  settings: NotifySettings,
): Decision {
  const severity = findWorstSeverity([state.severity, opened.severity].filter((one) => one !== null)) ?? 'minor'
  const raised = state.severity === null || rankSeverity(severity) > rankSeverity(state.severity)
  const isUrgent = isMoreUrgent(incident, state)
  const fresh = findFaultsNotRepeated(state, settled, settings)
  const reason = raised ? 'raised' : isUrgent && state.needed !== null ? 'urgent' : fresh.length > 0 ? 'extended' : null
  const faults = reason === 'extended' && { faults: fresh.map(({ id }) => id) }
  const notices: DueNotice[] = reason ? [{ reason, severity, first: false, ...faults }] : []
  const needed = isUrgent ? opened.needed : state.needed
  const sent = reason
    ? { notifiedAt: now }
    : {
        notifiedAt: state.notifiedAt,
        reportedUntil: state.reportedUntil,
        known: addKnownFaults(state.known, settled, []),
      }
  const next = { ...opened, severity, needed, ...sent }
  return { state: next, notices, dueAt: nextEvaluationAt(next, incident, null, now, settings) }
}

function updateOpen(
  state: AlertState,
  incident: IncidentForNotices,
  episode: Episode,
  now: EpochMs,
  settings: NotifySettings,
): Decision {
  let next = clearFlapping(state, now, settings)
  const notices: DueNotice[] = []
  const notify = (reason: NoticeReason, faults?: readonly string[]) =>
    notices.push({ reason, severity: next.severity ?? 'minor', first: false, ...(faults && { faults }) })
  const isFlapping = next.flappingSince !== null
  const further = isFlapping
    ? findFaultsNotRepeated(state, episode.settled, settings)
    : findFurtherFaults(state, incident, episode, settings)
  if (episode.worst !== null && rankSeverity(episode.worst) > rankSeverity(next.severity ?? 'info')) {
    next = { ...next, severity: episode.worst, notifiedAt: now }
    notify('raised')
  }
  if (isMoreUrgent(incident, next)) {
    if (next.needed !== null && notices.length === 0) {
      next = { ...next, notifiedAt: now }
      notify('urgent')
    }
    next = { ...next, needed: incident.needed ?? null }
  }
  if (incident.acknowledgedAt !== null && incident.acknowledgedAt !== next.acknowledgedAt) {
    next = { ...next, acknowledgedAt: incident.acknowledgedAt }
    if (!isFlapping) notify('acknowledged')
  }
  const { snoozedUntil } = incident
  if (snoozedUntil !== null && snoozedUntil > now) next = { ...next, snoozedUntil }
  else if (next.snoozedUntil !== null) {
    next = { ...next, snoozedUntil: null, notifiedAt: now }
    notify('unsnoozed')
  }
  const unverifiableSince = isUnverifiable(incident, now, settings) ? incident.lastGoodSampleAt : null
  const isRepeated = repeatMs(next, settings) !== null && next.snoozedUntil === null
  if (unverifiableSince !== null && next.unverifiableSince === null && isRepeated && !isFlapping) notify('unverifiable')
  if ((unverifiableSince === null) !== (next.unverifiableSince === null)) next = { ...next, unverifiableSince }
  // At most one notice per `extended.after` names new faults of a flapping incident, so that they do not flood the
  // channels.
  const isTooEarly = isFlapping && now < (next.notifiedAt ?? 0) + settings['extended.after']
  const isMuted = isTooEarly || next.snoozedUntil !== null
  if (further.length > 0 && notices.length === 0 && !isMuted) {
    next = { ...next, notifiedAt: now }
    notify(
      'extended',
      further.map(({ id }) => id),
    )
  }
  const repeatAt = episode.worst === null ? null : repeatDueAt(next, settings)
  if (repeatAt !== null && repeatAt <= now) {
    next = { ...next, notifiedAt: now }
    notify('repeated')
  }
  if (notices.length > 0 || next.reportedUntil === null)
    next = { ...next, reportedUntil: findNewestDetection(episode) ?? next.reportedUntil }
  const waiting = isFlapping && notices.length === 0 ? further : []
  const reported = episode.settled.filter((event) => !waiting.includes(event))
  next = { ...next, known: addKnownFaults(next.known, reported, listNamedFaults(notices, reported)) }
  return { state: next, notices, dueAt: nextEvaluationAt(next, incident, episode.nextSettles, now, settings) }
}

const findNewestDetection = ({ settled }: Episode): EpochMs | null =>
  settled.length === 0 ? null : Math.max(...settled.map(({ detectedAt }) => detectedAt))

/**
 * Returns the open faults that joined the incident after the last notice (ADR 0377). The polls that detect one failure
 * return at different times, so a fault that is detected slightly later may belong to the failure of the last notice.
 * Therefore a fault counts only if it began after the last notice's newest fault was detected, or if it was detected at
 * least `extended.after` later than that. A resource that fails again in the same way is not a further fault.
 */
function findFurtherFaults(
  { reportedUntil }: AlertState,
  { events }: IncidentForNotices,
  { settled }: Episode,
  settings: NotifySettings,
): EventOfIncident[] {
  if (reportedUntil === null) return []
  const isReported = ({ kind, scope }: EventOfIncident) =>
    events.some(
      (event) =>
        event.kind === kind && event.scope === scope && event.detectedAt <= reportedUntil && isNotifiable(event),
    )
  return settled.filter((event) => event.open && isLaterFault(event, reportedUntil, settings) && !isReported(event))
}

/**
 * Reports whether an event is a later fault than the faults that had been detected by a time. If it may have begun with
 * them, a slower poll may have shown the same failure.
 */
const isLaterFault = ({ started, detectedAt }: EventOfIncident, until: EpochMs, settings: NotifySettings): boolean =>
  started.earliest > until || detectedAt >= until + settings['extended.after']

/**
 * Returns the faults of a flapping incident that are not repetitions (ADR 0386). They concern a resource or link that
 * had not failed in the recent openings, or have a cause that no notice named. They may have ended, because outages of
 * a flapping incident are short.
 */
function findFaultsNotRepeated(
  { known, reportedUntil }: AlertState,
  settled: readonly EventOfIncident[],
  settings: NotifySettings,
): EventOfIncident[] {
  if (reportedUntil === null) return []
  const isNew = (event: EventOfIncident) =>
    !known.includes(getFaultKey(event)) || (event.cause !== null && !known.includes(event.cause))
  return settled.filter((event) => isNew(event) && isLaterFault(event, reportedUntil, settings))
}

/** Returns the faults that notices name. A notice `extended` names only its own faults. */
const listNamedFaults = (notices: readonly DueNotice[], settled: readonly EventOfIncident[]): EventOfIncident[] =>
  settled.filter(({ id }) => notices.some(({ faults }) => faults?.includes(id) ?? true))

/**
 * Adds faults to the known faults of an incident.
 * @param named faults whose causes a notice names. Other causes are not added, because a cause may be found after the
 *   notice about its fault
 */
const addKnownFaults = (
  known: readonly string[],
  faults: readonly EventOfIncident[],
  named: readonly EventOfIncident[],
): AlertState['known'] => [
  ...new Set([...known, ...faults.map(getFaultKey), ...named.flatMap(({ cause }) => cause ?? [])]),
]

/** Reports whether a person must act earlier than the last notice stated. */
const isMoreUrgent = ({ needed }: IncidentForNotices, state: AlertState): boolean =>
  needed !== undefined && (state.needed === null || !isUserActionAtLeastAsUrgent(state.needed, needed))

/** Reports whether the newest successful sample is too old to confirm that the incident is still open. */
function isUnverifiable(
  { lastGoodSampleAt, pollMs }: IncidentForNotices,
  now: EpochMs,
  settings: NotifySettings,
): boolean {
  return lastGoodSampleAt !== null && lastGoodSampleAt + settings['unverifiable.polls'] * pollMs <= now
}

/** Returns when the reminder of an open incident is due; null = no reminder. */
function repeatDueAt(state: AlertState, settings: NotifySettings): EpochMs | null {
  const every = repeatMs(state, settings)
  if (state.phase !== 'open' || every === null || state.notifiedAt === null || state.flappingSince !== null) return null
  return Math.max(state.notifiedAt + every, getAcknowledgementExpiry(state, settings) ?? 0, state.snoozedUntil ?? 0)
}

function repeatMs({ severity }: AlertState, settings: NotifySettings): number | null {
  if (severity === 'critical') return settings['repeat.critical']
  return severity === 'major' ? settings['repeat.major'] : null
}

/** Returns when the acknowledgement of the current opening expires; null = it has no acknowledgement. */
export function getAcknowledgementExpiry(
  { acknowledgedAt, closedAt }: AlertState,
  settings: NotifySettings,
): EpochMs | null {
  if (acknowledgedAt === null || acknowledgedAt <= (closedAt ?? -Infinity)) return null
  return acknowledgedAt + settings['acknowledge.expires']
}

function close(state: AlertState, closedAt: EpochMs, now: EpochMs, settings: NotifySettings): Decision {
  const closed: AlertState = {
    ...state,
    phase: 'closed',
    closedAt,
    snoozedUntil: null,
    unverifiableSince: null,
    lastTransitionAt: now,
  }
  if (state.flappingSince !== null) return { state: closed, notices: [], dueAt: flappingEndsAt(closed, settings) }
  return {
    state: closed,
    notices: [{ reason: 'closed', severity: state.severity ?? 'minor', first: false }],
    dueAt: null,
  }
}

/** Notifies the end of a closed incident that was flapping, after the quiet time has passed without an opening. */
function endFlapping(state: AlertState, now: EpochMs, settings: NotifySettings): Decision {
  const at = flappingEndsAt(state, settings)
  if (at === null || at > now) return { state, notices: [], dueAt: at }
  return {
    state: { ...state, flappingSince: null, openings: [] },
    notices: [{ reason: 'closed', severity: state.severity ?? 'minor', first: false }],
    dueAt: null,
  }
}

/**
 * Returns the state without flapping if the quiet time has passed. An open incident then continues as a normal
 * incident.
 */
function clearFlapping(state: AlertState, now: EpochMs, settings: NotifySettings): AlertState {
  const at = flappingEndsAt(state, settings)
  return at === null || at > now ? state : { ...state, flappingSince: null, openings: [] }
}

function flappingEndsAt({ flappingSince, lastTransitionAt }: AlertState, settings: NotifySettings): EpochMs | null {
  return flappingSince === null ? null : (lastTransitionAt ?? flappingSince) + settings['flapping.window']
}

function nextEvaluationAt(
  state: AlertState,
  incident: IncidentForNotices,
  nextSettles: EpochMs | null,
  now: EpochMs,
  settings: NotifySettings,
): EpochMs | null {
  const times = [
    nextSettles,
    repeatDueAt(state, settings),
    state.snoozedUntil,
    flappingEndsAt(state, settings),
    now + settings['evaluate.again'],
  ]
  return earliest(times.filter((at) => at !== null && at > now))
}

function earliest(times: readonly (EpochMs | null)[]): EpochMs | null {
  const known = times.filter((at) => at !== null)
  return known.length === 0 ? null : Math.min(...known)
}
