import type { LastArpState } from '../../model/signal.ts'
import {
  type TimestampBounds,
  type CircuitPath,
  circuitPaths,
  type EpochMs,
  INSTANT_BEFORE_MONITORING,
  parsePathSubject,
} from '#lib/contract/index.ts'
import { computeLatestBeginBounds } from '../../model/event-key.ts'
import {
  judgeArpLayer,
  type BgpLayerState,
  isArpOutdated,
  type CircuitRedundancyVerdict,
  judgePath,
  judgeRedundancy,
  canBytesPredateLoss,
  type PathState,
  judgeProvisioningLayer,
} from '../../verdict/index.ts'
import { type DetectionContext, findOpenEvent, ensureResourceState } from '../../model/context.ts'
import { findEarliestRecheck, type DetectionRecheckTime } from '../../model/recheck.ts'
import type { ConfiguredLayerStates, SessionFact } from '../../model/scope-state.ts'
import { type LayerStateFromMetrics, readLayerFromMetrics } from './by-metrics.ts'
import { isLastPollStale, getSourceFreshness } from './last-answer.ts'
import { type PathTrafficVerdict, judgePathTraffic } from './traffic/path-traffic.ts'
import { type CircuitNode, type CircuitPeeringNode, PRIVATE_PEERING } from '../../model/topology.ts'

/**
 * The state of one path of a circuit's peering, derived from the stored facts about its session, ARP, traffic, metrics
 * and configuration.
 */
export interface PathStateWithLayers {
  path: CircuitPath
  /**
   * peering and path, for example `AzurePrivatePeering/primary`; it is the subresource by which the path is polled, and
   * the subject of its events
   */
  subresource: string
  state: PathState
  reason: string
  /**
   * start of the last poll that shows the path's state: the poll of the session if the session is down, otherwise of
   * ARP; null = not known, or the state comes from metrics
   */
  readAt: EpochMs | null
  /** bounds of the time at which the path entered its current state */
  since: TimestampBounds
  session: SessionFact | null
  arp: LastArpState | null
  layer: 'L2' | 'L3' | null
  traffic: PathTrafficVerdict
  /**
   * state of the path's BGP session and ARP entry according to Azure Monitor metrics, if the session summary is stale
   * and Azure refuses its poll; null = the summary is used, or metrics show nothing
   */
  measured: { bgp: LayerStateFromMetrics | null; arp: LayerStateFromMetrics | null } | null
  /**
   * true if the path has been down since before its peering was enabled, and the hold time since then has not passed,
   * so the session may still come up
   */
  isReturning: boolean
  /**
   * true if the path has no ARP entry and counts as up only because of traffic. All of this traffic may have passed
   * before the entry was lost
   */
  isUpByEarlierTraffic: boolean
}

export interface PeeringStateWithPaths extends CircuitRedundancyVerdict {
  paths: Record<CircuitPath, PathStateWithLayers>
  /**
   * bounds of the time at which the circuit was lost, if only the sessions of gateways prove the loss; otherwise null
   */
  lostToGateways: TimestampBounds | null
}

/** Returns the states of both paths of a peering, derived from all layers, and the redundancy that results. */
export function judgePeeringState(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
): PeeringStateWithPaths {
  const primary = judgePathState(context, circuit, peering, 'primary')
  const secondary = judgePathState(context, circuit, peering, 'secondary')
  // gateways have no sessions over Microsoft peering, so only private peering can be lost to gateways
  const lostToGateways = peering.name === PRIVATE_PEERING ? lostSince(context, circuit, [primary, secondary]) : null
  const judged = judgeRedundancy({
    primary: computeStateAtFallOfOther(primary, secondary),
    secondary: computeStateAtFallOfOther(secondary, primary),
    peeringConfigured: circuitPaths.some((path) => peering.customers[path] !== null),
    allMseeSessionsDown: lostToGateways !== null,
  })
  return { ...judged, paths: { primary, secondary }, lostToGateways }
}

/**
 * Returns the state of a path at the time when the other path fell. If both paths are down, but this one was last
 * polled before the other path fell, it may have come up in between. In this case the result is `unknown`, because both
 * paths may never have been down together.
 */
function computeStateAtFallOfOther({ state, readAt }: PathStateWithLayers, other: PathStateWithLayers): PathState {
  const isOlder = readAt !== null && readAt < other.since.earliest
  return state === 'down' && other.state === 'down' && isOlder ? 'unknown' : state
}

/** Returns the state of one path of a peering from all layers (BGP session, ARP, traffic, metrics, configuration). */
export function judgePathState(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  path: CircuitPath,
): PathStateWithLayers {
  const scope = ensureResourceState(context, circuit.scope)
  const subresource = `${peering.name}/${path}`
  const customer = peering.customers[path]
  const facts = Object.values(scope.sessions).filter(
    (fact) => fact.subresource === subresource && fact.neighbor === customer,
  )
  const session = facts.at(-1) ?? null
  const arp = scope.arp[subresource] ?? null
  const intent = scope.intent[peering.name]
  const isRead = session !== null && !isLastPollStale(context, { scope: circuit.scope, subresource, kind: 'summary' })
  const measured = isRead ? null : measuredPath(context, circuit.scope, subresource)
  const bgp: BgpLayerState = isRead ? layerOf(session, intent) : (measured?.bgp?.level ?? 'unknown')
  const tableOfArp = { scope: circuit.scope, subresource, kind: 'arp' } as const
  const isOutdated =
    arp && isArpOutdated(arp.state, bgp, getSourceFreshness(context, tableOfArp).at, session?.since ?? null)
  const known = arp && !isLastPollStale(context, tableOfArp) && !isOutdated ? arp : null
  const l2 = known ? judgeArpLayer(known.state, known, bgp) : (measured?.arp?.level ?? 'unknown')
  const traffic = judgePathTraffic(context, circuit, peering, path, { session, isUp: bgp === 'up', arp: known, l2 })
  const countedFrom = traffic.counted?.earliest ?? null
  const passedBeforeArp = canBytesPredateLoss(countedFrom, known && l2 === 'down' ? [known.since] : [])
  const lost = lastLost(context, circuit, peering, subresource, session)
  // A metric shows the path as down only for minutes in which the path did not carry its usual bytes. If there are such
  // minutes, the counted bytes passed at another time and do not show that the path is up.
  const isLostByMetrics = measured?.bgp?.level === 'down'
  const passedBefore = isLostByMetrics || passedBeforeArp || canBytesPredateLoss(countedFrom, lost ? [lost] : [])
  const { state, reason } = judgePath({
    configured: customer !== null,
    provisioned: intent ? (intent.onBy === undefined ? judgeProvisioningLayer(intent) : 'up') : 'unknown',
    isBeingDeleted: intent?.peering?.toLowerCase() === 'deleting',
    l2,
    arp: known?.state ?? 'unknown',
    bgp,
    downReason: session?.downReason ?? null,
    // Missing traffic is evidence against a path only if traffic is expected. Therefore it is used only if traffic is
    // proved to have stopped (`traffic.dead`).
    traffic: traffic.dead ? 'quiet' : traffic.layer,
    passedBefore,
    expectation: traffic.dead ? 'high' : 'none',
    metrics: measured && { bgp: measured.bgp?.percent ?? null, arp: known ? null : (measured.arp?.percent ?? null) },
  })
  const deadSince = state === 'degraded' ? (traffic.dead?.since ?? cutOffAfter(session, traffic)) : null
  // If only bytes show that the path is up, it came up between the last poll that showed it down and the end of the
  // sample with these bytes.
  const movesAgain = state === 'up' && bgp === 'unknown' && lost ? traffic.counted : null
  const since =
    deadSince ??
    (movesAgain && lost
      ? { earliest: lost.earliest, latest: movesAgain.latest }
      : (measuredSince(state, measured) ?? sinceOf(state, bgp, session, known, intent?.since ?? null)))
  return {
    path,
    subresource,
    state,
    reason,
    // Metrics of both paths cover the same minutes, so the times of their polls need not be compared.
    readAt: measured
      ? null
      : getSourceFreshness(context, { scope: circuit.scope, subresource, kind: bgp === 'down' ? 'summary' : 'arp' }).at,
    since,
    session,
    arp: known,
    layer: state === 'down' ? (l2 === 'down' ? 'L2' : 'L3') : null,
    traffic,
    measured,
    isReturning: state === 'down' && session !== null && isReturning(context, session, intent),
    isUpByEarlierTraffic: state === 'up' && passedBeforeArp,
  }
}

/**
 * Returns the time until which a session may still come up after its peering was enabled: a hold time after that
 * change. Null if the peering did not change during monitoring, if the session is up, or if it went down only after the
 * change.
 */
function returnsUntil(
  { settings }: DetectionContext,
  session: SessionFact,
  intent: ConfiguredLayerStates | undefined,
): EpochMs | null {
  const isChanged = intent !== undefined && intent.since.earliest !== INSTANT_BEFORE_MONITORING
  const wasDownBefore = isChanged && session.level !== 'up' && session.since.latest <= intent.since.latest
  return wasDownBefore ? intent.since.latest + settings['timers.hold'] : null
}

function isReturning(
  context: DetectionContext,
  session: SessionFact,
  intent: ConfiguredLayerStates | undefined,
): boolean {
  return (returnsUntil(context, session, intent) ?? 0) >= context.mark.finishedAt
}

/**
 * Returns the time at which a path begins to count as down because its session did not come up within a hold time after
 * the peering was enabled. Null if no session is expected to come up.
 */
export function findReturningSessionsRecheckTime(context: DetectionContext, scope: string): DetectionRecheckTime {
  const circuit = context.topology.circuits.find((one) => one.scope === scope)
  const state = context.scopes[scope]
  if (!circuit || !state) return null
  const times = Object.values(state.sessions).map((session) => {
    const { peering } = parsePathSubject(session.subresource)
    return returnsUntil(context, session, peering === null ? undefined : state.intent[peering])
  })
  return findEarliestRecheck(times.map((at) => (at !== null && at >= context.mark.finishedAt ? at + 1 : null)))
}

function measuredPath(
  context: DetectionContext,
  circuit: string,
  subresource: string,
): PathStateWithLayers['measured'] {
  const bgp = readLayerFromMetrics(context, circuit, subresource, 'summary')
  return bgp && { bgp, arp: readLayerFromMetrics(context, circuit, subresource, 'arp') }
}

/** Returns the bounds of the begin of a path's state if it comes from metrics; otherwise null. */
function measuredSince(state: PathState, measured: PathStateWithLayers['measured']): TimestampBounds | null {
  return state === 'up' || state === 'down' ? (measured?.bgp?.since ?? null) : null
}

/**
 * Returns the state of a path's BGP layer from its session. The result is `never_established` if the session was never
 * up and its peering was created or enabled during monitoring.
 */
function layerOf({ level, isUnseen }: SessionFact, intent: ConfiguredLayerStates | undefined): BgpLayerState {
  const isNew = intent !== undefined && intent.since.earliest !== INSTANT_BEFORE_MONITORING
  if (isUnseen && isNew) return 'never_established'
  switch (level) {
    case 'up':
      return 'up'
    case 'down':
    case 'gone':
      return 'down'
    case 'never':
      return 'never_established'
    case 'unknown':
      return 'unknown'
  }
}

/**
 * Returns the time when a path was cut off, if its session was already up before that time; otherwise null. A path is
 * cut off when its bytes stop and its ARP entry is gone.
 */
const cutOffAfter = (session: SessionFact | null, { cutOff }: PathTrafficVerdict): TimestampBounds | null =>
  cutOff && session && session.since.latest <= cutOff.latest ? cutOff : null

/**
 * Returns the latest time at which a path was known to be lost, from the last poll of its session and from open events;
 * null = no source shows that it was lost. Bytes that were counted before that time do not show that the path is up.
 */
function lastLost(
  context: DetectionContext,
  { scope }: CircuitNode,
  { name }: CircuitPeeringNode,
  subresource: string,
  session: SessionFact | null,
): TimestampBounds | null {
  const lastRead = getSourceFreshness(context, { scope, subresource, kind: 'summary' }).at ?? 0
  const isDown = session?.level === 'down' || session?.level === 'gone'
  const read = isDown ? [session.since, { earliest: lastRead, latest: lastRead }] : []
  const reported = [
    findOpenEvent(context, 'path_down', scope, subresource),
    findOpenEvent(context, 'circuit_down', scope, name),
  ].flatMap((live) => live?.event.started ?? [])
  return read.length + reported.length > 0 ? computeLatestBeginBounds([...read, ...reported]) : null
}

const EVER: TimestampBounds = { earliest: INSTANT_BEFORE_MONITORING, latest: INSTANT_BEFORE_MONITORING }

/**
 * Returns the bounds of the start of a path's state. A path is down from the fall of its session or, if the session is
 * not known to be down, from the loss of its ARP entry. A path is degraded from the time when its session was up and
 * its ARP entry was gone, that is, from the later of the two changes.
 */
function sinceOf(
  state: PathState,
  bgp: BgpLayerState,
  session: SessionFact | null,
  arp: LastArpState | null,
  intent: TimestampBounds | null,
): TimestampBounds {
  if (state === 'disabled') return intent ?? EVER
  if (state === 'down' && bgp !== 'down') return arp?.since ?? EVER
  // A path is degraded if its session is up and its ARP entry is gone, so the state begins with the later of these two
  // changes.
  if (state === 'degraded' && session && arp) return computeLatestBeginBounds([session.since, arp.since])
  // A session that was already down when its peering was enabled counts as down only from that time on.
  if (state === 'down' && session && intent && intent.earliest !== INSTANT_BEFORE_MONITORING)
    return computeLatestBeginBounds([session.since, intent])
  // A session may have been up all the time while its peering was disabled. Its path counts as up only from the time
  // when the peering was enabled.
  if (state === 'up' && session && intent) return computeLatestBeginBounds([session.since, intent])
  return session?.since ?? EVER
}

/**
 * Returns the time since which no connected gateway has had a session with either edge router (MSEE) of the circuit.
 * The time cannot be earlier than the last poll of the circuit itself that showed a path as up (docs/rules/detection.md
 * 2.4).
 * @returns null if the gateways do not prove that the circuit is lost
 */
function lostSince(
  context: DetectionContext,
  circuit: CircuitNode,
  paths: readonly PathStateWithLayers[],
): TimestampBounds | null {
  const gateways = context.topology.gateways.filter((gateway) => gateway.circuits.includes(circuit.scope))
  const { failing } = ensureResourceState(context, circuit.scope)
  // if an operator paused the polls of a circuit, no event about it must be raised from other sources either
  if (paths.some(({ subresource }) => failing[`${subresource} summary`]?.paused)) return null
  const downs: TimestampBounds[] = []
  for (const { scope } of gateways) {
    // A session that a stale poll showed as down may be up again, so it proves nothing.
    if (isLastPollStale(context, { scope, subresource: '', kind: 'peers' })) return null
    for (const { path } of paths) {
      const neighbors = context.topology.mappings
        .filter((known) => known.gateway === scope && known.circuit === circuit.scope && known.path === path)
        .map(({ neighbor }) => neighbor)
      const facts = Object.values(ensureResourceState(context, scope).sessions).filter(
        ({ neighbor, level }) => neighbors.includes(neighbor) && level !== 'never' && level !== 'gone',
      )
      if (facts.length === 0 || facts.some(({ level }) => level !== 'down')) return null
      downs.push(...facts.map(({ since }) => since))
    }
  }
  if (downs.length === 0 || paths.every(({ state }) => state !== 'unknown')) return null
  // The circuit was available as long as at least one path was up.
  const lastUp = paths.flatMap(({ subresource, session }) =>
    session?.level === 'up'
      ? (getSourceFreshness(context, { scope: circuit.scope, subresource, kind: 'summary' }).at ?? [])
      : [],
  )
  const proven = computeLatestBeginBounds(downs)
  return {
    earliest: lastUp.length > 0 ? Math.min(Math.max(...lastUp), proven.latest) : proven.earliest,
    latest: proven.latest,
  }
}
