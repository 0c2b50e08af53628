import { INSTANT_BEFORE_MONITORING, type TimestampBounds, PROVED_BY_METRIC_FLAG } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { updateEventByCondition, closeEvent } from '../../model/event-condition.ts'
import { type DetectionContext, ensureResourceState, isEventOpen } from '../../model/context.ts'
import { computeLatestBeginBounds } from '../../model/event-key.ts'
import { getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../model/recheck.ts'
import type { LastAvailability, LiveEvent, ResourceState, SessionFact } from '../../model/scope-state.ts'
import { parseSubjectInstance, parseSubjectNeighbor } from '../../model/subject.ts'
import { createSessionEvidence } from '../../model/create-event.ts'
import { groupConsecutiveMinutes } from './apply-availability.ts'
import { wasLastPollRefused, MAX_CURRENT_METRIC_AGE_MS } from './by-metrics.ts'
import { isSessionInsideGateway } from './gateway-sessions.ts'

/**
 * Derives the sessions of VPN gateways from Azure Monitor if Azure refuses to report the sessions themselves, and
 * raises or ends their session_down events. A metric has one value per interval, so an outage shorter than half an
 * interval is not found. Intervals without a value are ignored.
 */
export function deriveSessionsFromMetrics(context: DetectionContext): LiveEvent[] {
  const { mark, topology } = context
  const gateway = topology.gateways.find(({ scope }) => scope === mark.scope)
  if (!gateway) return []
  const scope = ensureResourceState(context, gateway.scope)
  if (!areSessionPollsRefused(context, gateway.scope)) {
    forgetMeasured(scope)
    return []
  }
  if (mark.kind !== 'metrics') return []
  const lastGoodAt = scope.failing[' peers']?.lastGoodAt ?? INSTANT_BEFORE_MONITORING
  return Object.entries(scope.availability).flatMap(([subject, fact]) => {
    const session = measure(scope, { subject, fact, lastGoodAt, now: mark.finishedAt })
    if (!session || isSessionInsideGateway(context, gateway.scope, session.fact)) return []
    scope.sessions[formatMeasuredKey(subject)] = session.fact
    if (isPolledOutageOpen(scope, session.fact)) return []
    const live = updateEventByCondition(context, {
      kind: 'session_down',
      scope: gateway.scope,
      subject,
      holds: session.fact.level === 'down',
      since: session.fact.since,
      severity: 'minor',
      flags: [PROVED_BY_METRIC_FLAG],
      ...(session.isSure && { confirm: 1 as const }),
      evidence: createSessionEvidence([session.fact]),
    })
    return live ?? []
  })
}

/**
 * Reports whether Azure refuses or does not offer the poll of a gateway's sessions, and their last successful poll is
 * stale.
 */
export const areSessionPollsRefused = (context: DetectionContext, scope: string): boolean =>
  wasLastPollRefused(context, { scope, subresource: '', kind: 'peers' })

const formatMeasuredKey = (subject: string) => `measured ${subject}`

/**
 * Removes the derived sessions, because the sessions themselves are reported again. Open outages end as soon as a
 * session with the same neighbor is reported as up.
 */
function forgetMeasured({ sessions, live }: ResourceState): void {
  for (const [key, fact] of Object.entries(sessions)) if (fact.isMeasured) delete sessions[key]
  for (const one of Object.values(live)) {
    const { kind, flags, subject, started } = one.event
    if (kind !== 'session_down' || !flags.includes(PROVED_BY_METRIC_FLAG) || !isEventOpen(one)) continue
    const own = Object.values(sessions).filter(({ neighbor }) => neighbor === parseSubjectNeighbor(subject))
    if (own.length === 0 || own.some(({ level }) => level !== 'up')) continue
    const rise = computeLatestBeginBounds(own.map(({ since }) => since))
    closeEvent(one, rise.earliest > started.earliest ? rise : { earliest: started.earliest, latest: rise.latest })
  }
}

/**
 * Returns a session as its metric shows it. Null if the value is too old or does not belong to a session. Also null if
 * the metric is read for the first time and shows the session as down, because its newest interval may still change.
 */
function measure(
  { sessions }: ResourceState,
  { subject, fact, lastGoodAt, now }: { subject: string; fact: LastAvailability; lastGoodAt: number; now: number },
): { fact: SessionFact; isSure: boolean } | null {
  const { reported, down = [] } = fact
  const neighbor = parseSubjectNeighbor(subject)
  if (!subject.includes('~') || now - reported.latest > MAX_CURRENT_METRIC_AGE_MS) return null
  const last = groupConsecutiveMinutes(down).at(-1)
  const isDown = last !== undefined && last.last.latest >= reported.latest
  if (isDown && fact.isFirst) return null
  const known = Object.values(sessions).find((one) => one.neighbor === neighbor)
  return {
    fact: {
      subresource: '',
      localAddress: parseSubjectInstance(subject),
      neighbor,
      asn: known?.asn ?? null,
      level: isDown ? 'down' : 'up',
      isMeasured: true,
      since: isDown ? fellIn(fact, last.first, lastGoodAt) : roseIn(fact, last?.last),
      downReason: null,
      prefixes: null,
      lastPrefixes: null,
      countBetween: null,
    },
    isSure: isDown && last.minutes.length > 1,
  }
}

/**
 * Returns the bounds of a fall. It is after the start of the last interval in which the session was up, and before the
 * end of the first interval in which it was not. If the session was up during the whole earlier interval, it fell in
 * the last minute of that interval or later.
 */
function fellIn({ well, ...fact }: LastAvailability, first: TimestampBounds, lastGoodAt: number): TimestampBounds {
  const left =
    well && isWholeInterval(fact, well) ? well.latest - MS_PER_MINUTE : (well?.earliest ?? INSTANT_BEFORE_MONITORING)
  const earliest = Math.max(left, lastGoodAt)
  return { earliest, latest: Math.max(earliest, first.latest) }
}

/**
 * Reports whether a session was up during a whole interval, or down for less than a minute of it. Azure Monitor
 * computes the value of an interval from one sample per minute.
 */
const isWholeInterval = (
  { reported, low }: Omit<LastAvailability, 'well'>,
  { earliest, latest }: TimestampBounds,
): boolean =>
  reported.earliest <= earliest && latest <= reported.latest && !low.some((one) => one.earliest === earliest)

/**
 * Returns the bounds of the time when a session came up. It is after the start of the last interval in which the
 * session was down, and before the end of the next interval. If the session was up during the whole next interval, it
 * came up in the first minute of that interval or earlier.
 */
function roseIn(fact: LastAvailability, last: TimestampBounds | undefined): TimestampBounds {
  if (!last) return { earliest: INSTANT_BEFORE_MONITORING, latest: INSTANT_BEFORE_MONITORING }
  const { grainMs = MS_PER_MINUTE } = fact
  const next = { earliest: last.latest, latest: last.latest + grainMs }
  return { earliest: last.earliest, latest: isWholeInterval(fact, next) ? next.earliest + MS_PER_MINUTE : next.latest }
}

/**
 * Reports whether an outage of a session with the same neighbor is open that was found by a poll of the sessions and
 * not by a metric.
 */
const isPolledOutageOpen = ({ live }: ResourceState, { neighbor }: SessionFact): boolean =>
  Object.values(live).some(
    (one) =>
      one.event.kind === 'session_down' &&
      isEventOpen(one) &&
      !one.event.flags.includes(PROVED_BY_METRIC_FLAG) &&
      parseSubjectNeighbor(one.event.subject) === neighbor,
  )

/** Returns the next poll as the time of the next evaluation, if Azure refuses the sessions of a gateway. */
export const getRecheckTimeOfMeasuredSessions = (context: DetectionContext, scope: string): DetectionRecheckTime =>
  getRecheckTimeIfNeeded(
    context.topology.gateways.some((one) => one.scope === scope) && areSessionPollsRefused(context, scope),
  )
