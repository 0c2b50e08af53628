import { MSEE_ASN } from '#lib/bgp/index.ts'
import { type Cause, type DetectedEvent, type EventKind, parsePathSubject } from '#lib/contract/index.ts'
import { type DetectionContext, hasPollUsableRows, ensureResourceState } from '../../../model/context.ts'
import type { LiveEvent, SessionFact } from '../../../model/scope-state.ts'
import { parseSubjectInstance, parseSubjectNeighbor } from '../../../model/subject.ts'
import type { NeighborPathMapping } from '../../../model/topology.ts'
import { findUnreadConfigurationLayer } from './unread-configuration.ts'
import { createCause } from './create-cause.ts'

const EDGE_SESSION = 'gateway_edge_session'
const kinds = new Set<EventKind>(['session_down', 'session_flap', 'session_flapping'])
/**
 * Minimum time (5 minutes) for which the session with the customer's router must have been up before an event. It
 * covers the delay of one round of polls, because a flap is reported only when the session is back and the customer's
 * session may have fallen earlier in the same round.
 */
const UP_BEFORE_MS = 5 * 60_000
/** Maximum time (15 minutes) after an event to wait for a poll of the session with the customer's router. */
const WAIT_MS = 15 * 60_000

/**
 * Returns the cause if a session between a gateway instance and a Microsoft edge router fell or restarted. Microsoft
 * runs both ends of this session. The customer and the provider are excluded as owners only if the customer's session
 * on that edge router was up before the event, and is still up in a poll that began after the event.
 * @returns null for other sessions, and if the customer's session is not known to have stayed up
 */
export function findEdgeSessionCauses(context: DetectionContext, event: DetectedEvent): Cause[] | null {
  const path = edgeOf(context, event)
  if (!path || !stayedUp(context, event, path)) return null
  if (!isDecided(event) && !isSeenSince(context, event, path)) return null
  const step = `${event.kind === 'session_down' ? 'Give' : 'No action for a single restart. If restarts continue, give'} Microsoft these times: both ends are Microsoft’s, and the session of the customer’s router stayed up.`
  return [createCause(EDGE_SESSION, 'microsoft', 0.6, step, findUnreadConfigurationLayer(context, event))]
}

/**
 * Reports whether the causes of an event must be evaluated again after the next poll of the customer's session, because
 * that poll may show that the session stayed up.
 */
export function isAwaitingCustomerSession(context: DetectionContext, { event }: LiveEvent): boolean {
  if (isDecided(event) || context.mark.startedAt - event.started.latest > WAIT_MS) return false
  const path = edgeOf(context, event)
  return path !== null && stayedUp(context, event, path)
}

const isDecided = ({ causes }: DetectedEvent) => causes.some(({ class: name }) => name === EDGE_SESSION)

/** Reports whether a session is between a gateway and an edge router, so that Microsoft runs both ends. */
export function isEdgeRouterSession({ scopes }: DetectionContext, { scope, subject }: DetectedEvent): boolean {
  const [instance, neighbor] = [parseSubjectInstance(subject), parseSubjectNeighbor(subject)]
  return Object.values(scopes[scope]?.sessions ?? {}).some(
    (one) => one.localAddress === instance && one.neighbor === neighbor && one.asn === MSEE_ASN,
  )
}

/**
 * Returns the circuit path that ends at the edge router of a session. Null if the far end of the session is not an edge
 * router, or if the neighbor is not mapped to a path.
 */
function edgeOf(context: DetectionContext, event: DetectedEvent): NeighborPathMapping | null {
  const { kind, scope, subject } = event
  if (!kinds.has(kind) || !isEdgeRouterSession(context, event)) return null
  const neighbor = parseSubjectNeighbor(subject)
  return context.topology.mappings.find((one) => one.gateway === scope && one.neighbor === neighbor) ?? null
}

function stayedUp(context: DetectionContext, { started }: DetectedEvent, path: NeighborPathMapping): boolean {
  const from = started.earliest - UP_BEFORE_MS
  const customers = customersOf(context, path)
  return customers.length > 0 && customers.every(({ level, since }) => level === 'up' && since.latest <= from)
}

const customersOf = (context: DetectionContext, { circuit, path }: NeighborPathMapping): SessionFact[] =>
  Object.values(ensureResourceState(context, circuit).sessions).filter(
    ({ subresource }) => parsePathSubject(subresource).path === path,
  )

/**
 * Reports whether this poll read the customer's session after the event. A state that was polled before the event does
 * not show whether the session stayed up.
 */
function isSeenSince(
  { mark }: DetectionContext,
  { started, ended }: DetectedEvent,
  { circuit, path }: NeighborPathMapping,
): boolean {
  const isOfPath = mark.kind === 'summary' && mark.scope === circuit && parsePathSubject(mark.subresource).path === path
  return isOfPath && hasPollUsableRows(mark) && mark.startedAt >= (ended ?? started).latest
}
