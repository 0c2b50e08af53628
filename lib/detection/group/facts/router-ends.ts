import {
  type Bounds,
  type DetectedEvent,
  type LoggedCause,
  parsePath,
  peeringKind,
  type RouterDownReason,
} from '#lib/contract/index.ts'
import { parseSession } from '#lib/contract/subject.ts'
import { routerDownWords } from '#lib/contract/words/router-reasons.ts'
import { type FoldContext, liveEvents, scopeOf } from '../../model/context.ts'
import { lengthBetween } from '../../model/event-key.ts'
import type { RouterEnd, RouterSpan } from '../../model/router-end.ts'
import type { LiveEvent, SessionFact } from '../../model/scope-state.ts'
import { endsMayDifferMs } from '../../verdict/index.ts'

/** Both ends come up with one exchange of messages; the clocks of station and Azure may differ by this, milliseconds. */
const CLOCKS_MS = 2_000

/** Evidence of what the router's end did. */
export const ROUTER_END = 'routerEnd'

const NARROWED = new Set<DetectedEvent['kind']>(['session_down', 'session_flap', 'session_up'])

/**
 * Narrows what Azure's polls bound, where the customer's router reports the same transition. A session is up while both ends have it up:
 * it ends with the end that falls first, and begins with the end that comes up last (ADR 0157). What the layers say later rests on the
 * narrowed bounds.
 */
export function narrowByRouters(context: FoldContext, ends: readonly RouterEnd[]): void {
  for (const end of ends) {
    const fact = factOf(context, end)
    if (fact) narrowFact(fact, end)
    for (const live of liveEvents(context)) if (isOf(live.event, end)) narrowEvent(live, end)
  }
}

/** The session as Azure's end was last seen. */
export function factOf(context: FoldContext, end: RouterEnd): SessionFact | null {
  const { sessions } = scopeOf(context, end.circuit)
  return (
    Object.values(sessions).find((fact) => fact.neighbor === end.customer && isOnPath(fact.subresource, end)) ?? null
  )
}

/** The router's end of what an event is about: a session, or a path's first one. */
export function endOfEvent(
  { scope, subject }: Pick<DetectedEvent, 'scope' | 'subject'>,
  ends: readonly RouterEnd[],
): RouterEnd | null {
  const neighbor = parseSession(subject)?.neighbor
  return (
    ends.find(
      (end) => end.circuit === scope && (neighbor === undefined ? isOnPath(subject, end) : end.customer === neighbor),
    ) ?? null
  )
}

function isOnPath(subject: string, { peering, path }: RouterEnd): boolean {
  const parsed = parsePath(subject)
  return parsed.path === path && peeringKind(parsed.peering) === peering
}

const isOf = (event: DetectedEvent, end: RouterEnd): boolean =>
  NARROWED.has(event.kind) && event.scope === end.circuit && parseSession(event.subject)?.neighbor === end.customer

function narrowFact(fact: SessionFact, end: RouterEnd): void {
  if (fact.level === 'down' || fact.level === 'gone') fact.since = fallBounds(fact.since, end, fallOf(end, fact.since))
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
  // a restart between two polls ends with the life that both saw begin
  const fall = event.kind === 'session_flap' && ended ? fallBefore(end, ended) : fallOf(end, event.started)
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
  const after = reason ? `${end.router}: down, ${routerDownWords(reason)}` : `${end.router}: down`
  const own = { field: ROUTER_END, before: 'up', after, sampledBefore: null, sampledAfter: from }
  return [...evidence.filter(({ field }) => field !== ROUTER_END), own]
}

/**
 * The outage at the router that Azure's polls show as one that began within bounds: the one that lasted when they begin, else the first
 * after it; null = the router reports none that both ends may have seen (hold time and keepalive interval).
 */
export function fallOf(end: RouterEnd, azure: Bounds): RouterSpan | null {
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

/** The last outage at the router before a life began. */
function fallBefore(end: RouterEnd, up: Bounds): RouterSpan | null {
  const rise = riseOf(end, up)
  const before = rise ? end.spans[end.spans.indexOf(rise) - 1] : undefined
  return before?.state === 'down' ? before : null
}

/** The life at the router that Azure's polls show as one that began within bounds; null = there is none, or several. */
function riseOf(end: RouterEnd, azure: Bounds): RouterSpan | null {
  const found = end.spans.filter(
    ({ state, from }) =>
      state === 'up' && from.latest >= azure.earliest - CLOCKS_MS && from.earliest <= azure.latest + CLOCKS_MS,
  )
  const last = found.at(-1)
  // of several lives the one that the polls saw is the last
  return last && last.from.latest <= azure.latest + CLOCKS_MS ? last : null
}

/**
 * How much earlier than the router's end Azure's may have fallen, milliseconds. What closes a session by a message, or by the connection
 * itself, reaches the other end at once. A router whose hold timer expires may have received its last message from an end that lost its port right after;
 * one that does not say why may be such a router.
 */
function leadMs(reason: RouterDownReason | null, holdTimeSeconds: number | null): number {
  const most = endsMayDifferMs(holdTimeSeconds)
  if (reason?.by === 'remote' || reason?.by === 'remoteWithoutNotification') return CLOCKS_MS
  if (reason?.by === 'log')
    return BY_MESSAGE.has(reason.cause) ? CLOCKS_MS : BY_PATH.has(reason.cause) ? most / 4 : most
  if (reason?.by !== 'local' || reason.notification === null) return most
  const { code, subcode } = reason.notification
  if (code === HOLD_TIMER_EXPIRED) return most
  return code === CEASE && subcode === BFD_DOWN ? most / 4 : CLOCKS_MS
}

/** What a router learns from the path itself. */
const BY_PATH: ReadonlySet<LoggedCause> = new Set(['bfd', 'interface'])

/** What a router closes by a message to the other end, or learns from the connection itself. */
const BY_MESSAGE: ReadonlySet<LoggedCause> = new Set(['operator', 'prefixLimit', 'connection'])

/** Of a NOTIFICATION (RFC 4271 section 4.5; BFD: RFC 9384) */
const HOLD_TIMER_EXPIRED = 4
const CEASE = 6
const BFD_DOWN = 10

function fallBounds(azure: Bounds, { holdTimeSeconds }: RouterEnd, fall: RouterSpan | null): Bounds {
  if (!fall) return azure
  const leastEarliest = fall.from.earliest - leadMs(fall.reason, holdTimeSeconds)
  return both(azure, {
    earliest: Math.max(Math.min(azure.earliest, fall.from.earliest), leastEarliest),
    latest: Math.min(azure.latest, fall.from.latest),
  })
}

function riseBounds(azure: Bounds, rise: RouterSpan | null): Bounds {
  if (!rise) return azure
  return both(azure, {
    earliest: Math.max(azure.earliest, rise.from.earliest - CLOCKS_MS),
    latest: Math.min(azure.latest, rise.from.latest + CLOCKS_MS),
  })
}

/** Bounds that contradict each other narrow nothing. */
const both = (azure: Bounds, narrowed: Bounds): Bounds =>
  narrowed.earliest > narrowed.latest || (narrowed.earliest === azure.earliest && narrowed.latest === azure.latest)
    ? azure
    : narrowed
