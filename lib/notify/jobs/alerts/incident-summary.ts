import { formatEndWithoutRecovery } from '#lib/contract/words/event-ending.ts'
import { shortenText } from '#lib/contract/document/document-model.ts'
import {
  type TimestampBounds,
  type Cause,
  type CauseOwner,
  computeNotificationDelayBound,
  type EpochMs,
  type Evidence,
  computeIncidentTimes,
  type OutageTimingEvent,
  computeOutageDuration,
  type OperatorCard,
  findOutages,
  getNeededTime,
  type UserActionNeed,
  parsePathSubject,
  type PollKindInterval,
} from '#lib/contract/index.ts'
import { formatEvidenceValue, formatEvidence, listShownEvidence } from '#lib/contract/words/index.ts'
import type { StoredEvent, StoredIncident } from '#lib/history/index.ts'
import type { OperatorCardContent, IncidentContent, TimeBoundsAsIso, FaultJoiningIncident } from '../../content.ts'
import { isNotifiable } from '../../rules/incident-facts.ts'
import type { ChannelRoutingInput } from '../../rules/channel-routing.ts'
import { convertToEventOfIncident } from './incident-facts.ts'
import { formatUtcSecond } from '#lib/contract/time/dates.ts'

/**
 * Content of an incident's messages. All notices of one evaluation share it; reason, severity and times are added for
 * each notice.
 */
export type IncidentSummary = Omit<IncidentContent, 'reason' | 'severity' | 'unverifiableSince' | 'at'>

/** Default values for messages that are not about an incident. */
export const EMPTY_INCIDENT_SUMMARY = {
  incidentId: null,
  owner: 'unknown',
  cause: 'unknown_cause',
  confidence: 0,
  otherEvents: 0,
  acknowledged: null,
  card: null,
} as const satisfies Partial<IncidentSummary>

const iso = (at: EpochMs) => new Date(at).toISOString()
export const formatIsoBounds = ({ earliest, latest }: TimestampBounds): TimeBoundsAsIso => [
  iso(Math.max(0, earliest)),
  iso(latest),
]

/** Maximum number of evidence lines in a message. The incident's page has all of them. */
const SHOWN_EVIDENCE = 5

/** Returns the root event of an incident (the event that the incident is about); otherwise its first event. */
export const findRootEvent = (incident: StoredIncident, events: readonly StoredEvent[]): StoredEvent | undefined =>
  events.find(({ id }) => id === incident.rootEventId) ?? events[0]

/**
 * Returns the content of messages about an incident.
 * @param cards operators' contacts and runbooks, of any scope
 * @param polls current intervals of the polls that determine the detection delay of the root event (see
 *   `getPollKindsForDelay`)
 * @param effects observed effects of the incident, and whether it needs a person (see `IncidentMessageReaders`)
 * @returns null for an incident without events
 */
export function summarizeIncident(
  incident: StoredIncident,
  events: readonly (StoredEvent & Pick<OutageTimingEvent, 'unseen'>)[],
  cards: readonly OperatorCard[],
  polls: readonly PollKindInterval[],
  { impact, needsYou }: { impact: string | null; needsYou: UserActionNeed },
): IncidentSummary | null {
  const root = findRootEvent(incident, events)
  if (!root) return null
  const cause = root.causes[0] ?? null
  const { started, ended } = computeIncidentTimes(events, incident)
  return {
    incidentId: incident.id,
    kind: root.kind,
    scope: root.scope,
    scopeName: root.scopeName,
    subject: root.subject,
    started: formatIsoBounds(started),
    ended: ended && formatIsoBounds(ended),
    notBack: ended && formatEndWithoutRecovery(root),
    outages: findOutages(events).map(({ started, ended }) => ({
      started: formatIsoBounds(started),
      ended: ended && formatIsoBounds(ended),
    })),
    outage: incident.ended && computeSummaryOutage(events, incident.ended.latest),
    owner: ownerOf(cause),
    cause: cause?.class ?? 'unknown_cause',
    explainedBy: incident.explainedBy,
    needsYou,
    impact,
    confidence: cause?.confidence ?? 0,
    nextStep: cause?.nextStep ?? '',
    evidence: evidenceLines([...root.evidence, ...(cause?.evidence ?? [])]),
    delay: computeNotificationDelayBound(root, { began: root.started.earliest, detectedAt: root.detectedAt }, polls),
    otherEvents: events.length - 1,
    acknowledged: incident.acknowledged && {
      by: incident.acknowledged.by,
      at: iso(incident.acknowledged.at),
      note: incident.acknowledged.note,
    },
    assigned: incident.assigned && { ...incident.assigned, at: iso(incident.assigned.at) },
    card: cardOf(cards, root),
  }
}

/** Returns the content of messages about events that joined an open incident, in the order of the events. */
export const describeJoinedFaults = (events: readonly StoredEvent[], ids: readonly string[]): FaultJoiningIncident[] =>
  events
    .filter(({ id }) => ids.includes(id))
    .map(({ kind, severity, scope, scopeName, subject, started, causes: [cause = null] }) => ({
      kind,
      severity,
      scope,
      scopeName,
      subject,
      startedBetween: formatIsoBounds(started),
      owner: ownerOf(cause),
      cause: cause?.class ?? 'unknown_cause',
    }))

const ownerOf = (cause: Cause | null): CauseOwner => cause?.owner ?? 'unknown'

/** Returns the properties of an incident with which the filters of channels are compared. */
export function collectChannelRoutingInput(
  incident: StoredIncident,
  events: readonly StoredEvent[],
  summary: IncidentSummary,
): ChannelRoutingInput {
  const notifiable = events.filter((event) => isNotifiable(convertToEventOfIncident(event)))
  return {
    scopes: [...new Set([incident.scope, ...notifiable.map(({ scope }) => scope)])],
    kinds: [...new Set([summary.kind, ...notifiable.map(({ kind }) => kind)])],
    owner: summary.owner,
    needed: getNeededTime(summary.needsYou),
  }
}

/**
 * Returns the minimum and maximum total duration of an incident's outages in seconds, without the time between the
 * outages.
 */
export function computeSummaryOutage(
  events: readonly OutageTimingEvent[],
  now: EpochMs,
): NonNullable<IncidentSummary['outage']> {
  const outages = findOutages(events)
  const { least, most } = computeOutageDuration(outages, { provenUntil: now, now })
  const begun = outages[0]?.started.earliest ?? now
  return { atLeastSeconds: least / 1_000, atMostSeconds: (most ?? Math.max(0, now - begun)) / 1_000 }
}

export function createIncidentContent(
  summary: IncidentSummary,
  { reason, severity, faults }: Pick<IncidentContent, 'reason' | 'severity' | 'faults'>,
  unverifiableSince: EpochMs | null,
  now: EpochMs,
) {
  return {
    ...summary,
    reason,
    severity,
    ...(faults && { faults }),
    unverifiableSince: unverifiableSince === null ? null : iso(unverifiableSince),
    at: iso(now),
  } satisfies IncidentContent
}

/**
 * Returns the operators' card (contact, runbook) for the path or peering of an event. If there is none, returns the
 * card of the whole resource, or null.
 */
function cardOf(cards: readonly OperatorCard[], { scope, subject }: StoredEvent): OperatorCardContent | null {
  const ofScope = cards.filter((card) => card.scope === scope)
  const { path } = parsePathSubject(subject)
  const found =
    ofScope.find(({ part }) => part !== '' && (part === subject || part === path)) ??
    ofScope.find(({ part }) => part === '')
  if (!found) return null
  const { displayName, serviceId, contact, runbookUrl, note } = found
  return { displayName, serviceId, contact, runbookUrl, note }
}

function evidenceLines(evidence: readonly Evidence[]): string[] {
  return [...new Set(listShownEvidence(evidence).map(evidenceLine))].slice(0, SHOWN_EVIDENCE)
}

function evidenceLine(evidence: Evidence): string {
  const { sampledBefore, sampledAfter } = evidence
  const samples = [sampledBefore, sampledAfter].flatMap((bounds) => (bounds ? [formatUtcSecond(bounds.latest)] : []))
  const sampled = samples.length === 0 ? '' : ` (sampled ${samples.join(' and ')})`
  return `${formatEvidence(evidence, shortValue)}${sampled}`
}

const LONGEST_VALUE = 120

function shortValue(field: string, value: unknown): string {
  return shortenText(formatEvidenceValue(field, value), LONGEST_VALUE)
}
