import type { ArpFact } from '../../model/signal.ts'
import {
  type Bounds,
  type CircuitPath,
  circuitPaths,
  type EpochMs,
  BEFORE_MONITORING,
  parsePath,
} from '#lib/contract/index.ts'
import { sinceAll } from '../../model/event-key.ts'
import {
  arpLayer,
  type BgpLayer,
  type JudgedRedundancy,
  judgePath,
  judgeRedundancy,
  mayHavePassedBefore,
  type PathState,
  provisionedLayer,
} from '../../verdict/index.ts'
import { type FoldContext, openEvent, scopeOf } from '../../model/context.ts'
import { earliestRecheck, type RecheckAt } from '../../model/recheck.ts'
import type { IntentFact, SessionFact } from '../../model/scope-state.ts'
import { type MeasuredLayer, measuredLayer } from './by-metrics.ts'
import { isStale, lastAnswer } from './last-answer.ts'
import { type PathTraffic, pathTraffic } from './traffic/path-traffic.ts'
import type { CircuitNode, PeeringNode } from '../../model/topology.ts'

/** One path as the facts show it. */
export interface PathView {
  path: CircuitPath
  /** the subresource of its sources, and the subject of its events */
  subresource: string
  state: PathState
  reason: string
  /** begin of the last reading of what it is judged down by; null = not known */
  readAt: EpochMs | null
  /** since when it is in this state */
  since: Bounds
  session: SessionFact | null
  arp: ArpFact | null
  layer: 'L2' | 'L3' | null
  traffic: PathTraffic
  /** what metrics show in place of the router, which may not be asked; null = it was, or they show nothing */
  measured: { bgp: MeasuredLayer | null; arp: MeasuredLayer | null } | null
  /** down since it was disabled, and enabled so lately that its session may not be up yet */
  isReturning: boolean
  /** up although its ARP entry is lost, by bytes that may all have passed before it was */
  isUpByEarlierTraffic: boolean
}

export interface JudgedPeeringView extends JudgedRedundancy {
  paths: Record<CircuitPath, PathView>
  /** when the gateways alone prove that it is lost: since when */
  lostToGateways: Bounds | null
}

/** Both paths of a peering by all layers, and what that makes of its redundancy. */
export function judgedPeering(context: FoldContext, circuit: CircuitNode, peering: PeeringNode): JudgedPeeringView {
  const primary = judgedPath(context, circuit, peering, 'primary')
  const secondary = judgedPath(context, circuit, peering, 'secondary')
  const lostToGateways = lostSince(context, circuit, [primary, secondary])
  const judged = judgeRedundancy({
    primary: stateBeside(primary, secondary),
    secondary: stateBeside(secondary, primary),
    peeringConfigured: circuitPaths.some((path) => peering.customers[path] !== null),
    allMseeSessionsDown: lostToGateways !== null,
  })
  return { ...judged, paths: { primary, secondary }, lostToGateways }
}

/**
 * A path's state as of when the other one fell: one that was read as down before the other was last seen up may have been back by then, so
 * that the two together show no moment at which both were lost.
 */
function stateBeside({ state, readAt }: PathView, other: PathView): PathState {
  const isOlder = readAt !== null && readAt < other.since.earliest
  return state === 'down' && other.state === 'down' && isOlder ? 'unknown' : state
}

/** One path of a peering by all layers. */
export function judgedPath(
  context: FoldContext,
  circuit: CircuitNode,
  peering: PeeringNode,
  path: CircuitPath,
): PathView {
  const scope = scopeOf(context, circuit.scope)
  const subresource = `${peering.name}/${path}`
  const customer = peering.customers[path]
  const facts = Object.values(scope.sessions).filter(
    (fact) => fact.subresource === subresource && fact.neighbor === customer,
  )
  const session = facts.at(-1) ?? null
  const arp = scope.arp[subresource] ?? null
  const known = arp && !isStale(context, { scope: circuit.scope, subresource, kind: 'arp' }) ? arp : null
  const intent = scope.intent[peering.name]
  const isRead = session !== null && !isStale(context, { scope: circuit.scope, subresource, kind: 'summary' })
  const measured = isRead ? null : measuredPath(context, circuit.scope, subresource)
  const bgp: BgpLayer = isRead ? layerOf(session, intent) : (measured?.bgp?.level ?? 'unknown')
  const l2 = known ? arpLayer(known.state, known, bgp) : (measured?.arp?.level ?? 'unknown')
  const traffic = pathTraffic(context, circuit, peering, path, { session, isUp: bgp === 'up', arp: known, l2 })
  const countedFrom = traffic.counted?.earliest ?? null
  const passedBeforeArp = mayHavePassedBefore(countedFrom, known && l2 === 'down' ? [known.since] : [])
  const lost = lastLost(context, circuit, peering, subresource, session)
  // minutes in which the path moved its bytes are not down by metrics, so that others passed before or after them
  const isLostByMetrics = measured?.bgp?.level === 'down'
  const passedBefore = isLostByMetrics || passedBeforeArp || mayHavePassedBefore(countedFrom, lost ? [lost] : [])
  const { state, reason } = judgePath({
    configured: customer !== null,
    provisioned: intent ? (intent.onBy === undefined ? provisionedLayer(intent) : 'up') : 'unknown',
    isBeingDeleted: intent?.peering?.toLowerCase() === 'deleting',
    l2,
    arp: known?.state ?? 'unknown',
    bgp,
    downReason: session?.downReason ?? null,
    // quiet with nothing expected is a passive path; that something is, the flat test has to prove
    traffic: traffic.dead ? 'quiet' : traffic.layer,
    passedBefore,
    expectation: traffic.dead ? 'high' : 'none',
    metrics: measured && { bgp: measured.bgp?.percent ?? null, arp: known ? null : (measured.arp?.percent ?? null) },
  })
  const deadSince = state === 'degraded' ? (traffic.dead?.since ?? cutOffAfter(session, traffic)) : null
  // only bytes show it up: since the last reading that showed it down, at the latest since they were counted
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
    // minutes of metrics are of one time on both paths
    readAt: measured
      ? null
      : lastAnswer(context, { scope: circuit.scope, subresource, kind: bgp === 'down' ? 'summary' : 'arp' }).at,
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

/** Returns until when a session that was down while its peering was disabled may come up (a hold time after the change); null = it was not. */
function returnsUntil({ settings }: FoldContext, session: SessionFact, intent: IntentFact | undefined): EpochMs | null {
  const isChanged = intent !== undefined && intent.since.earliest !== BEFORE_MONITORING
  const wasDownBefore = isChanged && session.level !== 'up' && session.since.latest <= intent.since.latest
  return wasDownBefore ? intent.since.latest + settings['timers.hold'] : null
}

function isReturning(context: FoldContext, session: SessionFact, intent: IntentFact | undefined): boolean {
  return (returnsUntil(context, session, intent) ?? 0) >= context.mark.finishedAt
}

/** Returns when a path is judged down if its session does not come up after its peering was enabled. */
export function recheckReturning(context: FoldContext, scope: string): RecheckAt {
  const circuit = context.topology.circuits.find((one) => one.scope === scope)
  const state = context.scopes[scope]
  if (!circuit || !state) return null
  const times = Object.values(state.sessions).map((session) => {
    const { peering } = parsePath(session.subresource)
    return returnsUntil(context, session, peering === null ? undefined : state.intent[peering])
  })
  return earliestRecheck(times.map((at) => (at !== null && at >= context.mark.finishedAt ? at + 1 : null)))
}

function measuredPath(context: FoldContext, circuit: string, subresource: string): PathView['measured'] {
  const bgp = measuredLayer(context, circuit, subresource, 'summary')
  return bgp && { bgp, arp: measuredLayer(context, circuit, subresource, 'arp') }
}

/** Since when a path is up or down where metrics alone say that it is. */
function measuredSince(state: PathState, measured: PathView['measured']): Bounds | null {
  return state === 'up' || state === 'down' ? (measured?.bgp?.since ?? null) : null
}

/** A session that nobody saw up, on a peering that was seen to be made or enabled, is as old as its age and was never up. */
function layerOf({ level, isUnseen }: SessionFact, intent: IntentFact | undefined): BgpLayer {
  const isNew = intent !== undefined && intent.since.earliest !== BEFORE_MONITORING
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

/** What came up only after its bytes had stopped is lost since its ARP entry is. */
const cutOffAfter = (session: SessionFact | null, { cutOff }: PathTraffic): Bounds | null =>
  cutOff && session && session.since.latest <= cutOff.latest ? cutOff : null

/**
 * When a path was last known to be lost, by its session's last reading or by what is reported of it: bytes that were counted from before
 * then do not show it up. Null = nothing says that it was.
 */
function lastLost(
  context: FoldContext,
  { scope }: CircuitNode,
  { name }: PeeringNode,
  subresource: string,
  session: SessionFact | null,
): Bounds | null {
  const lastRead = lastAnswer(context, { scope, subresource, kind: 'summary' }).at ?? 0
  const isDown = session?.level === 'down' || session?.level === 'gone'
  const read = isDown ? [session.since, { earliest: lastRead, latest: lastRead }] : []
  const reported = [
    openEvent(context, 'path_down', scope, subresource),
    openEvent(context, 'circuit_down', scope, name),
  ].flatMap((live) => live?.event.started ?? [])
  return read.length + reported.length > 0 ? sinceAll([...read, ...reported]) : null
}

const EVER: Bounds = { earliest: BEFORE_MONITORING, latest: BEFORE_MONITORING }

/** A path is down since its session is, and without word of that since its ARP entry is; so is one that is only degraded. */
function sinceOf(
  state: PathState,
  bgp: BgpLayer,
  session: SessionFact | null,
  arp: ArpFact | null,
  intent: Bounds | null,
): Bounds {
  if (state === 'disabled') return intent ?? EVER
  if (state === 'down' && bgp !== 'down') return arp?.since ?? EVER
  // its session stands, however long already: it is the ARP entry that went
  if (state === 'degraded' && session && arp) return sinceAll([session.since, arp.since])
  // a session that was down before its peering was enabled is missed since then
  if (state === 'down' && session && intent && intent.earliest !== BEFORE_MONITORING)
    return sinceAll([session.since, intent])
  // a session that was up all the time may have been disabled until its intent changed
  if (state === 'up' && session && intent) return sinceAll([session.since, intent])
  return session?.since ?? EVER
}

/**
 * Since when every gateway session to both of the circuit's MSEEs has been down, on every instance of every connected
 * gateway; the lower bound is the last word of the circuit itself that a path was up (docs/rules/detection.md 2.4).
 */
function lostSince(context: FoldContext, circuit: CircuitNode, paths: readonly PathView[]): Bounds | null {
  const gateways = context.topology.gateways.filter((gateway) => gateway.circuits.includes(circuit.scope))
  const { failing } = scopeOf(context, circuit.scope)
  // who paused a circuit does not want to learn of it, from whoever reports
  if (paths.some(({ subresource }) => failing[`${subresource} summary`]?.paused)) return null
  const downs: Bounds[] = []
  for (const { scope } of gateways) {
    // what it showed down last may be back by now
    if (isStale(context, { scope, subresource: '', kind: 'peers' })) return null
    for (const { path } of paths) {
      const neighbors = context.topology.mappings
        .filter((known) => known.gateway === scope && known.circuit === circuit.scope && known.path === path)
        .map(({ neighbor }) => neighbor)
      const facts = Object.values(scopeOf(context, scope).sessions).filter(
        ({ neighbor, level }) => neighbors.includes(neighbor) && level !== 'never' && level !== 'gone',
      )
      if (facts.length === 0 || facts.some(({ level }) => level !== 'down')) return null
      downs.push(...facts.map(({ since }) => since))
    }
  }
  if (downs.length === 0 || paths.every(({ state }) => state !== 'unknown')) return null
  // the circuit was there for as long as either path was
  const lastUp = paths.flatMap(({ subresource, session }) =>
    session?.level === 'up'
      ? (lastAnswer(context, { scope: circuit.scope, subresource, kind: 'summary' }).at ?? [])
      : [],
  )
  const proven = sinceAll(downs)
  return {
    earliest: lastUp.length > 0 ? Math.min(Math.max(...lastUp), proven.latest) : proven.earliest,
    latest: proven.latest,
  }
}
