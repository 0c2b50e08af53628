import {
  type Cause,
  type CircuitPath,
  circuitPaths,
  type DetectedEvent,
  doTimestampBoundsOverlap,
  parsePathSubject,
  formatPathSubject,
  findDefaultCause,
  userActionEventKinds,
} from '#lib/contract/index.ts'
import { PHYSICAL_LINK_LOST_FLAG } from '../../../model/event-condition.ts'
import {
  type DetectionContext,
  hasPollUsableRows,
  isEventOpen,
  listLiveEvents,
  ensureResourceState,
} from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { isLastPollStale } from '../../facts/last-answer.ts'
import { findLinkStateEvidence, type LinkStateEvidenceResult } from '../../facts/link-proof.ts'
import { parseSubjectNeighbor, SESSION_FALL_KINDS } from '../../../model/subject.ts'
import { canEventsBeginTogether, isWithinHoldTime } from '../../facts/hold-time.ts'
import { type CircuitNode, findPathOfCustomerAddress, type NeighborPathMapping } from '../../../model/topology.ts'
import { findFormerSitePaths, hasEdgeRouterSession, isSiteEdgeLost, findLostSiteEvents } from './edge-loss.ts'
import { formatCircuitPathEvidence, formatBothPathsEvidence } from './path-facts.ts'
import { findCustomerRouterLoss } from './router-lost.ts'
import { getRouterOperator } from './router-owner.ts'
import { formatRefusedSessionReport, formatSilentRouterReport, formatUnexplainedFallReport } from './router-reason.ts'
import { findExplainingChange } from './configuration-cause.ts'
import { findFailoverTestCause } from './failover-test.ts'
import { findUnreadConfigurationLayer } from './unread-configuration.ts'
import { createCause, MIN_NAMED_CONFIDENCE, UNKNOWN_CAUSE } from './create-cause.ts'

/**
 * Returns the party that owns the physical link: the customer for a circuit on the customer's own ExpressRoute Direct
 * port, otherwise the provider.
 */
const wireOwner = ({ connectivity }: CircuitNode) => (connectivity === 'direct' ? 'onprem' : 'provider')

const circuitOf = ({ topology }: DetectionContext, event: DetectedEvent) =>
  topology.circuits.find(({ scope }) => scope === event.scope) ?? null

/**
 * Returns the candidate causes of a fallen circuit path (primary or secondary). They follow from the reason that its
 * session reports, from ARP and link states, and from other events at about the same time.
 */
export function findPathDownCauses(context: DetectionContext, event: DetectedEvent): Cause[] {
  const circuit = circuitOf(context, event)
  if (!circuit) return []
  const scope = ensureResourceState(context, event.scope)
  const arp = scope.arp[event.subject]
  const session = Object.values(scope.sessions).find(
    ({ subresource, level }) => subresource === event.subject && level === 'down',
  )
  const peer = peerBehind(context, event)
  const missing = peer === 'unknown' ? ['the gateway session of this path'] : []
  const known = formatCircuitPathEvidence(context, circuit, event.subject)
  if (session?.downReason === 'prefixLimit') return [createPrefixLimitCause({ flags: [] })]
  const limit = limitBehind(context, event)
  if (limit) return [limit]
  const drained = drainOf(context, event)
  if (drained) return [drained]
  const edge = findEdgeRouterLoss(context, circuit, event, known)
  if (edge) return [edge]
  const router = findCustomerRouterLoss(context, circuit, event)
  if (router) return [router]
  if (arp?.empty && peer !== 'up') {
    return [
      createCause(
        'msee_device',
        'microsoft',
        0.5,
        `The Microsoft edge router of this path gives no data. Ask Microsoft.${known}`,
        missing,
      ),
    ]
  }
  const silent = formatSilentRouterReport(context, event)
  const link = linkBehind(context, circuit, event)
  const byPeering =
    silent !== null || arp?.state !== 'complete' ? findSinglePeeringFault(context, circuit, event, known) : null
  if (byPeering) return [byPeering]
  if (arp && arp.state !== 'complete' && arp.state !== 'unknown') {
    const step =
      circuit.connectivity === 'direct'
        ? 'Check the optics and the cross-connect of your ExpressRoute port, and the router behind it.'
        : `Ask ${circuit.provider ?? 'the provider'} for the link of this path, and check the customer router's port.`
    const unread = [...missing, ...link.unread]
    return [createCause('provider_or_customer_link', wireOwner(circuit), 0.7, `${step}${known}`, unread)]
  }
  if (silent !== null) return [silentWire(circuit, silent, known, [...missing, ...link.unread])]
  const unexplained = formatUnexplainedFallReport(context, event)
  if (unexplained !== null)
    return [{ ...UNKNOWN_CAUSE, nextStep: `${unexplained} Compare the logs of both ends.${known}` }]
  const unread = findUnreadConfigurationLayer(context, event)
  const unknown = arp?.state === 'complete' ? [...missing, ...unread] : [...missing, 'ARP', ...unread]
  return [
    createCause(
      CUSTOMER_BGP,
      getRouterOperator(circuit),
      0.7,
      `Layer 2 works, but BGP does not. Check the customer router's BGP log (configuration, MD5, process).${known}`,
      unknown,
    ),
  ]
}

/**
 * Returns the loss of Microsoft's edge router as a cause, if the customer and the gateways lost their sessions with
 * that router together. A fault of the link or of the customer's router cannot explain both losses
 * (docs/rules/detection.md 3.6).
 * @returns null if a gateway still has its session with the router, or if the link is proved to work
 */
export function findEdgeRouterLoss(
  context: DetectionContext,
  circuit: CircuitNode,
  event: DetectedEvent,
  known = '',
): Cause | null {
  const path = pathBehind(circuit, event)
  if (path === null || !isEdgeGone(context, circuit, path, event)) return null
  if (findLinkStateEvidence(context, circuit, path, event).proof) return null
  const step = `Ask Microsoft: the gateways lost this path's Microsoft edge router together with its session to the customer.${known}`
  return createCause('msee_device', 'microsoft', 0.7, step)
}

/**
 * Reports whether every gateway that has a session with the edge router of a path lost that session within a hold time
 * of an event. The result is false if one of these gateways may have lost its session with another edge router at the
 * same moment although the path of that router still works, because that gateway then probably has a fault of its own. Losses that follow from a deliberate change show
 * neither fault, so a gateway that lost the edge router only by such a change is left out.
 */
function isEdgeGone(
  context: DetectionContext,
  { scope }: CircuitNode,
  path: CircuitPath,
  event: DetectedEvent,
): boolean {
  if (event.flags.includes('by_gateway_peers')) return false
  const { mappings } = context.topology
  const near = listLiveEvents(context).filter(({ event: other }) => isWithinHoldTime(context, other, event))
  const lossesOf = ({ gateway, neighbor }: NeighborPathMapping) =>
    near.flatMap(({ event: other }) =>
      other.kind === 'peer_lost' && other.scope === gateway && other.subject === neighbor ? other : [],
    )
  const isFault = (loss: DetectedEvent) => !isByDeliberateChange(context, loss)
  const isPathLost = (of: string, its: CircuitPath) =>
    near.some(
      ({ event: { kind, scope: other, subject } }) =>
        other === of && (kind === 'circuit_down' || (kind === 'path_down' && parsePathSubject(subject).path === its)),
    )
  const isOwn = (one: NeighborPathMapping) => one.circuit === scope && one.path === path
  const own = mappings.filter((one) => isOwn(one) && (lossesOf(one).length === 0 || lossesOf(one).some(isFault)))
  // The same polls show all losses of a gateway, so that losses with separate bounds began at different moments.
  const isAlone = (ownNeighbor: NeighborPathMapping) =>
    mappings.every(
      (one) =>
        one.gateway !== ownNeighbor.gateway ||
        isOwn(one) ||
        isPathLost(one.circuit, one.path) ||
        // A session that was lost after this event was detected has another reason.
        !lossesOf(one).some(
          (loss) =>
            lossesOf(ownNeighbor).some(({ started }) => doTimestampBoundsOverlap(started, loss.started)) &&
            loss.started.earliest <= event.detectedAt &&
            isFault(loss),
        ),
    )
  return own.length > 0 && own.every((one) => lossesOf(one).length > 0 && isAlone(one))
}

/**
 * Reports whether a gateway lost an edge router because of a deliberate change. The loss is then a part of the event of
 * the change, or a failover test of Azure or a logged deletion of the connection explains the loss. The event of a
 * removal may belong to another group of resources, for example if the removed connection exists again. The loss is
 * then recognized by its flag `removed`.
 */
function isByDeliberateChange(context: DetectionContext, loss: DetectedEvent): boolean {
  const isPart = isPartOfUserAction(context, loss) ?? loss.flags.includes('removed')
  if (isPart || findFailoverTestCause(context, loss)) return true
  const change = findExplainingChange(context, loss)
  return !!change && change.confidence >= MIN_NAMED_CONFIDENCE && /connections\/delete$/i.test(change.entry.operation)
}

/**
 * Reports whether an event is a part of an event about a deliberate change; null if it is not a part of a known event.
 */
function isPartOfUserAction(context: DetectionContext, { partOf }: DetectedEvent): boolean | null {
  const whole = listLiveEvents(context).find(({ event }) => event.key === partOf)
  return whole ? userActionEventKinds.has(whole.event.kind) : null
}

/**
 * Returns the causes of a fallen session with the customer's router: the loss of the edge router, or the reason that
 * the customer's router reports. Null if neither gives a cause.
 */
export function findCustomerSessionCauses(context: DetectionContext, event: DetectedEvent): Cause[] | null {
  const circuit = circuitOf(context, event)
  if (!circuit) return null
  const edge = findEdgeRouterLoss(context, circuit, event)
  if (edge) return [edge]
  const silent = formatSilentRouterReport(context, event)
  if (silent) return [findSinglePeeringFault(context, circuit, event) ?? silentWire(circuit, silent)]
  const refused = formatRefusedSessionReport(context, event)
  if (refused) {
    const step = `Check the customer router's BGP log and its load at that time, and the path towards Azure. ${refused}`
    return [createCause(CUSTOMER_BGP, getRouterOperator(circuit), 0.5, step)]
  }
  const unexplained = formatUnexplainedFallReport(context, event)
  return unexplained === null ? null : [{ ...UNKNOWN_CAUSE, nextStep: `Compare the logs of both ends. ${unexplained}` }]
}

function silentWire(circuit: CircuitNode, silent: string, known = '', missing: readonly string[] = []): Cause {
  const step = `Ask ${circuit.provider ?? 'the provider'} for the link of this path, and check the customer router's port. ${silent} An ARP entry may remain after the link failed.`
  return createCause('provider_or_customer_link', wireOwner(circuit), 0.7, `${step}${known}`, missing)
}

/**
 * Returns the proof that the link of a fallen path or session works, and descriptions of the sessions whose state is
 * needed for this proof but could not be read. The path of a session is found by the address of its neighbor.
 */
function linkBehind(context: DetectionContext, circuit: CircuitNode, event: DetectedEvent): LinkStateEvidenceResult {
  const path = pathBehind(circuit, event)
  return path === null ? { proof: null, unread: [] } : findLinkStateEvidence(context, circuit, path, event)
}

function pathBehind({ peerings }: CircuitNode, { kind, subject }: DetectedEvent): CircuitPath | null {
  if (!SESSION_FALL_KINDS.has(kind)) return parsePathSubject(subject).path
  return (
    peerings
      .map((peering) => findPathOfCustomerAddress(peering, parseSubjectNeighbor(subject)))
      .find((path) => path !== null) ?? null
  )
}

/**
 * Returns the fault of a single peering or address family as a cause, if another peering or session on the same link
 * still works (docs/rules/detection.md 3.6); null if the link is not proved to work.
 */
export function findSinglePeeringFault(
  context: DetectionContext,
  circuit: CircuitNode,
  event: DetectedEvent,
  known = '',
): Cause | null {
  const own = pathBehind(circuit, event)
  const links = (own === null ? circuitPaths : [own]).map((path) => ({
    path,
    ...findLinkStateEvidence(context, circuit, path, event),
  }))
  const proven = links.flatMap(({ path, proof }) =>
    proof ? `The link of the ${path} path works: ${proof.words}.` : [],
  )
  if (proven.length === 0) return null
  const missing = [
    ...links.flatMap(({ path, proof }) => (proof ? [] : `the link of the ${path} path`)),
    ...findUnreadConfigurationLayer(context, event),
  ]
  const where =
    circuit.connectivity === 'telco'
      ? `with ${circuit.provider ?? 'the provider'}, who runs its router`
      : 'on the customer router'
  const step = `Check VLAN, sub-interface, VRF and policy of this peering ${where}. ${proven.join(' ')} If the settings are right, ask Microsoft about its side of this peering.`
  return createCause('peering_fault', getRouterOperator(circuit), 0.7, `${step}${known}`, missing)
}

/** Returns the cause "prefix limit exceeded". Its confidence is lower if the event has the flag `inferred`. */
export const createPrefixLimitCause = ({ flags }: Pick<DetectedEvent, 'flags'>): Cause => ({
  ...findDefaultCause('prefix_limit_exceeded'),
  ...(flags.includes('inferred') ? { confidence: 0.7 } : {}),
})

/**
 * Returns the prefix limit as a cause if the peering exceeded its limit within a hold time of the event; null if not.
 */
function limitBehind(context: DetectionContext, event: DetectedEvent): Cause | null {
  const { peering } = parsePathSubject(event.subject)
  const limit = listLiveEvents(context).find(
    ({ event: other }) =>
      other.kind === 'prefix_limit_exceeded' &&
      other.scope === event.scope &&
      other.subject === peering &&
      isWithinHoldTime(context, other, event),
  )
  return limit ? createPrefixLimitCause(limit.event) : null
}

/**
 * Returns Microsoft's maintenance as a cause if Microsoft drained the path before it fell. A drain is visible as
 * additional prepends of Microsoft's ASN (docs/rules/detection.md 3.6). Null if the path was not drained.
 */
function drainOf(context: DetectionContext, event: DetectedEvent): Cause | null {
  const peers = mappingsOf(context, event).map(({ neighbor }) => neighbor)
  const drain = listLiveEvents(context).some(
    ({ event: other, peersBefore = [], peersAfter = [] }) =>
      other.kind === 'best_path_shift' &&
      other.flags.includes('drain') &&
      other.started.earliest <= event.started.latest &&
      peers.some((peer) => peersBefore.includes(peer) && !peersAfter.includes(peer)),
  )
  if (!drain) return null
  const step = 'Check Service Health for planned maintenance: Microsoft drained this path before it fell.'
  return createCause('msee_maintenance', 'microsoft', 0.9, step)
}

/**
 * Confidence of the cause "the customer's site lost its own power or routers", if the site lost all its paths, or if
 * all circuits are lost.
 */
const EDGE_LOST = 0.85

/**
 * Returns the candidate causes of a circuit that lost both paths. The responsible party follows from other circuits
 * that were lost at the same time: at the same location, of the same provider, or of the same site.
 */
export function findCircuitDownCauses(context: DetectionContext, event: DetectedEvent): Cause[] {
  const circuit = circuitOf(context, event)
  if (!circuit) return []
  const sessions = Object.values(ensureResourceState(context, circuit.scope).sessions)
  if (sessions.some(({ downReason }) => downReason === 'prefixLimit')) return [createPrefixLimitCause({ flags: [] })]
  const limit = limitBehind(context, event)
  if (limit) return [limit]
  const isByGateways =
    event.flags.includes('by_gateway_peers') ||
    circuitPaths.every(
      (path) =>
        isEdgeGone(context, circuit, path, event) && !findLinkStateEvidence(context, circuit, path, event).proof,
    )
  const known = formatBothPathsEvidence(context, circuit, event.subject)
  const isBgpOnly = isLinkWell(context, event) && !formatSilentRouterReport(context, event)
  const byPeering = isBgpOnly ? null : findSinglePeeringFault(context, circuit, event, known)
  // If only the gateways report the loss, the state of the link and the sessions on the customer's side is unknown. A
  // working link then does not show which party is responsible.
  if (byPeering) return isByGateways ? [] : [byPeering]
  const others = context.topology.circuits.filter(({ scope }) => scope !== circuit.scope)
  const unreadConfig = findUnreadConfigurationLayer(context, event)
  const falls = others.flatMap((other) => {
    const fall = findFallWith(context, other.scope, event)
    return fall ? [{ other, fall }] : []
  })
  const alsoDown = falls.map(({ other }) => other)
  if (isByGateways) {
    const atPlace = others.filter(({ location }) => location !== null && location === circuit.location)
    const here = atPlace.filter((one) => alsoDown.includes(one))
    const isWhole = atPlace.every((one) => here.includes(one) || !isCustomerUp(context, one))
    const isOfMany =
      isWhole &&
      here.some(({ scope, provider }) => provider !== circuit.provider && !hasEdgeRouterSession(context, scope))
    const step = isOfMany
      ? `All circuits at ${circuit.location} are lost: check Service Health and ask Microsoft.`
      : 'The gateway and the circuit are both lost. Check Service Health and ask Microsoft.'
    return [
      createCause(
        isWhole ? 'peering_location_loss' : 'msee_device',
        'microsoft',
        isOfMany ? 0.9 : 0.7,
        step,
        isOfMany ? [] : unreadConfig,
      ),
    ]
  }
  const silent = alsoDown.length === 0 ? formatSilentRouterReport(context, event) : null
  if (silent) return [silentWire(circuit, silent)]
  if (alsoDown.length === 0 && isLinkWell(context, event)) {
    const step = `Layer 2 works on both paths, but BGP works on neither. Check the BGP log of the customer's routers (configuration, MD5, process).`
    return [createCause(CUSTOMER_BGP, getRouterOperator(circuit), 0.7, `${step}${known}`, unreadConfig)]
  }
  const sameProvider = alsoDown.filter(({ provider }) => provider !== null && provider === circuit.provider)
  const unread = [
    ...circuitPaths.flatMap((path) => findLinkStateEvidence(context, circuit, path, event).unread),
    // ARP was complete when it was last polled. If it still is, neither link has failed.
    ...(alsoDown.length === 0 && areLinksUp(context, event) ? ['ARP since the loss'] : []),
  ]
  const outage = createCause(
    'provider_outage',
    wireOwner(circuit),
    // If a circuit of another provider was lost too, a cause that both circuits share is likelier than an outage of
    // this provider.
    sameProvider.length > 0 ? 0.9 : alsoDown.length > 0 ? 0.4 : 0.6,
    `Ask ${circuit.provider ?? 'the provider'}: both paths were lost within one hold time, while the gateway's sessions stayed up.${known}`,
    unread,
  )
  // Circuits that certainly fell at different moments may have separate faults.
  const isAtOnce = falls.some(({ fall }) => doTimestampBoundsOverlap(fall.started, event.started))
  const edge = createCause(
    'onprem_edge_loss',
    'onprem',
    isOfLostSite(context, event) || (alsoDown.length > 0 && alsoDown.length === others.length)
      ? EDGE_LOST
      : isAtOnce
        ? 0.5
        : 0.4,
    'Check power and routers at the site behind this circuit.',
  )
  return [outage, edge]
}

/**
 * Reports whether ARP is complete on both paths, and was polled after the fall of the circuit. It was polled then if
 * this poll is such a poll, or if the event already has a cause that an earlier one proved. Complete ARP shows that
 * neither the provider's link nor a port has failed (docs/rules/detection.md 3.6).
 */
function isLinkWell(context: DetectionContext, event: DetectedEvent): boolean {
  const { mark } = context
  const isAnswer =
    mark.kind === 'arp' &&
    mark.scope === event.scope &&
    hasPollUsableRows(mark) &&
    mark.startedAt >= event.started.latest
  return areLinksUp(context, event) && (isAnswer || isDecided(event))
}

/**
 * Reports whether the causes of a lost circuit must be evaluated again after the next ARP poll, because that poll may
 * show that both links stayed up.
 */
export const isAwaitingArpPoll = (context: DetectionContext, live: LiveEvent): boolean =>
  live.event.kind === 'circuit_down' && isEventOpen(live) && areLinksUp(context, live.event) && !isDecided(live.event)

const CUSTOMER_BGP = 'customer_bgp'
const isDecided = ({ causes }: DetectedEvent) => causes.some(({ class: name }) => name === CUSTOMER_BGP)

function areLinksUp(context: DetectionContext, { scope, subject }: DetectedEvent): boolean {
  const { arp } = ensureResourceState(context, scope)
  const wasLost = listLiveEvents(context).some(
    ({ event }) =>
      event.kind === 'path_down' &&
      event.scope === scope &&
      event.flags.includes(PHYSICAL_LINK_LOST_FLAG) &&
      event.ended === null,
  )
  return !wasLost && circuitPaths.every((path) => arp[formatPathSubject(subject, path)]?.state === 'complete')
}

/**
 * Reports whether a declared or learned site behind a circuit also lost its other paths at about the same time, because
 * the site's own power or routers failed. A result of true is kept even if the site has returned since. The other
 * circuits of the site may be up and may only have lost the site's prefixes.
 */
function isOfLostSite(context: DetectionContext, event: DetectedEvent): boolean {
  const was = event.causes.find(({ class: name }) => name === 'onprem_edge_loss')
  if (was?.confidence === EDGE_LOST) return true
  return findLostSiteEvents(context).some(
    (live) =>
      isWithinHoldTime(context, live.event, event) &&
      isSiteEdgeLost(context, live) &&
      findFormerSitePaths(context, live).circuits.some(({ scope }) => scope === event.scope),
  )
}

/**
 * Returns the loss of another circuit that may have begun at the same moment as an event; null if there is none. A
 * circuit with a fault of a single peering does not count, because its link works. A circuit whose loss is a part of an
 * act, for example of its provider or a disabled peering, does not count either, because the act explains it.
 */
function findFallWith(context: DetectionContext, scope: string, event: DetectedEvent): DetectedEvent | null {
  const found = listLiveEvents(context).find(
    ({ event: other }) =>
      other.kind === 'circuit_down' &&
      other.scope === scope &&
      other.causes[0]?.class !== 'peering_fault' &&
      canEventsBeginTogether(context, [other, event]) &&
      !isPartOfUserAction(context, other),
  )
  return found?.event ?? null
}

/** Reports whether a session of a circuit with the customer's router is up, according to a poll that is not stale. */
const isCustomerUp = (context: DetectionContext, { scope, peerings }: CircuitNode): boolean =>
  Object.values(ensureResourceState(context, scope).sessions).some(
    ({ subresource, neighbor, level }) =>
      level === 'up' &&
      peerings.some((peering) => findPathOfCustomerAddress(peering, neighbor) !== null) &&
      !isLastPollStale(context, { scope, subresource, kind: 'summary' }),
  )

const mappingsOf = ({ topology }: DetectionContext, { scope, subject }: DetectedEvent) =>
  topology.mappings.filter(({ circuit, path }) => circuit === scope && parsePathSubject(subject).path === path)

/**
 * Returns the state of the gateways' sessions with the edge router (MSEE) of this path: 'up' if at least one session is
 * up.
 */
function peerBehind(context: DetectionContext, event: DetectedEvent): 'up' | 'down' | 'unknown' {
  const levels = mappingsOf(context, event).flatMap(({ gateway, neighbor }) =>
    Object.values(ensureResourceState(context, gateway).sessions)
      .filter((fact) => fact.subresource === '' && fact.neighbor === neighbor)
      .map(({ level }) => level),
  )
  if (levels.includes('up')) return 'up'
  return levels.includes('down') ? 'down' : 'unknown'
}
