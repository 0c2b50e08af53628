import { HOLD_TIMER_EXPIRED, isBfdDownNotification } from '#lib/bgp/index.ts'
import {
  type TimestampBounds,
  type DetectedEvent,
  unwrapHardReset,
  doTimestampBoundsOverlap,
  parsePathSubject,
  parsePeeringType,
  type RouterDownReason,
} from '#lib/contract/index.ts'
import { parseSessionSubject } from '#lib/contract/events/subject.ts'
import { formatRouterDownReason } from '#lib/contract/words/router-reasons.ts'
import { type DetectionContext, listLiveEvents, ensureResourceState } from '../../model/context.ts'
import { confirmEvent } from '../../model/event-condition.ts'
import { computeDurationBounds } from '../../model/event-key.ts'
import {
  type RouterSideSession,
  type RouterStateInterval,
  getRouterSideResourceId,
} from '../../model/router-side-session.ts'
import type { LiveEvent, SessionFact } from '../../model/scope-state.ts'
import { getMaxEndDifferenceMs } from '../../verdict/index.ts'

/**
 * Maximum difference in ms between the times that the router and Azure report for the same rise of a session. The clock
 * of the machine that receives the router's reports and the clock of the worker may differ by this amount.
 */
const CLOCKS_MS = 2_000

/** Field name of evidence that shows the state of a session at its end in the customer's router. */
export const ROUTER_STATE_EVIDENCE_FIELD = 'routerEnd'

const NARROWED = new Set<DetectedEvent['kind']>(['session_down', 'session_flap', 'session_up'])

/**
 * Narrows the bounds of state changes that Azure's polls show, by the exact times that the customer's router reports. A
 * session has two ends and is up while both ends report it as up. So it falls with the end that falls first, and rises
 * with the end that comes up last (ADR 0220). Later rules use the narrowed bounds.
 */
export function narrowBoundsByRouters(context: DetectionContext, ends: readonly RouterSideSession[]): void {
  for (const end of ends) {
    const fact = findSessionFact(context, end)
    if (fact) narrowFact(fact, end)
    for (const live of listLiveEvents(context)) if (isOf(context, live.event, end)) narrowEvent(live, end)
  }
}

/** Returns the state of a router's session as Azure's end was last polled; null if Azure has no such session. */
export function findSessionFact(context: DetectionContext, end: RouterSideSession): SessionFact | null {
  const { sessions } = ensureResourceState(context, getRouterSideResourceId(end))
  return (
    Object.values(sessions).find(
      (fact) =>
        fact.neighbor === end.customer &&
        ('circuit' in end.on ? isOnPath(fact.subresource, end) : fact.localAddress === end.on.instance),
    ) ?? null
  )
}

/**
 * Returns the router's end (the state that the customer's router reports) of the session that an event is about. For an
 * event about a path, returns the first session on it. Null if no router reports it.
 */
export function findRouterSideOfEvent(
  { scope, subject }: Pick<DetectedEvent, 'scope' | 'subject'>,
  ends: readonly RouterSideSession[],
): RouterSideSession | null {
  const isAtEnd = (end: RouterSideSession) =>
    parseSessionSubject(subject) ? isSession(subject, end) : isOnPath(subject, end)
  return ends.find((end) => getRouterSideResourceId(end) === scope && isAtEnd(end)) ?? null
}

function isSession(subject: string, { on, customer }: RouterSideSession): boolean {
  const session = parseSessionSubject(subject)
  return session?.neighbor === customer && ('circuit' in on || session.localAddress === on.instance)
}

function isOnPath(subject: string, { on }: RouterSideSession): boolean {
  const parsed = parsePathSubject(subject)
  return 'circuit' in on && parsed.path === on.path && parsePeeringType(parsed.peering) === on.peering
}

/**
 * Reports whether an event is about the session of the given router end. A path event belongs to the path's IPv4
 * session, or to its IPv6 session if the path has no IPv4 session.
 */
function isOf(
  { topology }: DetectionContext,
  { kind, scope, subject }: DetectedEvent,
  end: RouterSideSession,
): boolean {
  if (scope !== getRouterSideResourceId(end)) return false
  if (kind !== 'path_down') return NARROWED.has(kind) && isSession(subject, end)
  return isOnPath(subject, end) && isPathDependentOnSession(topology, end)
}

/** Reports whether a circuit path depends on this session, so that the path counts as down when the session is down. */
export function isPathDependentOnSession(
  { circuits }: Pick<DetectionContext['topology'], 'circuits'>,
  { on, customer }: RouterSideSession,
): boolean {
  if (!('circuit' in on)) return false
  const peerings = circuits.find(({ scope }) => scope === on.circuit)?.peerings ?? []
  return peerings.some(
    ({ name, customers }) => parsePeeringType(name) === on.peering && customers[on.path] === customer,
  )
}

function narrowFact(fact: SessionFact, end: RouterSideSession): void {
  if (fact.level === 'up') fact.since = narrowStateStart('up', fact.since, end)
  else if (fact.level === 'down' || fact.level === 'gone') fact.since = narrowStateStart('down', fact.since, end)
}

/** States of a session at its end in the customer's router, with the hold time. */
type ReportedStates = Pick<RouterSideSession, 'spans' | 'holdTimeSeconds'>

/**
 * Returns the bounds of the time since which a session is up or down at Azure's end, narrowed by the times that the
 * router reports. Events and the comparison of both ends use this function, so that they show the same bounds.
 * @param azure bounds according to Azure's polls, which are returned if the router's reports do not narrow them
 */
export const narrowStateStart = (state: 'up' | 'down', azure: TimestampBounds, end: ReportedStates): TimestampBounds =>
  state === 'up' ? riseBounds(azure, riseOf(end, azure)) : fallBounds(azure, end, findMatchingRouterOutage(end, azure))

function narrowEvent(live: LiveEvent, end: RouterSideSession): void {
  const { event } = live
  if (event.kind === 'session_up') {
    const started = riseBounds(event.started, riseOf(end, event.started))
    if (started !== event.started) live.event = { ...event, started, ended: started }
    return
  }
  const ended = event.ended && riseBounds(event.ended, riseOf(end, event.ended))
  const fall = findRouterOutageOfEvent(end, { ...event, ended })
  if (!fall) return
  const started = fallBounds(event.started, end, fall)
  const evidence = withFall(event.evidence, end, fall)
  live.event = { ...event, started, ended, evidence, duration: ended && computeDurationBounds(started, ended) }
  // Polls and the router are separate sources, so that no second poll is needed.
  if (live.confirm && !ended) confirmEvent(live)
}

function withFall(
  evidence: DetectedEvent['evidence'],
  end: RouterSideSession,
  { from, reason }: RouterStateInterval,
): DetectedEvent['evidence'] {
  const after = reason ? `${end.router}: down, ${formatRouterDownReason(reason)}` : `${end.router}: down`
  const own = { field: ROUTER_STATE_EVIDENCE_FIELD, before: 'up', after, sampledBefore: null, sampledAfter: from }
  return [...evidence.filter(({ field }) => field !== ROUTER_STATE_EVIDENCE_FIELD), own]
}

/**
 * Returns the outage in the router's reports that belongs to an event about a session or path; null if no outage
 * matches. For a restart between two polls it is the last outage before the session came up again.
 */
export const findRouterOutageOfEvent = (
  end: RouterSideSession,
  { kind, started, ended }: DetectedEvent,
): RouterStateInterval | null =>
  kind === 'session_flap' && ended ? fallBefore(end, ended) : findMatchingRouterOutage(end, started)

/**
 * Returns the outage in the router's reports that belongs to an outage seen by Azure's polls. It is the first one that
 * is ongoing at, or begins after, the earliest start that the polls allow. The times of both ends may differ by a hold
 * time and a keepalive interval. Null = the router reports no such outage.
 * @param azure bounds of the start according to Azure's polls
 */
export function findMatchingRouterOutage(end: ReportedStates, azure: TimestampBounds): RouterStateInterval | null {
  const most = getMaxEndDifferenceMs(end.holdTimeSeconds)
  return (
    end.spans.find(
      ({ state, from, to }) =>
        state === 'down' &&
        from.latest >= azure.earliest - most &&
        from.earliest <= azure.latest + most &&
        (to === null || to.latest >= azure.earliest),
    ) ?? null
  )
}

/**
 * Returns the outage in the router's reports that directly precedes a rise of the session seen by Azure's polls; null
 * if there is none.
 */
function fallBefore(end: RouterSideSession, up: TimestampBounds): RouterStateInterval | null {
  const rise = riseOf(end, up)
  const before = rise ? end.spans[end.spans.indexOf(rise) - 1] : undefined
  return before?.state === 'down' ? before : null
}

/**
 * Returns the interval in which the router reports the session as up, for a rise seen by Azure's polls. It is the last
 * such interval that begins within the bounds of the rise, with a tolerance for different clocks (`CLOCKS_MS`); null =
 * none.
 * @param azure bounds of the rise according to Azure's polls
 */
function riseOf(end: ReportedStates, azure: TimestampBounds): RouterStateInterval | null {
  const found = end.spans.filter(
    ({ state, from }) =>
      state === 'up' && from.latest >= azure.earliest - CLOCKS_MS && from.earliest <= azure.latest + CLOCKS_MS,
  )
  const near = found.filter(({ from }) => doTimestampBoundsOverlap(from, azure))
  const last = (near.length > 0 ? near : found).at(-1)
  // if several up intervals match, the polls saw the last of them
  return last && last.from.latest <= azure.latest + CLOCKS_MS ? last : null
}

/**
 * Reports whether an event is about the given outage in the router's reports. The start and the end of the event must
 * match a fall and a rise at the router, and the outage must be between them.
 * @returns null if the start or the end of the event matches no change at the router
 */
export function isEventAboutRouterOutage(
  end: RouterSideSession,
  event: DetectedEvent,
  outage: RouterStateInterval,
): boolean | null {
  const fall = findRouterOutageOfEvent(end, event)
  const rise = event.ended && riseOf(end, event.ended)
  if (!fall || (event.ended && !rise)) return null
  const at = end.spans.indexOf(outage)
  return at >= end.spans.indexOf(fall) && (!rise || at < end.spans.indexOf(rise))
}

/** Maximum time that a message needs from one end of a session to the other if no segment is lost, milliseconds. */
const TRANSIT_MS = 100

/** Slowest detection of a failure by BFD in Azure, 3 x 750 ms (docs/rules/detection.md 1.4), milliseconds. */
const BFD_MS = 2_250

/** Maximum delay of a router's timer, milliseconds. */
const TIMER_MS = 1_000

/**
 * Returns by how many milliseconds Azure's end of a session may have fallen before the router's end. This depends on
 * the reason that the router reports.
 * - The router closed the session itself: 0, because its end fell first.
 * - The router received a NOTIFICATION: a moment, because Azure's end closed just before.
 * - The router received nothing: the time until the router notices this, by BFD, a keepalive interval or its hold time.
 *   This is also used if no reason is known.
 * - Azure's end closed because its hold timer expired: unlimited. A router that hangs reads this message only when it
 *   runs again.
 */
function leadMs(reason: RouterDownReason | null, holdTimeSeconds: number | null): number {
  const keepalive = getMaxEndDifferenceMs(holdTimeSeconds) / 4
  const hold = 3 * keepalive + TIMER_MS
  if (reason?.by === 'remoteWithoutNotification') return keepalive
  if (reason?.by === 'log') {
    if (reason.cause === 'bfd') return BFD_MS
    if (reason.cause === 'interface' || reason.cause === 'connection') return keepalive
    return reason.cause === 'operator' || reason.cause === 'prefixLimit' ? 0 : hold
  }
  if (reason?.by !== 'local' && reason?.by !== 'remote') return hold
  const notification = unwrapHardReset(reason.notification)
  if (!notification) return hold
  if (notification.code === HOLD_TIMER_EXPIRED) return reason.by === 'remote' ? Number.POSITIVE_INFINITY : hold
  if (reason.by === 'remote') return TRANSIT_MS
  return isBfdDownNotification(notification) ? BFD_MS : 0
}

function fallBounds(
  azure: TimestampBounds,
  { holdTimeSeconds }: ReportedStates,
  fall: RouterStateInterval | null,
): TimestampBounds {
  if (!fall) return azure
  const leastEarliest = fall.from.earliest - leadMs(fall.reason, holdTimeSeconds)
  return both(azure, {
    earliest: Math.max(Math.min(azure.earliest, fall.from.earliest), leastEarliest),
    latest: Math.min(azure.latest, fall.from.latest),
  })
}

/**
 * Narrows the bounds of the time when a session came up, by the time that the router reports. Both ends come up in one
 * exchange of messages, so they differ by at most the time that a message needs.
 */
function riseBounds(azure: TimestampBounds, rise: RouterStateInterval | null): TimestampBounds {
  if (!rise) return azure
  return both(azure, {
    earliest: Math.max(azure.earliest, rise.from.earliest),
    latest: Math.min(azure.latest, rise.from.latest + TRANSIT_MS),
  })
}

/**
 * Returns the narrowed bounds. If they contradict each other or equal Azure's bounds, the object with Azure's bounds
 * itself is returned.
 */
const both = (azure: TimestampBounds, narrowed: TimestampBounds): TimestampBounds =>
  narrowed.earliest > narrowed.latest || (narrowed.earliest === azure.earliest && narrowed.latest === azure.latest)
    ? azure
    : narrowed
