import { doTimestampBoundsOverlap } from '#lib/contract/time/time.ts'
import type { DetectedNetworkEvent, Incident, IncidentDetail } from '#lib/incidents/api/index.ts'
import {
  findLatestOutage,
  computeOutageDuration,
  outageEventKinds,
  parseOutages,
  formatIncidentTimeWord,
  TOTAL_LOSS_KINDS,
} from '#lib/contract/events/outages.ts'
import { getEventDurationBounds, getProvenUntil } from '#lib/contract/events/proof-end.ts'
import { type EventKind, eventKindRecords, isProblemSeverity } from '#lib/contract/vocabulary.ts'
import { formatDurationRange } from '#lib/contract/words/durations.ts'
import { formatEndWithoutRecovery } from '#lib/contract/words/event-ending.ts'
import { formatCauseOwnerWithConfidence } from '#lib/contract/words/owners.ts'
import { formatSubjectText, isDownEventKind } from './event-text.ts'
import type { StateTone } from '../ui/drawing/glyph.tsx'
import type { StatusText } from '../ui/status.tsx'
import { stateToneBySeverity, formatLastKnownMinute, lastKnownStatus } from '../ui/status-text.ts'

/**
 * Formats an incident's title: `Peering down: erc-london`.
 * @param subscriptions number of affected subscriptions if the title describes a group of incidents; null = the title
 *   describes one incident
 */
export function formatIncidentTitle(
  { root, scopeName }: Pick<Incident, 'root' | 'scopeName'>,
  subscriptions: number | null = null,
): string {
  if (!root) return `Incident of ${scopeName}`
  return `${eventKindRecords[root.kind].name}: ${subscriptions === null ? root.scopeName : `${subscriptions} subscriptions`}`
}

/** Formats the part of the resource that an incident affects: `private peering, primary`; '' = the whole resource. */
export function formatAffectedPartOfIncident({ root }: Pick<Incident, 'root'>): string {
  return root && root.subject !== root.scopeName ? formatSubjectText(root.subject) : ''
}

/** Describes in one sentence what the kind of an incident's root event means. */
export function describeIncidentKind({ root }: Pick<Incident, 'root'>): string {
  return root ? eventKindRecords[root.kind].meaning : 'Its root event is past the retention period.'
}

/**
 * Returns the likely owner of an incident for lists. The text is `Diagnosing` until polls after the start of the
 * incident identify an owner.
 */
export const formatIncidentOwner = ({ cause, diagnosing }: Pick<Incident, 'cause' | 'diagnosing'>): string =>
  diagnosing
    ? 'Diagnosing'
    : formatCauseOwnerWithConfidence(cause?.owner ?? 'unknown', cause?.ownerName ?? null, cause?.confidence ?? null)

/**
 * Returns the bounds of the time at which the resource's current state began. If an incident of the resource ended
 * later, its end is used, because the resource counted as faulty until then.
 * @param bounds bounds of the state's start without regard to incidents; null = unknown
 */
export const findStateStartBounds = (
  bounds: readonly [string, string] | null,
  scope: string,
  incidents: readonly Pick<Incident, 'root' | 'severity' | 'maintenance' | 'endedBetween'>[],
): readonly [string, string] | null =>
  incidents
    .filter(
      ({ root, severity, maintenance }) => root?.scope === scope && isProblemSeverity({ severity }) && !maintenance,
    )
    .reduce(
      (last, { endedBetween }) => (last && endedBetween && endedBetween[1] > last[1] ? endedBetween : last),
      bounds,
    )

/** Facts of an incident on which its tone depends. */
export type IncidentToneInput = Pick<Incident, 'severity'> & { root: { kind: EventKind } | null }

/**
 * Returns the tone of an ongoing incident. An incident whose severity does not count as a problem has the tone of its
 * severity. Every other incident has the tone that the affected resource has, so that a fault has the same color on all
 * screens. The tone is `down` if the root event is a total loss or a critical event that means "down", otherwise
 * `degraded`.
 */
export function getIncidentTone({ severity, root }: IncidentToneInput): StateTone {
  if (!isProblemSeverity({ severity })) return stateToneBySeverity[severity]
  const isLost =
    root !== null && (TOTAL_LOSS_KINDS.has(root.kind) || (severity === 'critical' && isDownEventKind(root.kind)))
  return isLost ? 'down' : 'degraded'
}

/**
 * Returns the status of an incident. OPEN has the last confirmed severity, even while polls cannot confirm it.
 * RECOVERED means that all its events have ended; while polls cannot confirm that, it is the last known state. ENDED
 * means that they ended although the resource was not restored.
 */
export function getIncidentStatus({
  state,
  phase,
  flapping,
  severity,
  unverifiedSince,
  maintenance,
  root,
}: Pick<
  Incident,
  'state' | 'phase' | 'flapping' | 'severity' | 'unverifiedSince' | 'maintenance' | 'root'
>): StatusText {
  if (state === 'closed') return { tone: 'off', word: 'CLOSED', detail: maintenance ? 'maintenance' : severity }
  if (phase === 'recovered' && formatEndWithoutRecovery(root)) return { tone: 'off', word: 'ENDED', detail: 'not back' }
  if (phase === 'recovered')
    return unverifiedSince === null
      ? { tone: 'up', word: 'RECOVERED', detail: 'monitoring' }
      : lastKnownStatus('RECOVERED', unverifiedSince)
  if (maintenance) return { tone: 'off', word: 'OPEN', detail: 'maintenance' }
  if (flapping) return { tone: getIncidentTone({ severity, root }), word: 'FLAPPING', detail: severity }
  const open = { tone: getIncidentTone({ severity, root }), word: 'OPEN' } as const
  if (unverifiedSince === null) return { ...open, detail: severity }
  return { ...open, detail: `${severity}, ${formatLastKnownMinute(unverifiedSince)}` }
}

/**
 * Returns the bounds of an incident's duration in milliseconds, without the healthy time between its outages. If polls
 * no longer confirm the incident, only the time until the last confirmation counts as certain. `most` is null if the
 * incident may have begun before the first poll.
 */
export function getIncidentDuration(
  incident: Pick<Incident, 'outages' | 'unverifiedSince' | 'confirmedAt'>,
  now: number,
): { least: number; most: number | null } {
  return computeOutageDuration(parseOutages(incident.outages), { provenUntil: getProvenUntil(incident, now), now })
}

/**
 * Returns the bounds of the duration of the incident's ongoing outage, or of its last outage if none is ongoing. Every
 * page shows this duration before other durations.
 */
export function getOutageDuration(
  incident: Pick<Incident, 'outages' | 'unverifiedSince' | 'confirmedAt'>,
  now: number,
) {
  const last = findLatestOutage(incident.outages)
  return getIncidentDuration({ ...incident, outages: last ? [last] : [] }, now)
}

/**
 * Returns the text before the duration of an incident's ongoing or last outage, for example `This outage: `. The text
 * is '' if the incident has only one outage, unless it is about a path change.
 */
export function formatDurationPrefix({ root, phase, outages }: Pick<Incident, 'root' | 'phase' | 'outages'>): string {
  const goesOn = phase === 'ongoing' && !findLatestOutage(outages)?.endedBetween
  if (formatIncidentTimeWord(root?.kind) === 'change')
    return goesOn ? 'On the other path for ' : 'Was on the other path for '
  return outages.length < 2 ? '' : goesOn ? 'This outage: ' : 'Last outage: '
}

/** Formats the number of outages of an incident and their total duration; null if it has only one outage. */
export function formatOutages(
  incident: Pick<Incident, 'outages' | 'unverifiedSince' | 'confirmedAt' | 'root'>,
  now: number,
): string | null {
  const { outages } = incident
  if (outages.length < 2) return null
  const { least, most } = getIncidentDuration(incident, now)
  return `${outages.length} ${formatIncidentTimeWord(incident.root?.kind)}s, ${formatDurationRange(least, most)} in all`
}

/** Outage of an incident with the name that pages, printed sheets and tickets give it. */
interface NamedOutage extends Pick<Incident['outages'][number], 'startedBetween' | 'endedBetween'> {
  /** `Down since` for the ongoing outage, otherwise `First outage` or `Outage 2` */
  name: string
  /** number of the ongoing outage in the incident, `(outage 2)`; '' for an ended outage */
  note: string
}

/**
 * Returns the outages of an incident that has several; [] = it has at most one. The ongoing outage is first, so that
 * the start of an ended outage is not mistaken for the start of the ongoing one.
 */
export function listOutageTimes({ root, outages }: Pick<Incident, 'root' | 'outages'>): NamedOutage[] {
  if (outages.length < 2) return []
  const word = formatIncidentTimeWord(root?.kind)
  const noun = word === 'change' ? 'Change' : 'Outage'
  const named = outages.map(({ startedBetween, endedBetween }, at) => {
    const name = `${noun} ${at + 1}`
    return { name, note: '', startedBetween, endedBetween }
  })
  const present = named.findLast(({ endedBetween }) => endedBetween === null)
  if (!present) return named
  const since = word === 'change' ? 'Changed since' : root && isDownEventKind(root.kind) ? 'Down since' : 'Outage since'
  const others = named.filter((one) => one !== present)
  return [
    { ...present, name: since, note: `(${present.name.toLowerCase()})` },
    ...others.map((one) => (one === named[0] ? { ...one, name: `First ${word}` } : one)),
  ]
}

/**
 * Explains why a customer's router reports another duration of an outage than the one that the page leads with; null if
 * no router reported the latest outage, or if both durations can be the same within their bounds.
 */
export function describeRouterDuration(
  incident: Pick<IncidentDetail, 'root' | 'timeline' | 'outages' | 'unverifiedSince' | 'confirmedAt'>,
  now: number,
): string | null {
  const { root, timeline, outages } = incident
  const { least, most } = getOutageDuration(incident, now)
  const last = findLatestOutage(outages)
  const latest = timeline
    .filter(({ kind, duration }) => kind === 'router_session_down' && duration !== null)
    .toSorted((a, b) => Date.parse(b.startedBetween[1]) - Date.parse(a.startedBetween[1]))[0]
  if (
    !latest?.duration ||
    !last ||
    latest.id === root?.id ||
    !doTimestampBoundsOverlap(widestBoundsOf(latest), widestBoundsOf(last))
  )
    return null
  const [atLeast, atMost] = [latest.duration.atLeastSeconds * 1_000, latest.duration.atMostSeconds * 1_000]
  const text = formatDurationRange(atLeast, atMost)
  return text === formatDurationRange(least, most) || (atLeast <= (most ?? Number.POSITIVE_INFINITY) && least <= atMost)
    ? null
    : `The customer’s router reports ${text} for its own end of the session. The duration above belongs to the incident’s most severe losses, at all ends.`
}

/** Minimum difference in ms for which a text names the duration of the root event. */
const NAMED_DIFFERENCE_MS = 1_000

/**
 * Explains why the root event lasted longer than the duration that the page leads with, which is about the most severe
 * losses of the incident; null if the duration covers the root event, or if the root event is not about that outage.
 */
export function describeRootDuration(
  incident: Pick<IncidentDetail, 'root' | 'outages' | 'unverifiedSince' | 'confirmedAt'>,
  now: number,
): string | null {
  const { root, outages } = incident
  const last = findLatestOutage(outages)
  if (
    !root ||
    !last ||
    !doTimestampBoundsOverlap(widestBoundsOf(root), widestBoundsOf(last)) ||
    eventKindRecords[root.kind].lifecycle === 'point'
  )
    return null
  const { least, most } = getOutageDuration(incident, now)
  const own = getEventDurationBounds(root, now)
  const isCovered = own.least < least + NAMED_DIFFERENCE_MS && (most === null || own.most < most + NAMED_DIFFERENCE_MS)
  if (isCovered) return null
  const text = formatDurationRange(own.least, own.most)
  return `The root event “${eventKindRecords[root.kind].name}” ${root.endedBetween ? 'lasted' : 'has lasted'} ${text}. The duration above belongs to the incident’s most severe losses.`
}

/** Returns the earliest possible start and the latest possible end of a state. */
const widestBoundsOf = ({
  startedBetween: [earliest],
  endedBetween,
}: Pick<Incident['outages'][number], 'startedBetween' | 'endedBetween'>) => ({
  earliest: Date.parse(earliest),
  latest: endedBetween ? Date.parse(endedBetween[1]) : Number.POSITIVE_INFINITY,
})

const classes = {
  withdrawal: 'by withdrawal',
  bfd: 'by BFD at 300 ms',
  bfd_750: 'by BFD at 750 ms',
  hold_timer: 'by hold timer',
  vpn_planned: 'of a VPN gateway, planned',
  vpn_unplanned: 'of a VPN gateway, unplanned',
} as const
const verdicts = {
  within: 'within target',
  exceeded: 'target missed',
  not_provable: 'cannot be verified at this polling interval',
} as const

/**
 * Formats the expected maximum duration of a failover, and whether it was met: `a failover by BFD at 300 ms takes 20 s:
 * within target`.
 */
export function formatFailoverExpectation({
  class: name,
  budgetSeconds,
  verdict,
}: NonNullable<DetectedNetworkEvent['failover']>['expectations'][number]): string {
  return `a failover ${classes[name]} takes ${budgetSeconds} s: ${verdicts[verdict]}`
}

type Length = NonNullable<NonNullable<DetectedNetworkEvent['failover']>['controlPlane']>

const marks = {
  forwardingEnds: 'the end of forwarding',
  sessionEnds: 'the end of the session',
  forwardingResumes: 'the return of bytes',
} as const

/**
 * Describes why the time of a phase of a failover was changed by a later poll. The caller appends the new bounds of the
 * time.
 */
export function formatFailoverRevision({
  mark,
  by,
  before,
  reported,
  isOutside,
}: NonNullable<DetectedNetworkEvent['failover']>['revisions'][number]): { words: string; bounds: [string, string] } {
  const who = by === 'rates' ? 'Azure Monitor’s bit rates' : 'later samples'
  return isOutside
    ? { words: `${who} disagree with ${marks[mark]}; the recorded value is kept. They report it`, bounds: reported }
    : { words: `${who} narrowed the bounds of ${marks[mark]}: previously`, bounds: before }
}

/**
 * Returns the phases of a failover in order, each with its name, meaning and duration. The duration is null if it
 * cannot be derived from the times of the polls.
 */
export function listFailoverPhases(
  failover: NonNullable<DetectedNetworkEvent['failover']>,
): [name: string, meaning: string, Length | null][] {
  return [
    ['Detection', 'until the routers detected the failure', failover.detection],
    ['Control plane', 'from the session’s end to the new best path', failover.controlPlane],
    ['Data plane', 'until traffic used the new path', failover.dataPlane],
  ]
}

/**
 * Returns the name of the event that made the incident last longer than its root event, for example `Redundancy lost`;
 * null if there is no such event. An incident lasts until all its events of the worst severity have ended.
 */
export function findNameOfLongerEvent({ root, timeline }: Pick<IncidentDetail, 'root' | 'timeline'>): string | null {
  const endOf = ({ endedBetween }: DetectedNetworkEvent) =>
    endedBetween ? Date.parse(endedBetween[1]) : Number.POSITIVE_INFINITY
  if (root === null) return null
  const [last] = timeline
    .filter(({ kind, severity, id }) => id !== root.id && severity === root.severity && outageEventKinds.includes(kind))
    .toSorted((a, b) => endOf(b) - endOf(a))
  return last && endOf(last) > endOf(root) && last.kind !== root.kind ? eventKindRecords[last.kind].name : null
}

/**
 * Describes how an incident ended if the resource was not restored: `not back: absent as long as it had been known`. It
 * returns null if the incident has not ended, or if it ended because the resource was restored.
 */
export function formatUnrestoredEnd({ root, endedBetween }: Pick<Incident, 'root' | 'endedBetween'>): string | null {
  const reason = endedBetween && formatEndWithoutRecovery(root)
  return reason ? `not back: ${reason}` : null
}
