import { createHash } from 'node:crypto'
import {
  announcementEventKinds,
  type DetectedEvent,
  type EpochMs,
  type EventKind,
  filterEventKinds,
  getIncidentRoleOfEventKind,
  isPollFailureKind,
  outageEventKinds,
  userActionEventKinds,
} from '#lib/contract/index.ts'
import { ADMINISTRATIVE_FLAG } from './administrative.ts'
import { canExplainByTime, hasRecoveredBeforeChange } from './carrying-resource.ts'
import { hasUnreadCarryingSessions, mayHaveUnreadSessions } from './pending-sessions.ts'
import { type DetectionContext, listLiveEvents, getSeverityRank, ensureResourceState } from '../../model/context.ts'
import { canEventsBeginTogether, hasEndedBefore } from '../facts/hold-time.ts'
import { canShareFailureDomain, areAboutSameElement } from './failure-domain.ts'
import { findIncidentExplanations, canBeSingleFault, findFailedUnits } from './roots/index.ts'
import { limitContextToOwner, findEventOwner } from '../../model/event-owner.ts'
import { findEarliestRecheck, getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../model/recheck.ts'
import type { IncidentState, LiveEvent, ResourceState } from '../../model/scope-state.ts'

type Pace = Pick<DetectionContext, 'settings' | 'everyMs'>

/**
 * Groups events that began at about the same time (within the settings `incident.group` and `burst.slack` together)
 * into incidents. The root event of an incident explains the others (docs/rules/detection.md 7).
 * An incident closes when all of its faults have ended and have not returned for the setting `incident.healthy`. If its
 * root event is repeated soon afterwards, the incident opens again.
 */
export function groupEventsIntoIncidents(context: DetectionContext): void {
  const lives = listLiveEvents(context)
  const byKey = new Map(lives.map((live) => [live.event.key, live]))
  const parts = new Set(lives.flatMap(({ event }) => (event.incident ? [partOf(event.incident, event)] : [])))
  const incidents = Object.values(context.scopes).flatMap((scope) => scope.incidents)
  const known = new Map(lives.map(({ event }) => [event.key, event.incident]))
  const owned = Map.groupBy(lives, ({ event }) => findEventOwner(context.topology, event))
  for (const [owner, own] of owned) {
    const theirs = incidents.filter((incident) => ownerOfIncident(context, incident) === owner)
    groupOwn(limitContextToOwner(context, owner), own, theirs, byKey, parts)
    for (const incident of theirs) if (!incidents.includes(incident)) incidents.push(incident)
  }
  for (const live of lives) inheritIncident(live, byKey, incidents)
  const flapping = new Set(lives.flatMap(({ event }) => (isFlappingPart(event) && !event.ended ? event.incident : [])))
  const grown = new Set(lives.flatMap(({ event }) => (event.incident === known.get(event.key) ? [] : event.incident)))
  // Collect faults that are parts of other events. A circuit counts as up when its first path is up, and a site when
  // its first route is back, while other parts of them may still be lost.
  const faultsWithin = lives.flatMap(({ event }) => (isLostPart(event) ? event : []))
  const partsOf = Map.groupBy(faultsWithin, ({ incident }) => incident)
  for (const incident of incidents) {
    const own = limitContextToOwner(context, ownerOfIncident(context, incident))
    updateIncidentEnd(own, incident, byKey, partsOf.get(incident.key) ?? [], flapping.has(incident.key))
    explainIncident(own, incident, grown.has(incident.key))
  }
}

const ownerOfIncident = ({ topology }: DetectionContext, { rootOf: [kind, scope, subject] }: IncidentState) =>
  findEventOwner(topology, { kind, scope, subject })

/**
 * Groups the events of one owner (customer). The events of different owners are never in one incident. Several
 * customers on one hub may have different faults at the same time, and a customer must not see the faults of another.
 */
function groupOwn(
  context: DetectionContext,
  lives: readonly LiveEvent[],
  incidents: IncidentState[],
  byKey: ReadonlyMap<string, LiveEvent>,
  parts: ReadonlySet<string>,
): void {
  for (const live of inOrderOfBegin(lives)) {
    if (live.event.incident || live.event.partOf) continue
    const closed = incidents.find((candidate) => explainsLate(context, candidate, live.event))
    if (closed) {
      explainBy(context, closed, live, byKey)
      continue
    }
    const tied = incidents.map((candidate) => {
      const tie = tieTo(context, candidate, live, byKey, parts)
      return { candidate, tie: tie && TIES.indexOf(tie) + (hasOnlySigns(candidate, live, byKey) ? TIES.length : 0) }
    })
    const [near] = tied
      .flatMap(({ candidate, tie }) => (tie === null ? [] : { candidate, tie }))
      // Two separate faults of one circuit may both be about the event. A fault that was over cannot be its reason.
      .toSorted(
        (a, b) =>
          a.tie - b.tie ||
          Number(hasEndedBefore(a.candidate, live.event)) - Number(hasEndedBefore(b.candidate, live.event)),
      )
      .map(({ candidate }) => candidate)
    if (near && sharesDomainOnly(context, near, live, byKey) && hasUnreadCarryingSessions(context, live)) continue
    const incident = near ?? opened(context, live, incidents)
    if (incident) join(context, incident, live, byKey)
  }
}

/**
 * Returns the rank of an event kind as the root of an incident. The kind with the lower rank is preferred as the root.
 * Deliberate changes come first, then resources by the size of the part of the network that depends on them.
 */
const rankInIncident = (kind: EventKind) => getIncidentRoleOfEventKind(kind)?.rank ?? Number.MAX_SAFE_INTEGER

function opened(context: DetectionContext, { event }: LiveEvent, incidents: IncidentState[]): IncidentState | null {
  if (event.severity === 'info' || getIncidentRoleOfEventKind(event.kind) === null) return null
  const incident: IncidentState = {
    key: createHash('sha256').update(`incident\n${event.key}`).digest('hex').slice(0, 32),
    scope: event.scope,
    root: event.key,
    rootOf: [event.kind, event.scope, event.subject],
    severity: event.severity,
    members: [],
    starts: [],
    started: event.started,
    openedAt: context.mark.finishedAt,
    healthySince: null,
    closedAt: null,
    ended: null,
  }
  ensureResourceState(context, event.scope).incidents.push(incident)
  incidents.push(incident)
  return incident
}

/**
 * The reasons for which an event joins an incident, the strongest first. `same` = it is about the same element at the
 * same time. `shared` = it may have the same reason at the same time. `repeated` = it repeats an event of the incident.
 */
const TIES = ['same', 'shared', 'repeated'] as const

/** Reports whether events of a kind are early signs of a fault: keepalive stalls and failing polls. */
const isSign = (kind: EventKind | undefined): boolean =>
  kind === 'keepalive_stall' || (kind !== undefined && isPollFailureKind(kind))

/**
 * Reports whether an incident contains only early signs (such as failing polls), while the event is more than such a
 * sign. The event joins this incident only if no other incident with an event of the same fault exists.
 */
const hasOnlySigns = (
  { members }: IncidentState,
  { event }: LiveEvent,
  byKey: ReadonlyMap<string, LiveEvent>,
): boolean => !isSign(event.kind) && members.every((key) => isSign(byKey.get(key)?.event.kind))

/** Returns the reason for which an event joins an incident; null if it does not belong to the incident. */
function tieTo(
  context: DetectionContext,
  incident: IncidentState,
  live: LiveEvent,
  byKey: ReadonlyMap<string, LiveEvent>,
  parts: ReadonlySet<string>,
): (typeof TIES)[number] | null {
  const { event } = live
  if (getIncidentRoleOfEventKind(event.kind) === null) return null
  const { settings, mark } = context
  const root = byKey.get(incident.root)?.event
  // A deliberate change that is over does not explain a later failure, even if the resource also failed during the
  // change.
  if (
    root &&
    userActionEventKinds.has(root.kind) &&
    root.kind !== event.kind &&
    !canExplainByTime(context, root, event)
  )
    return null
  if (isOtherOwnTrouble(incident, event, byKey) || isNewPrefixNextToFault(incident, event, byKey)) return null
  const isPart = event.severity !== 'info' && parts.has(partOf(incident.key, event))
  // an effect of an act repeats only an effect of an act
  const hasRootReason = !root || isEffectOfAct(root) === isEffectOfAct(event)
  const canRepeat = () => !isPartOfLargerLoss(context, incident, live, byKey, parts)
  const slack = settings['incident.group'] + settings['burst.slack']
  const isNear = incident.starts.some(
    ({ earliest, latest }) => event.started.earliest <= latest + slack && event.started.latest >= earliest - slack,
  )
  if (incident.closedAt !== null) {
    if (mark.finishedAt - incident.closedAt > settings['incident.reopen']) return null
    const [kind, scope, subject] = incident.rootOf
    const isRoot = familyOf(event.kind) === familyOf(kind) && event.scope === scope && event.subject === subject
    if (((isRoot && hasRootReason) || isPart) && canRepeat()) return 'repeated'
    // An event that began during the incident, near one of its events, may be detected only after the incident closed.
    const isOfItsTime = isNear && event.started.earliest < (incident.ended?.earliest ?? Number.NEGATIVE_INFINITY)
    return isOfItsTime && isAboutMember(context, incident, live, byKey) ? 'same' : null
  }
  const isRootAgain = root?.kind === event.kind && root.scope === event.scope && root.subject === event.subject
  if (isNear && sharesDomainWith(context, incident, live, byKey))
    return sharesDomainOnly(context, incident, live, byKey) ? 'shared' : 'same'
  return ((isRootAgain && hasRootReason) || isPart) && canRepeat() ? 'repeated' : null
}

/**
 * Reports whether a failure that repeats an event of an incident began together with a failure of the same element that
 * is new to the incident and that no event explains. One fault caused both failures, and it is larger than the fault of
 * the incident: a connection that is removed minutes after one of its neighbors was lost is not the lost neighbor again.
 */
function isPartOfLargerLoss(
  context: DetectionContext,
  incident: IncidentState,
  live: LiveEvent,
  byKey: ReadonlyMap<string, LiveEvent>,
  parts: ReadonlySet<string>,
): boolean {
  if (!hasFailedUnits(context, live)) return false
  const isNew = ({ event }: LiveEvent) =>
    !event.partOf && !incident.members.includes(event.key) && !parts.has(partOf(incident.key, event))
  return [...byKey.values()].some(
    (other) =>
      other !== live &&
      isFault(other.event) &&
      isNew(other) &&
      canEventsBeginTogether(context, [live.event, other.event]) &&
      hasFailedUnits(context, other) &&
      areAboutSameElement(context, live, other),
  )
}

/**
 * Kinds of events that the watchdog raises about Peerwatch itself. Events of different kinds, scopes or subjects have
 * different causes, so they do not share an incident (ADR 0349). No poll of Azure shows a fault of Peerwatch itself, so
 * the kinds of these faults have no polls.
 */
const OWN_TROUBLE: ReadonlySet<EventKind> = filterEventKinds(
  ({ area, polls }, kind) => kind === 'collector_degraded' || (area === 'monitoring' && polls.length === 0),
)

/**
 * Reports whether an event and an incident are about different faults of Peerwatch itself, for example the throttling
 * of two subscriptions. If the incident contains a part of the event, they are about the same fault.
 */
function isOtherOwnTrouble(
  { rootOf: [kind, scope, subject], members }: IncidentState,
  event: DetectedEvent,
  byKey: ReadonlyMap<string, LiveEvent>,
): boolean {
  if (!OWN_TROUBLE.has(kind) && !OWN_TROUBLE.has(event.kind)) return false
  if (members.some((key) => byKey.get(key)?.event.partOf === event.key)) return false
  return kind !== event.kind || scope !== event.scope || subject !== event.subject
}

/**
 * Reports whether a more specific prefix and a fault that announces no prefixes, such as a lost circuit, would share an
 * incident. The prefix may stay permanently, so the incident would end too early, or last much longer than the fault.
 */
function isNewPrefixNextToFault(
  { rootOf: [rootKind], members }: IncidentState,
  event: DetectedEvent,
  byKey: ReadonlyMap<string, LiveEvent>,
): boolean {
  const own = [rootKind, ...members.flatMap((key) => byKey.get(key)?.event.kind ?? [])]
  const isOtherFault = (kind: EventKind) =>
    !announcementEventKinds.has(kind) && (getIncidentRoleOfEventKind(kind)?.rank ?? null) !== null
  return event.kind === 'more_specific'
    ? own.some(isOtherFault)
    : isOtherFault(event.kind) && own.includes('more_specific')
}

/**
 * Reports whether an event may have the same reason as one of the incident's events that are still stored; true if none
 * of them is stored any longer. If the events are not about the same element, a larger element (for example a provider)
 * must explain nearly all symptoms, or nearly all that began at the same time, and contain no healthy resource
 * (docs/rules/detection.md 7).
 */
function sharesDomainWith(
  context: DetectionContext,
  { members }: IncidentState,
  live: LiveEvent,
  byKey: ReadonlyMap<string, LiveEvent>,
): boolean {
  const all = members.flatMap((key) => byKey.get(key) ?? [])
  // The resource of an `n1_stranding` event is the resource on which more prefixes depend now. It is not the resource
  // that failed, so such an event is left out here.
  const known = all.filter(({ event }) => event.kind !== 'n1_stranding')
  if (all.length === 0 || known.some((member) => areAboutSameFault(context, member, live))) return true
  // An event that had ended before the new event began cannot have the same reason. If all events of the incident had
  // ended before, all of them are compared.
  const isCurrent = (member: LiveEvent) => !hasEndedBefore(member.event, live.event)
  const current = known.some(isCurrent) ? known.filter(isCurrent) : known
  if (!current.some((member) => canShareFailureDomain(context, member, live))) return false
  // An earlier event of the incident may be another fault of the same circuit, for example a lost session before the
  // loss of its provider. Failures that began within the same time are therefore also compared without it.
  const sameTime = hasFailedUnits(context, live)
    ? current.filter((member) => isSameFailureTime(context, member, live))
    : []
  return canBeSingleFault(context, current, live) || (sameTime.length > 0 && canBeSingleFault(context, sameTime, live))
}

const hasFailedUnits = (context: DetectionContext, live: LiveEvent) => findFailedUnits(context, live).length > 0

/**
 * Reports whether two events are about the same element and may therefore be one fault. A session of a gateway with an
 * edge router, and a session of the circuit's customer or the routes over it, are about the same circuit, but fail
 * separately. If one of them was up again before the other failed, only the failure of a common element, such as the
 * edge router, makes them one fault (docs/rules/detection.md 7).
 */
function areAboutSameFault(context: DetectionContext, a: LiveEvent, b: LiveEvent): boolean {
  if (!areAboutSameElement(context, a, b)) return false
  const isOnce = !hasEndedBefore(a.event, b.event) && !hasEndedBefore(b.event, a.event)
  return isOnce || a.event.scope === b.event.scope || ![a, b].every((one) => hasFailedUnits(context, one))
}

/** Reports whether a member of an incident shows failed paths or sessions and may have begun at the time of an event. */
const isSameFailureTime = (context: DetectionContext, member: LiveEvent, { event }: LiveEvent): boolean =>
  member.event.started.earliest <= event.started.latest &&
  member.event.started.latest >= event.started.earliest &&
  hasFailedUnits(context, member)

/**
 * Reports whether the incident has stored events, and none of them is about the same circuit or neighbor as the event.
 */
const sharesDomainOnly: OfIncident = (context, incident, live, byKey) =>
  incident.members.some((key) => byKey.has(key)) && !isAboutMember(context, incident, live, byKey)

/** Reports whether any of the incident's stored events is about the same circuit or neighbor as the event. */
const isAboutMember: OfIncident = (context, { members }, live, byKey) =>
  members.some((key) => {
    const member = byKey.get(key)
    return member !== undefined && areAboutSameFault(context, member, live)
  })

type OfIncident = (
  context: DetectionContext,
  incident: IncidentState,
  live: LiveEvent,
  byKey: ReadonlyMap<string, LiveEvent>,
) => boolean

/**
 * Reports whether an event that became known late explains a closed incident better than its root does, and has the
 * same scope. The event then becomes the root of the incident (docs/rules/detection.md 7).
 */
function explainsLate({ settings }: DetectionContext, incident: IncidentState, event: DetectedEvent): boolean {
  const [kind, scope] = incident.rootOf
  if (
    incident.closedAt === null ||
    !getIncidentRoleOfEventKind(event.kind)?.explainsLate ||
    hasRecoveredBeforeChange(event, incident)
  )
    return false
  const slack = settings['config.before']
  const isNear = incident.starts.some(
    ({ earliest, latest }) => event.started.earliest <= latest + slack && event.started.latest >= earliest - slack,
  )
  return scope === event.scope && isNear && rankInIncident(event.kind) < rankInIncident(kind)
}

/**
 * Adds a late event to a closed incident as its root. The incident opens again only if the event is ongoing and more
 * severe than info.
 */
function explainBy(
  context: DetectionContext,
  incident: IncidentState,
  live: LiveEvent,
  byKey: ReadonlyMap<string, LiveEvent>,
): void {
  if (live.event.ended === null && live.event.severity !== 'info') return join(context, incident, live, byKey)
  live.event = { ...live.event, incident: incident.key }
  incident.members.push(live.event.key)
  takeAsRoot(incident, live.event, context.mark.finishedAt)
}

/**
 * Returns a text that identifies an event within an incident by kind, scope and subject. If the same fault occurs
 * again, its event joins the same incident by this text, even if the event that explains it is detected later. An
 * effect of a deliberate act, such as the failover after a removal, is not a repetition of a fault.
 */
const partOf = (incident: string | null, event: DetectedEvent) =>
  `${incident} ${event.kind} ${event.scope} ${event.subject} ${isEffectOfAct(event)}`

/** Reports whether an event is an effect of a deliberate act, for example of a removal. */
const isEffectOfAct = ({ flags }: DetectedEvent) => flags.includes(ADMINISTRATIVE_FLAG)

/** Returns the family of an event kind. All kinds of events about one session are one family. */
const familyOf = (kind: EventKind) => (kind.startsWith('session_') ? 'session' : kind)

function join(
  context: DetectionContext,
  incident: IncidentState,
  live: LiveEvent,
  byKey: ReadonlyMap<string, LiveEvent>,
): void {
  const { event } = live
  live.event = { ...event, incident: incident.key }
  incident.members.push(event.key)
  incident.starts.push(event.started)
  reopenIfOutlasted(incident, event)
  incident.started = {
    earliest: Math.min(incident.started.earliest, event.started.earliest),
    latest: Math.min(incident.started.latest, event.started.latest),
  }
  const root = byKey.get(incident.root)
  // The root event may be about a resource that is no longer in any group. In this case only its kind is known.
  const [rootKind] = incident.rootOf
  const isLarger = root ? explainsMore(context, live, root) : rankInIncident(event.kind) <= rankInIncident(rootKind)
  if (isLarger || root?.event.partOf === event.key) takeAsRoot(incident, event, context.mark.finishedAt)
}

/**
 * Opens an incident again if an event that joins it is ongoing or ended later than the incident. If the event was over
 * before the end of a closed incident, the incident stays closed.
 */
function reopenIfOutlasted(incident: IncidentState, { ended }: DetectedEvent): void {
  if (incident.ended && ended && ended.latest <= incident.ended.latest) return
  incident.closedAt = null
  incident.healthySince = null
  incident.ended = null
}

/**
 * Reports whether an event explains more than the current root of the incident. A failing poll explains why states are
 * unknown. It does not explain a failure that good polls show.
 */
function explainsMore(context: DetectionContext, live: LiveEvent, root: LiveEvent): boolean {
  const [isOfPolls, isRootOfPolls] = [live, root].map(({ event }) => isPollFailureKind(event.kind))
  if (isOfPolls !== isRootOfPolls) {
    const [blind, seen] = isOfPolls ? [live, root] : [root, live]
    if (findFailedUnits(context, seen).length > 0) return seen === live
    return blind === live
  }
  // An incident keeps the earlier failure as its root if that failure had recovered before the deliberate change that
  // this event reports.
  if (hasRecoveredBeforeChange(live.event, root.event)) return false
  return rankInIncident(live.event.kind) < rankInIncident(root.event.kind)
}

function takeAsRoot(incident: IncidentState, event: DetectedEvent, now: EpochMs): void {
  if (incident.root !== event.key) recordFormerRoot(incident, now)
  incident.root = event.key
  incident.rootOf = [event.kind, event.scope, event.subject]
}

/**
 * Records the previous root of an incident if later data changes the root. If the root changes in the poll that opened
 * the incident, nothing is recorded, because the previous root was never published.
 */
function recordFormerRoot(incident: IncidentState, until: EpochMs): void {
  if (until === incident.openedAt) return
  incident.formerRoots = [...(incident.formerRoots ?? []), { root: incident.root, until }]
}

const isFlappingPart = ({ kind, partOf: whole }: DetectedEvent) => kind === 'session_flapping' && Boolean(whole)

/** Reports whether an event and the event of which it is a part are both about failing or missing polls. */
const isPollFailurePart = ({ kind }: DetectedEvent, { event }: LiveEvent) =>
  isPollFailureKind(kind) && isPollFailureKind(event.kind)

/**
 * Moves an event into the incident of the event of which it is a part (`partOf`). An event that already has an incident
 * stays in it, with two exceptions. The event of a flapping session follows the latest outage that explains it, and an
 * event about failing polls follows a larger event about polls. A fault that is detected after its incident closed, for
 * example a site without a path behind a removed connection, opens the incident again if it lasted longer.
 */
function inheritIncident(
  live: LiveEvent,
  byKey: ReadonlyMap<string, LiveEvent>,
  incidents: readonly IncidentState[],
): void {
  let parent = live.event.partOf ? byKey.get(live.event.partOf) : undefined
  for (let steps = 0; parent?.event.partOf && steps < byKey.size; steps++) {
    parent = byKey.get(parent.event.partOf) ?? parent
    if (!parent.event.partOf) break
  }
  const incident = parent?.event.incident
  if (!incident || live.event.incident === incident) return
  if (live.event.incident && !isFlappingPart(live.event) && !(parent && isPollFailurePart(live.event, parent))) return
  for (const one of incidents)
    if (one.key === live.event.incident) one.members = one.members.filter((key) => key !== live.event.key)
  live.event = { ...live.event, incident }
  const joined = incidents.find(({ key }) => key === incident)
  if (joined && isLostPart(live.event)) reopenIfOutlasted(joined, live.event)
}

/**
 * Reports whether an event counts as a fault of an incident. Findings and route changes that only accompany a fault do
 * not count.
 */
const isFault = ({ kind, severity, partOf: whole }: DetectedEvent) =>
  severity !== 'info' &&
  (getIncidentRoleOfEventKind(kind)?.rank ?? null) !== null &&
  !(kind === 'n1_stranding' && whole)

/**
 * Reports whether an event is a fault that is a part of another event. Such a fault may last longer than the other
 * event. Parts of deliberate changes do not count.
 */
const isLostPart = (event: DetectedEvent) => Boolean(event.partOf) && isFault(event) && !isEffectOfAct(event)

/**
 * Sets the severity of an incident and, when all of its faults have ended, its end and closing time.
 * @param parts faults of the incident that are parts of its events
 * @param flaps true if a session of the incident is still flapping, so that the incident has not ended
 */
function updateIncidentEnd(
  context: DetectionContext,
  incident: IncidentState,
  byKey: ReadonlyMap<string, LiveEvent>,
  parts: readonly DetectedEvent[],
  flaps: boolean,
): void {
  const members = incident.members.flatMap((key) => byKey.get(key)?.event ?? [])
  // If the root is a deliberate change, it keeps the incident open as long as the change lasts, for example until the
  // peering is enabled again.
  const isLastingAct = ({ key, kind }: DetectedEvent) =>
    key === incident.root && userActionEventKinds.has(kind) && outageEventKinds.includes(kind)
  const faults = [...members.filter((event) => isFault(event) || isLastingAct(event)), ...parts]
  // Events that only accompany the faults do not keep the incident open, for example events about route tables that
  // still differ.
  const events = faults.length > 0 ? faults : members
  // If some events are no longer stored, the severity of the incident is not lowered, because one of them may have
  // caused it.
  const isKnown = members.length === incident.members.length
  const gravest = members.map(({ severity }) => severity).toSorted((a, b) => getSeverityRank(b) - getSeverityRank(a))[0]
  if (gravest && (isKnown || getSeverityRank(gravest) > getSeverityRank(incident.severity))) incident.severity = gravest
  if (incident.closedAt !== null || flaps) return
  if (events.some(({ ended }) => ended === null)) {
    // A part may join the incident after all other events had ended.
    incident.healthySince = null
    incident.ended = null
    return
  }
  const ends = events.flatMap(({ ended }) => ended ?? [])
  if (ends.length > 0) {
    incident.ended = {
      earliest: Math.max(...ends.map(({ earliest }) => earliest)),
      latest: Math.max(...ends.map(({ latest }) => latest)),
    }
  }
  incident.healthySince ??= incident.ended?.latest ?? context.mark.finishedAt
  if (context.mark.finishedAt - incident.healthySince >= context.settings['incident.healthy']) {
    incident.closedAt = context.mark.finishedAt
  }
}

function inOrderOfBegin(lives: readonly LiveEvent[]): LiveEvent[] {
  return lives.toSorted(
    (a, b) =>
      rankInIncident(a.event.kind) - rankInIncident(b.event.kind) ||
      a.event.started.earliest - b.event.started.earliest ||
      (a.event.key < b.event.key ? -1 : 1),
  )
}

/**
 * Returns the time at which incidents must be evaluated again. This is when an incident may close, and the next poll as
 * long as good polls may still change the explanation of an incident.
 */
export function findIncidentsRecheckTime(context: DetectionContext, state: ResourceState): DetectionRecheckTime {
  const { settings, mark } = context
  const closings = state.incidents.flatMap(({ closedAt, healthySince }) =>
    closedAt === null && healthySince !== null ? [healthySince + settings['incident.healthy']] : [],
  )
  return findEarliestRecheck([getRecheckTimeIfNeeded(isProofPending(state, context, mark.finishedAt)), ...closings])
}

/**
 * Records the elements (for example a provider or router) that explain the events of an incident. A good poll of a
 * healthy resource rules out an element only for a limited time after the incident opened, because later states are not
 * evidence about its start.
 * @param joined true if this poll added an event to the incident
 */
function explainIncident(context: DetectionContext, incident: IncidentState, joined: boolean): void {
  const { mark } = context
  // Without the times of the last good polls, an evaluation would add an element again that an earlier evaluation ruled
  // out.
  if (!isOpenToProof(incident, context, mark.finishedAt) || !(joined || context.lastGoodPolls)) return
  const own = listLiveEvents(context).filter(({ event }) => event.incident === incident.key)
  const known = new Set(own.map(({ event }) => event.key))
  if (!incident.members.every((key) => known.has(key))) return
  const explainedBy = findIncidentExplanations(context, own)
  if (explainedBy.length > 0 || incident.explainedBy) incident.explainedBy = explainedBy
}

/**
 * Reports whether the times of the last good polls may still change the explanation of a scope's incidents, or the
 * grouping of its events.
 */
function isProofPending({ incidents, live }: ResourceState, pace: Pace, now: EpochMs): boolean {
  return (
    incidents.some((one) => (one.explainedBy ?? []).length > 0 && isOpenToProof(one, pace, now)) ||
    Object.values(live).some((one) => mayHaveUnreadSessions(one, pace, now))
  )
}

function isOpenToProof({ closedAt, openedAt }: IncidentState, { settings, everyMs }: Pace, now: EpochMs): boolean {
  const poll = Math.max(settings['burst.slack'], everyMs)
  return closedAt === null && now - openedAt <= 2 * (settings['incident.group'] + poll)
}
