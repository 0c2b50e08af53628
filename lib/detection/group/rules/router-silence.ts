import { HOLD_TIMER_EXPIRED } from '#lib/bgp/index.ts'
import { type TimestampBounds, type EpochMs, type EventKind, unwrapHardReset } from '#lib/contract/index.ts'
import { updateEventByCondition } from '../../model/event-condition.ts'
import { type DetectionContext, hasPollUsableRows, findOpenEvent } from '../../model/context.ts'
import { createSampleEvidence } from '../../model/create-event.ts'
import { RECHECK_AT_NEXT_POLL, type DetectionRecheckTime } from '../../model/recheck.ts'
import {
  type RouterSideSession,
  getRouterSideResourceId,
  ROUTER_UNOBSERVED_AFTER_MS,
} from '../../model/router-side-session.ts'
import type { SessionFact } from '../../model/scope-state.ts'
import { formatSessionSubject } from '../../model/subject.ts'
import { getMaxEndDifferenceMs } from '../../verdict/index.ts'
import { findSessionFact, ROUTER_STATE_EVIDENCE_FIELD } from '../facts/router-side-sessions.ts'

/**
 * Maximum time between the ends of a router's monitoring connections at which they count as one failure, milliseconds.
 * All connections belong to one process of the router, and each end is noticed separately.
 */
const TOGETHER_MS = 2_000

/**
 * Reports whether the session has an event of this kind that began or ended after the current poll had finished. Polls
 * are evaluated in the order of their arrival. In this case the poll arrived late and would show an outdated state of
 * the router.
 */
export function hasLaterSessionEvent(
  { mark, scopes }: DetectionContext,
  kind: EventKind,
  end: RouterSideSession,
  fact: SessionFact,
) {
  const subject = formatSessionSubject(fact)
  return Object.values(scopes[getRouterSideResourceId(end)]?.live ?? {}).some(
    ({ event }) =>
      event.kind === kind &&
      event.subject === subject &&
      Math.max(event.started.latest, event.ended?.latest ?? 0) > mark.finishedAt,
  )
}

interface Silence {
  since: TimestampBounds
  /** time from which the silence has lasted long enough to be reported */
  countsFrom: EpochMs
  words: string
}

/**
 * Raises and ends router_silent for a router that hangs, is gone, or whose monitoring connection ended and was not
 * replaced. Its BGP sessions may have failed too, but Azure's end notices that only a hold time later. If a silence is
 * found only when that time has already passed, it raises no event.
 */
export function reportRouterSilence(context: DetectionContext, end: RouterSideSession): void {
  const { mark, settings } = context
  const fact = findSessionFact(context, end)
  const silence = silenceOf(context, end)
  const since = silence?.since ?? (fact && openSilence(context, end, fact)?.event.started)
  if (!fact || !since || hasLaterSessionEvent(context, 'router_silent', end, fact)) return
  const goneSince = silenceOver(context, end, fact, since)
  const isSilent = silence !== null && mark.finishedAt >= silence.countsFrom
  updateEventByCondition(context, {
    kind: 'router_silent',
    scope: getRouterSideResourceId(end),
    subject: formatSessionSubject(fact),
    holds: goneSince ? false : isSilent || null,
    since: goneSince ?? since,
    severity: 'warning',
    mayBegin: mayFallSilent(end, fact) && mark.finishedAt <= since.earliest + outlivedMs(settings, end),
    confirm: 1,
    evidence: [
      createSampleEvidence(ROUTER_STATE_EVIDENCE_FIELD, `${end.router}: ${silence?.words ?? 'silent'}`, since),
    ],
  })
}

/**
 * Returns the silence of a router; null if it is not silent. Peerwatch's collector has its own BGP session with the
 * router and receives keepalives every few seconds.
 * If the router's process hangs, its connections remain open but nothing is received. If the process is gone, all
 * connections end together without a NOTIFICATION. A single lost connection may be restored soon, so it counts only
 * after the setting `router.returns`.
 */
function silenceOf({ settings }: DetectionContext, end: RouterSideSession): Silence | null {
  const { collector, silentSince, observed } = end
  if (collector && isRouterBgpProcessHanging(end))
    return { since: collector.from, countsFrom: collector.from.latest, words: 'silent for the hold time' }
  const gone = collector && isGone(end) ? collector.from : null
  if (gone && silentSince && areTogether(gone, silentSince))
    return { since: earlierOf(gone, silentSince), countsFrom: gone.latest, words: 'silent, all its connections ended' }
  const since = silentSince ?? (observed.length === 0 ? gone : null)
  return since && { since, countsFrom: since.earliest + settings['router.returns'], words: 'silent' }
}

/**
 * Reports whether a router's BGP process hangs: the collector's own session with the router ended because nothing was
 * received for the hold time (RFC 4271 section 6.5).
 */
export function isRouterBgpProcessHanging({ collector }: RouterSideSession): boolean {
  const reason = collector?.state === 'down' ? collector.reason : null
  return reason?.by === 'remote' && unwrapHardReset(reason.notification)?.code === HOLD_TIMER_EXPIRED
}

const isGone = ({ collector }: RouterSideSession) =>
  collector?.state === 'down' && collector.reason?.by === 'localWithoutNotification'

const areTogether = (a: TimestampBounds, b: TimestampBounds) =>
  a.earliest - b.latest <= TOGETHER_MS && b.earliest - a.latest <= TOGETHER_MS

const openSilence = (context: DetectionContext, end: RouterSideSession, fact: SessionFact) =>
  findOpenEvent(context, 'router_silent', getRouterSideResourceId(end), formatSessionSubject(fact))

/** Returns the maximum time for which Azure's end of a session stays up after its router is gone, in milliseconds. */
const outlivedMs = (settings: DetectionContext['settings'], { holdTimeSeconds }: RouterSideSession) =>
  settings['router.returns'] + getMaxEndDifferenceMs(holdTimeSeconds)

/**
 * Reports whether a silence of the router can affect a session: the session is up at Azure's end, and the router has
 * not reported it as down. If the router reports nothing about its sessions, because it has only a session with the
 * collector, the state at Azure's end is sufficient.
 */
const mayFallSilent = ({ spans }: RouterSideSession, { level }: SessionFact) =>
  level === 'up' && (spans.at(-1)?.state ?? 'up') === 'up'

/**
 * Returns the bounds of the time at which a silence ended. This is when the router reported again or, if a poll shows
 * that Azure's session has been up for longer than it could be without its router, when this session came up. Null =
 * the silence is not known to be over.
 */
function silenceOver(
  context: DetectionContext,
  end: RouterSideSession,
  fact: SessionFact,
  since: TimestampBounds,
): TimestampBounds | null {
  const { mark, settings } = context
  const reports = reportsSince(end, mark.startedAt)
  if (reports) return reports
  const isAnswer =
    hasPollUsableRows(mark) && mark.scope === getRouterSideResourceId(end) && mark.subresource === fact.subresource
  const isOfSessions = mark.kind === 'summary' || mark.kind === 'peers'
  const upSince = Math.max(since.latest, fact.since.latest)
  const isOutlived = fact.level === 'up' && mark.startedAt > upSince + outlivedMs(settings, end)
  return isAnswer && isOfSessions && isOutlived ? fact.since : null
}

/**
 * Returns the time since when the router has been reporting over all of its monitoring connections; null if it does not
 * report now.
 */
function reportsSince(end: RouterSideSession, now: EpochMs): TimestampBounds | null {
  const { collector, silentSince, observed } = end
  const answers = collector?.state === 'up'
  if (silentSince !== null || isRouterBgpProcessHanging(end) || isGone(end)) return null
  const last = observed.at(-1)
  if (!last) return answers ? collector.from : null
  if (last.to < now - ROUTER_UNOBSERVED_AFTER_MS) return null
  const connected = { earliest: last.from, latest: last.from }
  return answers ? pickLaterBounds(connected, collector.from) : connected
}

/**
 * Returns the time at which a silence has lasted long enough to be reported; null if no silence concerns the session.
 * While an event is open, each poll is evaluated, because a router that comes back may report no change.
 */
export function findSilenceRecheckTime(
  context: DetectionContext,
  end: RouterSideSession,
  fact: SessionFact,
): DetectionRecheckTime {
  if (openSilence(context, end, fact)) return RECHECK_AT_NEXT_POLL
  const due = mayFallSilent(end, fact) ? (silenceOf(context, end)?.countsFrom ?? 0) : 0
  return due > context.mark.finishedAt ? due : null
}

export const pickLaterBounds = (a: TimestampBounds, b: TimestampBounds): TimestampBounds => ({
  earliest: Math.max(a.earliest, b.earliest),
  latest: Math.max(a.latest, b.latest),
})

const earlierOf = (a: TimestampBounds, b: TimestampBounds): TimestampBounds => ({
  earliest: Math.min(a.earliest, b.earliest),
  latest: Math.min(a.latest, b.latest),
})
