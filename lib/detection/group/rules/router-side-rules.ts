import {
  FALLEN_PATH_FLAG,
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type DetectedEvent,
  type Evidence,
} from '#lib/contract/index.ts'
import { formatRouterDownReason } from '#lib/contract/words/router-reasons.ts'
import { updateEventByCondition } from '../../model/event-condition.ts'
import {
  type DetectionContext,
  hasPollUsableRows,
  findOpenEvent,
  storeEventInScope,
  ensureResourceState,
} from '../../model/context.ts'
import { createEventKey, computeDurationBounds } from '../../model/event-key.ts'
import { createEvent, getSampleBounds, createSampleEvidence } from '../../model/create-event.ts'
import { findEarliestRecheck, getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../model/recheck.ts'
import {
  type RouterSideSession,
  type RouterStateInterval,
  getRouterSideResourceId,
  ROUTER_UNOBSERVED_AFTER_MS,
} from '../../model/router-side-session.ts'
import type { LiveEvent, SessionFact } from '../../model/scope-state.ts'
import { SESSION_FALL_KINDS, formatSessionSubject } from '../../model/subject.ts'
import { getMaxEndDifferenceMs, type SessionEndsVerdict, judgeSessionEnds } from '../../verdict/index.ts'
import { isLastPollStale } from '../facts/last-answer.ts'
import {
  isPathDependentOnSession,
  findSessionFact,
  isEventAboutRouterOutage,
  ROUTER_STATE_EVIDENCE_FIELD,
} from '../facts/router-side-sessions.ts'
import { detectRouterAnnouncementChange, findAnnouncementRecheckTime } from './announcements.ts'
import {
  reportRouterSilence,
  isRouterBgpProcessHanging,
  hasLaterSessionEvent,
  pickLaterBounds,
  findSilenceRecheckTime,
} from './router-silence.ts'

/** Flag of a session restart that only the customer's router reports. */
const BY_ROUTER = 'by_router'

/** Time in ms after a change of a session's state in which Azure's response may still contain the earlier state. */
const SETTLED_MS = 2_000

/**
 * Evaluates facts that customers' routers report about their end of a session, and that polls of Azure do not show:
 * falls, silent routers, changed announcements, restarts between polls, and ends whose states differ for too long.
 * Restarts and differing ends are evaluated only after a poll of the same session, because Azure's state must be newer
 * than the router's report.
 */
export function applyRouterSideRules(context: DetectionContext, ends: readonly RouterSideSession[]): LiveEvent[] {
  const { mark } = context
  for (const end of ends) {
    reportedDown(context, end)
    reportRouterSilence(context, end)
    detectRouterAnnouncementChange(context, end)
  }
  if (mark.kind !== 'summary' || !hasPollUsableRows(mark)) return []
  return ends
    .filter((end) => isOfCircuit(end, mark.scope))
    .flatMap((end) => {
      const fact = findSessionFact(context, end)
      if (!fact || fact.subresource !== mark.subresource) return []
      restartsBetweenPolls(context, end, fact)
      return endsDiffer(context, end, fact) ?? []
    })
}

/**
 * Reports whether the session of a router's end is on this circuit. Sessions on gateways are excluded, because a poll
 * of a gateway does not show how old the data in the response is.
 */
const isOfCircuit = ({ on }: RouterSideSession, scope: string) => 'circuit' in on && on.circuit === scope

/**
 * Returns the time at which the sessions that routers report for a circuit or gateway must be evaluated again, for
 * example because the states of the two ends have then differed for too long. If only the router reports a restart,
 * every poll is evaluated until a poll of the session itself decides whether Azure saw the restart, too.
 */
export function findRouterSideRecheckTime(context: DetectionContext, scope: string): DetectionRecheckTime {
  const own = (context.routerEnds ?? []).filter((end) => getRouterSideResourceId(end) === scope)
  return findEarliestRecheck(
    own.flatMap((end) => {
      const fact = findSessionFact(context, end)
      return fact
        ? [
            findSilenceRecheckTime(context, end, fact),
            recheckEnds(context, end, fact),
            findAnnouncementRecheckTime(context, end, fact),
          ]
        : []
    }),
  )
}

function recheckEnds(context: DetectionContext, end: RouterSideSession, fact: SessionFact): DetectionRecheckTime {
  if (!('circuit' in end.on)) return null
  const judged = judge(context, end, fact)
  const router = end.spans.at(-1)
  if (!router) return null
  // the next poll of the session itself shows whether Azure also reports the restart
  if (unreportedRestarts(context, end, fact).length > 0) return getRecheckTimeIfNeeded(true)
  if (judged.verdict === 'router_down' || judged.verdict === 'azure_down')
    return getRecheckTimeIfNeeded(
      findOpenEvent(context, 'session_ends_differ', getRouterSideResourceId(end), formatSessionSubject(fact)) === null,
    )
  if (judged.verdict !== 'settling' && judged.verdict !== 'not_read') return null
  return Math.max(router.from.latest, fact.since.latest) + getMaxEndDifferenceMs(end.holdTimeSeconds) + 1
}

/**
 * Reports the fall of a session that its customer's router reports before Azure is polled again (RFC 7854 section 4.9:
 * a Peer Down ends the session at that end). The event begins only if Azure's end was up in its last poll. If later
 * polls prove the fall, this event becomes a part of the event that those polls raise.
 */
function reportedDown(context: DetectionContext, end: RouterSideSession): void {
  const { mark, topology } = context
  const fact = findSessionFact(context, end)
  const router = end.spans.at(-1)
  if (!fact || !router || hasLaterSessionEvent(context, 'router_session_down', end, fact)) return
  const isFall =
    router.state === 'down' && end.spans.at(-2)?.state === 'up' && router.reason?.by !== 'monitoringStopped'
  // A state from a line of a log is valid from the time of that line, although nothing is received from the router
  // between two lines.
  const knownUntil = Math.max(end.observed.at(-1)?.to ?? 0, router.from.latest)
  const isKnown = router.state === 'up' || knownUntil >= mark.finishedAt - ROUTER_UNOBSERVED_AFTER_MS
  const isOver =
    fact.level === 'up' && mark.finishedAt - router.from.latest > getMaxEndDifferenceMs(end.holdTimeSeconds)
  const isPathLost = isPathDependentOnSession(topology, end)
  updateEventByCondition(context, {
    kind: 'router_session_down',
    scope: getRouterSideResourceId(end),
    subject: formatSessionSubject(fact),
    holds: isKnown ? isFall : isOver ? false : null,
    since: isKnown ? router.from : fact.since,
    severity: isPathLost ? 'major' : 'minor',
    flags: isPathLost ? [`${FALLEN_PATH_FLAG}${fact.subresource}`] : [],
    mayBegin: isFall && isKnown && fact.level === 'up' && !isFirstSight(fact, router.from) && !isOver,
    confirm: 1,
    evidence: [createSampleEvidence(ROUTER_STATE_EVIDENCE_FIELD, wordsOf(end, router), router.from)],
  })
}

function endsDiffer(context: DetectionContext, end: RouterSideSession, fact: SessionFact): LiveEvent | null {
  const { verdict } = judge(context, end, fact)
  const router = end.spans.at(-1)
  if (!router) return null
  const isDifferent = verdict === 'router_down' || verdict === 'azure_down'
  const holds = isDifferent ? true : verdict === 'one_end' || verdict === 'not_read' ? null : false
  return updateEventByCondition(context, {
    kind: 'session_ends_differ',
    scope: getRouterSideResourceId(end),
    subject: formatSessionSubject(fact),
    holds,
    since: pickLaterBounds(fact.since, router.from),
    severity: verdict === 'router_down' ? 'major' : 'warning',
    flags: isDifferent ? [verdict] : [],
    evidence: isDifferent ? evidenceOf(context, end, fact, router) : [],
  })
}

function judge(context: DetectionContext, end: RouterSideSession, fact: SessionFact): SessionEndsVerdict {
  const { mark } = context
  const now = mark.finishedAt
  const scope = getRouterSideResourceId(end)
  const isPolled = mark.scope === scope && mark.subresource === fact.subresource && mark.kind === 'summary'
  const azure = {
    state: isLastPollStale(context, { scope, subresource: fact.subresource, kind: 'summary' }) ? null : levelOf(fact),
    since: fact.since,
    seenAt: isPolled ? mark.startedAt : now,
  }
  const router = end.spans.at(-1)
  const until = end.observed.at(-1)?.to ?? 0
  // A router that hangs (its BGP process does not run) sends no reports of changes, so its last report is no longer
  // valid.
  const isWatched = until >= mark.startedAt - ROUTER_UNOBSERVED_AFTER_MS && !isRouterBgpProcessHanging(end)
  return judgeSessionEnds(
    azure,
    { state: isWatched ? (router?.state ?? null) : null, since: router?.from ?? null, seenAt: now },
    getMaxEndDifferenceMs(end.holdTimeSeconds),
    now,
  )
}

function levelOf({ level }: SessionFact): 'up' | 'down' | null {
  if (level === 'up') return 'up'
  return level === 'unknown' ? null : 'down'
}

function evidenceOf(
  { mark }: DetectionContext,
  end: RouterSideSession,
  fact: SessionFact,
  span: RouterStateInterval,
): Evidence[] {
  const sampledAfter = getSampleBounds(mark)
  return [
    createSampleEvidence('azureEnd', levelOf(fact), sampledAfter),
    createSampleEvidence(ROUTER_STATE_EVIDENCE_FIELD, wordsOf(end, span), span.from),
  ]
}

const wordsOf = ({ router }: RouterSideSession, { state, reason }: RouterStateInterval) =>
  reason ? `${router}: ${state}, ${formatRouterDownReason(reason)}` : `${router}: ${state}`

/**
 * Raises events for outages at the router that had ended when Azure was polled again, and that no poll of Azure shows.
 */
function restartsBetweenPolls(context: DetectionContext, end: RouterSideSession, fact: SessionFact): void {
  const { startedAt, previousOkAt } = context.mark
  for (const { fall, to } of unreportedRestarts(context, end, fact)) {
    if (to.latest + SETTLED_MS > startedAt) continue
    // If Azure was polled during the outage, the states of the two ends differed. That is reported by another event.
    if (previousOkAt !== null && previousOkAt > fall.from.latest) continue
    storeEventInScope(context, restartOf(context, end, formatSessionSubject(fact), { from: fall.from, to, fall }))
  }
}

/** Returns recent outages at the router that have ended and that no event covers yet. */
function unreportedRestarts(context: DetectionContext, end: RouterSideSession, fact: SessionFact) {
  const { mark, settings } = context
  // older outages were evaluated when they were new
  const oldest = mark.finishedAt - settings['memory.recent'] / 2
  return end.spans.flatMap((fall, index) => {
    const { state, from, to } = fall
    // the first report of a router may show a session as down that has never been up, which is not a restart
    if (state !== 'down' || end.spans[index - 1]?.state !== 'up') return []
    if (!to || from.latest < oldest || fact.level !== 'up' || isFirstSight(fact, from)) return []
    return isReported(context, end, fall, to) ? [] : [{ fall, to }]
  })
}

/** Reports whether a change at the router happened before the first poll that read the session at Azure's end. */
const isFirstSight = ({ since }: SessionFact, { earliest }: TimestampBounds): boolean =>
  since.earliest === INSTANT_BEFORE_MONITORING && since.latest >= earliest

/**
 * Reports whether the session already has an event that covers this outage at the router. If the times of the event
 * come from the router's reports, the event covers only outages between its start and its end. Otherwise it also covers
 * outages shortly before its start and shortly after its end.
 */
function isReported(
  context: DetectionContext,
  end: RouterSideSession,
  fall: RouterStateInterval,
  to: TimestampBounds,
): boolean {
  return Object.values(ensureResourceState(context, getRouterSideResourceId(end)).live).some(({ event }) => {
    if (!SESSION_FALL_KINDS.has(event.kind) || !event.subject.endsWith(`~${end.customer}`)) return false
    const isDated = event.evidence.some(({ field }) => field === ROUTER_STATE_EVIDENCE_FIELD)
    const isAbout = isDated ? isEventAboutRouterOutage(end, event, fall) : null
    if (isAbout !== null) return isAbout
    const { from } = fall
    const slack = isDated ? 0 : getMaxEndDifferenceMs(end.holdTimeSeconds)
    const until = event.ended?.latest ?? Number.POSITIVE_INFINITY
    return event.started.earliest <= to.latest + slack && until >= from.earliest - slack
  })
}

function restartOf(
  { mark }: DetectionContext,
  end: RouterSideSession,
  subject: string,
  { from, to, fall }: { from: TimestampBounds; to: TimestampBounds; fall: RouterStateInterval },
): DetectedEvent {
  const event = createEvent(mark, {
    kind: 'session_flap',
    severity: 'minor',
    scope: getRouterSideResourceId(end),
    subject,
    started: from,
    flags: [BY_ROUTER],
    evidence: [
      {
        field: ROUTER_STATE_EVIDENCE_FIELD,
        before: 'up',
        after: wordsOf(end, fall),
        sampledBefore: null,
        sampledAfter: from,
      },
    ],
  })
  // The key of the event depends on the outage and not on the poll, so that the same restart always has the same key.
  const key = createEventKey(
    'session_flap',
    { ...mark, startedAt: from.latest },
    getRouterSideResourceId(end),
    `${subject} ${BY_ROUTER}`,
  )
  return { ...event, key, ended: to, duration: computeDurationBounds(from, to) }
}
