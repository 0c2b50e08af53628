import { BFD_DOWN, CEASE, HOLD_TIMER_EXPIRED } from '#lib/bgp/index.ts'
import {
  type Bounds,
  type DetectedEvent,
  innerOf,
  overlaps,
  parsePath,
  peeringKind,
  type RouterDownReason,
} from '#lib/contract/index.ts'
import { parseSession } from '#lib/contract/events/subject.ts'
import { formatRouterDown } from '#lib/contract/words/router-reasons.ts'
import { type FoldContext, liveEvents, scopeOf } from '../../model/context.ts'
import { lengthBetween } from '../../model/event-key.ts'
import { type RouterEnd, type RouterSpan, scopeOfEnd } from '../../model/router-end.ts'
import type { LiveEvent, SessionFact } from '../../model/scope-state.ts'
import { endsMayDifferMs } from '../../verdict/index.ts'

/**
 * Maximum difference in ms between the begin of an up interval at the router and at Azure that count as the same
 * interval, because the clocks of station and worker may differ.
 */
const CLOCKS_MS = 2_000

/** Field name of evidence about the router's end of a session. */
export const ROUTER_END = 'routerEnd'

const NARROWED = new Set<DetectedEvent['kind']>(['session_down', 'session_flap', 'session_up'])

/**
 * Narrows the bounds of Azure's polls if the customer's router reports the same transition. A session is up while both
 * ends have it up, so that it ends with the end that falls first, and begins with the end that comes up last (ADR
 * 0220). Later rules use the narrowed bounds.
 */
export function narrowByRouters(context: FoldContext, ends: readonly RouterEnd[]): void {
  for (const end of ends) {
    const fact = factOf(context, end)
    if (fact) narrowFact(fact, end)
    for (const live of liveEvents(context)) if (isOf(context, live.event, end)) narrowEvent(live, end)
  }
}

/** Returns the session as Azure's end last showed it. */
export function factOf(context: FoldContext, end: RouterEnd): SessionFact | null {
  const { sessions } = scopeOf(context, scopeOfEnd(end))
  return (
    Object.values(sessions).find(
      (fact) =>
        fact.neighbor === end.customer &&
        ('circuit' in end.on ? isOnPath(fact.subresource, end) : fact.localAddress === end.on.instance),
    ) ?? null
  )
}

/** Returns the router's end of the session that an event is about, or of the first session of its path. */
export function endOfEvent(
  { scope, subject }: Pick<DetectedEvent, 'scope' | 'subject'>,
  ends: readonly RouterEnd[],
): RouterEnd | null {
  const isAtEnd = (end: RouterEnd) => (parseSession(subject) ? isSession(subject, end) : isOnPath(subject, end))
  return ends.find((end) => scopeOfEnd(end) === scope && isAtEnd(end)) ?? null
}

function isSession(subject: string, { on, customer }: RouterEnd): boolean {
  const session = parseSession(subject)
  return session?.neighbor === customer && ('circuit' in on || session.localAddress === on.instance)
}

function isOnPath(subject: string, { on }: RouterEnd): boolean {
  const parsed = parsePath(subject)
  return 'circuit' in on && parsed.path === on.path && peeringKind(parsed.peering) === on.peering
}

/**
 * Reports whether an event is about the session of a router's end. A path is down since its IPv4 session is down, or
 * its IPv6 session if it has no IPv4 session.
 */
function isOf({ topology }: FoldContext, { kind, scope, subject }: DetectedEvent, end: RouterEnd): boolean {
  if (scope !== scopeOfEnd(end)) return false
  if (kind !== 'path_down') return NARROWED.has(kind) && isSession(subject, end)
  return isOnPath(subject, end) && carriesPath(topology, end)
}

/** Reports whether a path is down when this session of its circuit is down. */
export function carriesPath(
  { circuits }: Pick<FoldContext['topology'], 'circuits'>,
  { on, customer }: RouterEnd,
): boolean {
  if (!('circuit' in on)) return false
  const peerings = circuits.find(({ scope }) => scope === on.circuit)?.peerings ?? []
  return peerings.some(({ name, customers }) => peeringKind(name) === on.peering && customers[on.path] === customer)
}

function narrowFact(fact: SessionFact, end: RouterEnd): void {
  if (fact.level === 'down' || fact.level === 'gone')
    fact.since = fallBounds(fact.since, end, routerFall(end, fact.since))
  else if (fact.level === 'up') fact.since = riseBounds(fact.since, riseOf(end, fact.since))
}

function narrowEvent(live: LiveEvent, end: RouterEnd): void {
  const { event } = live
  if (event.kind === 'session_up') {
    const started = riseBounds(event.started, riseOf(end, event.started))
    if (started !== event.started) live.event = { ...event, started, ended: started }
    return
  }
  const ended = event.ended && riseBounds(event.ended, riseOf(end, event.ended))
  const fall = fallOfEvent(end, { ...event, ended })
  if (!fall) return
  const started = fallBounds(event.started, end, fall)
  const evidence = withFall(event.evidence, end, fall)
  live.event = { ...event, started, ended, evidence, duration: ended && lengthBetween(started, ended) }
}

function withFall(
  evidence: DetectedEvent['evidence'],
  end: RouterEnd,
  { from, reason }: RouterSpan,
): DetectedEvent['evidence'] {
  const after = reason ? `${end.router}: down, ${formatRouterDown(reason)}` : `${end.router}: down`
  const own = { field: ROUTER_END, before: 'up', after, sampledBefore: null, sampledAfter: from }
  return [...evidence.filter(({ field }) => field !== ROUTER_END), own]
}

/**
 * Returns the outage at the router that an event of its session or path is about. For a restart between two polls this
 * is the last outage before the up interval that both ends saw begin.
 */
export const fallOfEvent = (end: RouterEnd, { kind, started, ended }: DetectedEvent): RouterSpan | null =>
  kind === 'session_flap' && ended ? fallBefore(end, ended) : routerFall(end, started)

/**
 * Returns the outage at the router that corresponds to an outage which began within these bounds by Azure's polls: the
 * outage that was ongoing at the bounds' begin, or the first outage after it; null = the router reports no outage that
 * both ends may have seen (within a hold time and a keepalive interval).
 */
export function routerFall(end: RouterEnd, azure: Bounds): RouterSpan | null {
  const most = endsMayDifferMs(end.holdTimeSeconds)
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

/** Returns the last outage at the router before an up interval began. */
function fallBefore(end: RouterEnd, up: Bounds): RouterSpan | null {
  const rise = riseOf(end, up)
  const before = rise ? end.spans[end.spans.indexOf(rise) - 1] : undefined
  return before?.state === 'down' ? before : null
}

/**
 * Returns the up interval at the router that corresponds to an interval which began within these bounds by Azure's
 * polls; null = there is none, or it is ambiguous.
 */
function riseOf(end: RouterEnd, azure: Bounds): RouterSpan | null {
  const found = end.spans.filter(
    ({ state, from }) =>
      state === 'up' && from.latest >= azure.earliest - CLOCKS_MS && from.earliest <= azure.latest + CLOCKS_MS,
  )
  const near = found.filter(({ from }) => overlaps(from, azure))
  const last = (near.length > 0 ? near : found).at(-1)
  // if several up intervals match, the polls saw the last of them
  return last && last.from.latest <= azure.latest + CLOCKS_MS ? last : null
}

/**
 * Reports whether an event of the session is about an outage at the router, by the up intervals around both.
 * @returns null if the begin or the end of the event does not match a transition of the router
 */
export function isAboutOutage(end: RouterEnd, event: DetectedEvent, outage: RouterSpan): boolean | null {
  const fall = fallOfEvent(end, event)
  const rise = event.ended && riseOf(end, event.ended)
  if (!fall || (event.ended && !rise)) return null
  const at = end.spans.indexOf(outage)
  return at >= end.spans.indexOf(fall) && (!rise || at < end.spans.indexOf(rise))
}

/** Maximum transit time from one end of a session to the other without lost segments, milliseconds. */
const TRANSIT_MS = 100

/** Slowest detection by BFD that Azure has, 3 x 750 ms (docs/rules/detection.md 3.7), milliseconds. */
const BFD_MS = 2_250

/** Maximum delay of a router's timer, milliseconds. */
const TIMER_MS = 1_000

/**
 * Returns by how many milliseconds Azure's end may have fallen before the router's end. If the router closes the
 * session with its own message, it closes first; a message from Azure's end was sent a moment before. A router that
 * receives nothing notices later: by BFD, by the keepalive that the lost neighbor's host refuses, or by its hold timer,
 * which runs from the last message of an end that may have lost its port directly afterwards. The hold time also
 * applies if the router gives no reason. If Azure's end closed because it received nothing, the router reads that
 * message only when it runs again, so that the time is unlimited.
 */
function leadMs(reason: RouterDownReason | null, holdTimeSeconds: number | null): number {
  const keepalive = endsMayDifferMs(holdTimeSeconds) / 4
  const hold = 3 * keepalive + TIMER_MS
  if (reason?.by === 'remoteWithoutNotification') return keepalive
  if (reason?.by === 'log') {
    if (reason.cause === 'bfd') return BFD_MS
    if (reason.cause === 'interface' || reason.cause === 'connection') return keepalive
    return reason.cause === 'operator' || reason.cause === 'prefixLimit' ? 0 : hold
  }
  if (reason?.by !== 'local' && reason?.by !== 'remote') return hold
  const notification = innerOf(reason.notification)
  if (!notification) return hold
  const { code, subcode } = notification
  if (code === HOLD_TIMER_EXPIRED) return reason.by === 'remote' ? Number.POSITIVE_INFINITY : hold
  if (reason.by === 'remote') return TRANSIT_MS
  return code === CEASE && subcode === BFD_DOWN ? BFD_MS : 0
}

function fallBounds(azure: Bounds, { holdTimeSeconds }: RouterEnd, fall: RouterSpan | null): Bounds {
  if (!fall) return azure
  const leastEarliest = fall.from.earliest - leadMs(fall.reason, holdTimeSeconds)
  return both(azure, {
    earliest: Math.max(Math.min(azure.earliest, fall.from.earliest), leastEarliest),
    latest: Math.min(azure.latest, fall.from.latest),
  })
}

/**
 * Narrows the bounds of a rise. Both ends come up in one exchange of messages, the later end one transit time after the
 * other.
 */
function riseBounds(azure: Bounds, rise: RouterSpan | null): Bounds {
  if (!rise) return azure
  return both(azure, {
    earliest: Math.max(azure.earliest, rise.from.earliest),
    latest: Math.min(azure.latest, rise.from.latest + TRANSIT_MS),
  })
}

/** Returns the narrowed bounds; if they are contradictory or equal, the bounds of Azure. */
const both = (azure: Bounds, narrowed: Bounds): Bounds =>
  narrowed.earliest > narrowed.latest || (narrowed.earliest === azure.earliest && narrowed.latest === azure.latest)
    ? azure
    : narrowed
