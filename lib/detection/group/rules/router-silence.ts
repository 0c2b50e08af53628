import { HOLD_TIMER_EXPIRED } from '#lib/bgp/index.ts'
import { type Bounds, type EpochMs, type EventKind, innerOf } from '#lib/contract/index.ts'
import { reconcile } from '../../model/condition.ts'
import { type FoldContext, isGood, openEvent } from '../../model/context.ts'
import { evidenceOfSample } from '../../model/new-event.ts'
import { NEXT_POLL, type RecheckAt } from '../../model/recheck.ts'
import { type RouterEnd, scopeOfEnd, UNWATCHED_MS } from '../../model/router-end.ts'
import type { SessionFact } from '../../model/scope-state.ts'
import { sessionSubject } from '../../model/subject.ts'
import { endsMayDifferMs } from '../../verdict/index.ts'
import { factOf, ROUTER_END } from '../facts/router-ends.ts'

/** Connections of a router that end within this time ended together: they belong to one process, and are noticed by several, milliseconds. */
const TOGETHER_MS = 2_000

/**
 * Reports whether an event of a session began or ended after the poll in hand had finished. Polls are folded as they arrive, and a router's end
 * is read as of each poll's finish, so that a late poll shows a state of the router that is over.
 */
export function hasLaterReading({ mark, scopes }: FoldContext, kind: EventKind, end: RouterEnd, fact: SessionFact) {
  const subject = sessionSubject(fact)
  return Object.values(scopes[scopeOfEnd(end)]?.live ?? {}).some(
    ({ event }) =>
      event.kind === kind &&
      event.subject === subject &&
      Math.max(event.started.latest, event.ended?.latest ?? 0) > mark.finishedAt,
  )
}

interface Silence {
  since: Bounds
  /** from when on it counts */
  countsFrom: EpochMs
  words: string
}

/**
 * A router that hangs, is gone, or whose connection ended and that connects no more, may have failed with its sessions: Azure's end notices
 * a hold time later. What has been silent for longer than that is news no more.
 */
export function fellSilent(context: FoldContext, end: RouterEnd): void {
  const { mark, settings } = context
  const fact = factOf(context, end)
  const silence = silenceOf(context, end)
  const since = silence?.since ?? (fact && openSilence(context, end, fact)?.event.started)
  if (!fact || !since || hasLaterReading(context, 'router_silent', end, fact)) return
  const goneSince = silenceOver(context, end, fact, since)
  const isSilent = silence !== null && mark.finishedAt >= silence.countsFrom
  reconcile(context, {
    kind: 'router_silent',
    scope: scopeOfEnd(end),
    subject: sessionSubject(fact),
    holds: goneSince ? false : isSilent || null,
    since: goneSince ?? since,
    severity: 'warning',
    mayBegin: mayFallSilent(end, fact) && mark.finishedAt <= since.earliest + outlivedMs(settings, end),
    confirm: 1,
    evidence: [evidenceOfSample(ROUTER_END, `${end.router}: ${silence?.words ?? 'silent'}`, since)],
  })
}

/**
 * The collector gets keepalives of a router’s BGP process every few seconds, whatever its connections do: one that hangs keeps them, and one that
 * is gone loses all of them at once, without a NOTIFICATION. A connection that ended by itself may be back in a moment.
 */
function silenceOf({ settings }: FoldContext, end: RouterEnd): Silence | null {
  const { collector, silentSince, observed } = end
  if (collector && hangs(end))
    return { since: collector.from, countsFrom: collector.from.latest, words: 'silent for the hold time' }
  const gone = collector && isGone(end) ? collector.from : null
  if (gone && silentSince && areTogether(gone, silentSince))
    return { since: earlierOf(gone, silentSince), countsFrom: gone.latest, words: 'silent, all its connections ended' }
  const since = silentSince ?? (observed.length === 0 ? gone : null)
  return since && { since, countsFrom: since.earliest + settings['router.returns'], words: 'silent' }
}

/** The collector received nothing for the hold time (RFC 4271 section 6.5). */
export function hangs({ collector }: RouterEnd): boolean {
  const reason = collector?.state === 'down' ? collector.reason : null
  return reason?.by === 'remote' && innerOf(reason.notification)?.code === HOLD_TIMER_EXPIRED
}

const isGone = ({ collector }: RouterEnd) =>
  collector?.state === 'down' && collector.reason?.by === 'localWithoutNotification'

const areTogether = (a: Bounds, b: Bounds) =>
  a.earliest - b.latest <= TOGETHER_MS && b.earliest - a.latest <= TOGETHER_MS

const openSilence = (context: FoldContext, end: RouterEnd, fact: SessionFact) =>
  openEvent(context, 'router_silent', scopeOfEnd(end), sessionSubject(fact))

/** How long Azure's end stays up at most after a router that is gone, milliseconds. */
const outlivedMs = (settings: FoldContext['settings'], { holdTimeSeconds }: RouterEnd) =>
  settings['router.returns'] + endsMayDifferMs(holdTimeSeconds)

/** A router that has a session with the collector alone reports nothing of the others. */
const mayFallSilent = ({ spans }: RouterEnd, { level }: SessionFact) =>
  level === 'up' && (spans.at(-1)?.state ?? 'up') === 'up'

/** Since when the router reports again, or Azure's end has been up in an answer that its fall would be in; null = neither is known. */
function silenceOver(context: FoldContext, end: RouterEnd, fact: SessionFact, since: Bounds): Bounds | null {
  const { mark, settings } = context
  const reports = reportsSince(end, mark.startedAt)
  if (reports) return reports
  const isAnswer = isGood(mark) && mark.scope === scopeOfEnd(end) && mark.subresource === fact.subresource
  const isOfSessions = mark.kind === 'summary' || mark.kind === 'peers'
  const upSince = Math.max(since.latest, fact.since.latest)
  const isOutlived = fact.level === 'up' && mark.startedAt > upSince + outlivedMs(settings, end)
  return isAnswer && isOfSessions && isOutlived ? fact.since : null
}

/** Since when it reports by all that it has; null = it does not. */
function reportsSince(end: RouterEnd, now: EpochMs): Bounds | null {
  const { collector, silentSince, observed } = end
  const answers = collector?.state === 'up'
  if (silentSince !== null || hangs(end) || isGone(end)) return null
  const last = observed.at(-1)
  if (!last) return answers ? collector.from : null
  if (last.to < now - UNWATCHED_MS) return null
  const connected = { earliest: last.from, latest: last.from }
  return answers ? laterOf(connected, collector.from) : connected
}

/** A silence begins at a known moment; an open one is held against each poll, because a router that returns may report no change. */
export function recheckSilence(context: FoldContext, end: RouterEnd, fact: SessionFact): RecheckAt {
  if (openSilence(context, end, fact)) return NEXT_POLL
  const due = mayFallSilent(end, fact) ? (silenceOf(context, end)?.countsFrom ?? 0) : 0
  return due > context.mark.finishedAt ? due : null
}

export const laterOf = (a: Bounds, b: Bounds): Bounds => ({
  earliest: Math.max(a.earliest, b.earliest),
  latest: Math.max(a.latest, b.latest),
})

const earlierOf = (a: Bounds, b: Bounds): Bounds => ({
  earliest: Math.min(a.earliest, b.earliest),
  latest: Math.min(a.latest, b.latest),
})
