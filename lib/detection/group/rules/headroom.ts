import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { createSampleEvidence, getSampleBounds } from '../../model/create-event.ts'
import type { TimestampBounds, Evidence } from '#lib/contract/index.ts'
import { detectPeerFamily, findPrefixLimit } from '../../headroom/index.ts'
import type { PathStateWithLayers } from '../facts/circuit-facts.ts'
import { type EventCondition, updateEventByCondition } from '../../model/event-condition.ts'
import { type DetectionContext, findOpenEvent, ensureResourceState } from '../../model/context.ts'
import type { LiveEvent, SessionFact } from '../../model/scope-state.ts'
import type { CircuitNode, CircuitPeeringNode } from '../../model/topology.ts'

/**
 * Compares the number of prefixes that a path's sessions learn in each address family with the limit of that family,
 * and raises or ends events.
 */
export function evaluatePrefixHeadroom(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  path: PathStateWithLayers,
): LiveEvent[] {
  const { settings, mark, runsOut } = context
  const isAsked = runsOut && mark.scope === circuit.scope && mark.subresource === path.subresource
  const own = shortOf(context, path.session, {
    scope: circuit.scope,
    subject: path.subresource,
    limit: findPrefixLimit(peering.name, circuit.premium, settings, detectPeerFamily(peering.customers[path.path])),
    evidence: isAsked
      ? [createSampleEvidence('limit reached', formatDuration(runsOut.between), getSampleBounds(context.mark))]
      : [],
  })
  const second = shortOf(context, secondSession(context, circuit, peering, path), {
    scope: circuit.scope,
    subject: `${path.subresource} IPv6`,
    limit: findPrefixLimit(peering.name, circuit.premium, settings, 6),
    evidence: [],
  })
  return [own, second].flatMap((live) => live ?? [])
}

function secondSession(
  context: DetectionContext,
  { scope }: CircuitNode,
  { secondFamily }: CircuitPeeringNode,
  { subresource, path }: PathStateWithLayers,
): SessionFact | null {
  const neighbor = secondFamily?.[path] ?? null
  if (neighbor === null) return null
  const own = Object.values(ensureResourceState(context, scope).sessions)
  return own.find((fact) => fact.subresource === subresource && fact.neighbor === neighbor) ?? null
}

/**
 * Compares a session's prefix count with its limit. If the session is not up, the count is unknown, and an open event
 * does not end.
 */
function shortOf(
  context: DetectionContext,
  session: SessionFact | null,
  counted: Omit<Counted, 'count' | 'since'>,
): LiveEvent | null {
  const since = session?.countBetween ?? getSampleBounds(context.mark)
  return updatePrefixHeadroomEvent(context, {
    ...counted,
    since,
    count: session?.level === 'up' ? session.prefixes : null,
  })
}

interface Counted extends Pick<EventCondition, 'scope' | 'subject' | 'since' | 'atFirstSight'> {
  /** number of prefixes; null = not reported (an open event is then not changed) */
  count: number | null
  /** maximum number of prefixes; null = no limit is documented (no event is then raised) */
  limit: number | null
  evidence: readonly Evidence[]
}

/**
 * Raises or ends an event about a prefix count that is close to its limit. The event begins at a higher share of the
 * limit than the share at which it ends, so that it does not begin and end repeatedly.
 */
export function updatePrefixHeadroomEvent(context: DetectionContext, counted: Counted): LiveEvent | null {
  const { settings } = context
  const { scope, subject, count, limit, since, atFirstSight = false, evidence } = counted
  if (limit === null) return null
  const share = count === null ? null : count / limit
  const open = findOpenEvent(context, 'prefix_headroom', scope, subject)
  return updateEventByCondition(context, {
    kind: 'prefix_headroom',
    scope,
    subject,
    holds: share === null ? null : share >= settings[open ? 'headroom.clear' : 'headroom.warn'],
    since,
    atFirstSight,
    severity: share !== null && share >= settings['headroom.major'] ? 'major' : 'warning',
    evidence: [
      createSampleEvidence('prefixesReceived', `${count} of ${limit}`, getSampleBounds(context.mark)),
      ...evidence,
    ],
  })
}

function formatDuration(between: TimestampBounds | null): string {
  return between === null
    ? 'not growing by the largest counts of the last days'
    : `between ${formatUtcDay(between.earliest)} and ${formatUtcDay(between.latest)} if it goes on as in the last days`
}
