import {
  type TimestampBounds,
  PROVED_BY_METRIC_FLAG,
  circuitPaths,
  parsePathSubject,
  type Severity,
} from '#lib/contract/index.ts'
import { computeLatestBeginBounds, computeEarliestBeginBounds } from '../../model/event-key.ts'
import { detectPeerFamily, findPrefixLimit } from '../../headroom/index.ts'
import { type PathStateWithLayers, type PeeringStateWithPaths, judgePeeringState } from '../facts/circuit-facts.ts'
import { PHYSICAL_LINK_LOST_FLAG, updateEventByCondition } from '../../model/event-condition.ts'
import { createPathEvidence } from './path-evidence.ts'
import { type DetectionContext, listLiveEvents, findOpenEvent, ensureResourceState } from '../../model/context.ts'
import { readLayerFromMetrics, type OutageInMetrics } from '../facts/by-metrics.ts'
import { isLastPollStale } from '../facts/last-answer.ts'
import { evaluatePrefixHeadroom } from './headroom.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import type { CircuitNode, CircuitPeeringNode } from '../../model/topology.ts'

/**
 * Raises and ends the events about paths and redundancy of every circuit: path_down, redundancy_lost,
 * redundancy_restored, circuit_down, and events about prefix limits.
 */
export function evaluateCircuitRules(context: DetectionContext): LiveEvent[] {
  return context.topology.circuits.flatMap((circuit) =>
    circuit.peerings.flatMap((peering) => {
      const view = judgePeeringState(context, circuit, peering)
      passedOutages(context, circuit, peering, view)
      return [
        ...circuitPaths.map((path) => pathDown(context, circuit, view.paths[path], view)),
        redundancyLost(context, circuit, peering, view),
        circuitDown(context, circuit, peering, view),
        limitExceeded(context, circuit, peering, view),
        ...circuitPaths.flatMap((path) => evaluatePrefixHeadroom(context, circuit, peering, view.paths[path])),
      ].flatMap((live) => live ?? [])
    }),
  )
}

/**
 * Reports outages that had already ended when Azure Monitor metrics first showed them. Each gets an event with its
 * begin and end. If both paths were down at the same time, the loss of the circuit is reported too.
 */
function passedOutages(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  view: PeeringStateWithPaths,
): void {
  const outagesOf = ({ measured }: PathStateWithLayers) => measured?.bgp?.passed ?? []
  const say = (kind: 'path_down' | 'circuit_down', subject: string, { fell, rose, isSure }: OutageInMetrics) => {
    const severity: Severity = kind === 'circuit_down' ? severityOfLoss(context, circuit, subject) : 'major'
    const one = {
      kind,
      scope: circuit.scope,
      subject,
      severity,
      flags: [PROVED_BY_METRIC_FLAG],
      ...(isSure && { confirm: 1 as const }),
    }
    if (findOpenEvent(context, kind, circuit.scope, subject)) return
    updateEventByCondition(context, { ...one, holds: true, since: fell })
    updateEventByCondition(context, { ...one, holds: false, since: rose })
  }
  const { primary, secondary } = view.paths
  for (const path of [primary, secondary])
    for (const outage of outagesOf(path)) say('path_down', path.subresource, outage)
  for (const a of outagesOf(primary))
    for (const b of outagesOf(secondary)) {
      const fell = computeLatestBeginBounds([a.fell, b.fell])
      const rose = computeEarliestBeginBounds([a.rose, b.rose])
      if (fell.latest < rose.earliest) say('circuit_down', peering.name, { fell, rose, isSure: a.isSure && b.isSure })
    }
}

function pathDown(
  context: DetectionContext,
  circuit: CircuitNode,
  path: PathStateWithLayers,
  view: PeeringStateWithPaths,
): LiveEvent | null {
  const { state, since, layer, subresource } = path
  const live = updateEventByCondition(context, {
    kind: 'path_down',
    scope: circuit.scope,
    subject: subresource,
    // A path that was down when its peering was disabled has not recovered by this, so its event stays open.
    holds: state === 'down' ? true : state === 'unknown' || state === 'disabled' ? null : false,
    since,
    mayBegin: !path.isReturning,
    severity:
      view.redundancy === 'no_path'
        ? graverWithoutOther(context, circuit, findOpenEvent(context, 'path_down', circuit.scope, subresource))
        : 'major',
    // If both session and ARP show the path as down (or a metric shows it for two minutes), no second poll is needed
    // for confirmation.
    ...((layer === 'L2' && path.session?.level === 'down') || path.measured?.bgp?.isSure ? { confirm: 1 } : {}),
    flags: path.measured ? [PROVED_BY_METRIC_FLAG] : [],
    evidence: createPathEvidence(path),
  })
  if (live && state === 'down') carryOn(live, path.measured !== null)
  if (live && state === 'down' && !live.event.flags.includes(PHYSICAL_LINK_LOST_FLAG)) {
    // ARP is polled after the session, so the failed layer and its evidence may become known only after the event
    // began.
    const flags = [...live.event.flags.filter((flag) => flag !== 'L3'), layer ?? 'L3']
    live.event = { ...live.event, flags, evidence: createPathEvidence(path) }
  }
  return live
}

/**
 * Removes the flag `PROVED_BY_METRIC_FLAG` (only metrics prove the event) from an open event if polls of the router now
 * confirm the state.
 */
function carryOn(live: LiveEvent, isMeasured: boolean): void {
  const { flags } = live.event
  if (!isMeasured && flags.includes(PROVED_BY_METRIC_FLAG))
    live.event = { ...live.event, flags: flags.filter((flag) => flag !== PROVED_BY_METRIC_FLAG) }
}

function redundancyLost(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  view: PeeringStateWithPaths,
): LiveEvent | null {
  const { primary, secondary } = view.paths
  const downs = [primary, secondary].filter(({ state }) => state === 'down' || state === 'degraded')
  const holds = holdsByRedundancy(view)
  const isMeasured = downs.some(({ measured }) => measured)
  const live = updateEventByCondition(context, {
    kind: 'redundancy_lost',
    scope: circuit.scope,
    subject: peering.name,
    holds,
    since: holds ? firstOf(downs) : wellSince(context, circuit, [primary, secondary]),
    severity: 'major',
    mayBegin: view.redundancy === 'reduced' && downs.length > 0 && !downs.some(({ isReturning }) => isReturning),
    flags: isMeasured ? [PROVED_BY_METRIC_FLAG] : [],
    ...(view.redundancy === 'redundant' ? { paired: 'redundancy_restored' as const } : {}),
  })
  if (live && holds) carryOn(live, isMeasured)
  return live
}

/**
 * Returns the time since which both paths have been healthy. Usually this is the later of the times at which their
 * sessions came up. If the sessions were up all the time and only traffic or ARP had failed, it is the time at which
 * traffic or ARP recovered.
 */
function wellSince(
  context: DetectionContext,
  { scope }: CircuitNode,
  paths: readonly PathStateWithLayers[],
): TimestampBounds {
  const lost = findOpenEvent(
    context,
    'redundancy_lost',
    scope,
    parsePathSubject(paths[0]?.subresource ?? '').peering ?? '',
  )?.event.started
  const healed = paths.flatMap(({ traffic, arp }) => [traffic.flowsAgain ?? [], arp?.since ?? []].flat())
  const after = healed.filter(({ latest }) => lost !== undefined && latest > lost.latest)
  const ups = paths.map(({ since }) => since)
  const isDeadOnly = lost !== undefined && ups.every(({ latest }) => latest < lost.earliest)
  return computeLatestBeginBounds(isDeadOnly ? [...ups, ...after] : ups)
}

/**
 * Reports whether redundancy is lost; null if that is unknown. A path without ARP entry may count as up only because of
 * bytes that flowed before the entry was lost. Such a path does not prove that redundancy is back.
 */
function holdsByRedundancy({ redundancy, paths }: PeeringStateWithPaths): boolean | null {
  if (redundancy === 'unknown' || redundancy === 'disabled') return null
  if (redundancy === 'reduced' || redundancy === 'no_path') return true
  return circuitPaths.some((path) => paths[path].isUpByEarlierTraffic) ? null : false
}

function circuitDown(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  view: PeeringStateWithPaths,
): LiveEvent | null {
  const { primary, secondary } = view.paths
  const both = [primary, secondary]
  const configured = both.filter(({ state }) => state !== 'not_configured')
  const isUnknown = view.redundancy === 'disabled' || (view.redundancy === 'unknown' && view.atLeastPaths === 0)
  const isLost = isUnknown ? null : view.redundancy === 'no_path'
  const ups = both.filter(({ state }) => state === 'up' || state === 'degraded')
  const severity = severityOfLoss(context, circuit, peering.name)
  const isMeasured = configured.some(({ measured }) => measured)
  const paths = ups.length > 0 ? firstOf(ups) : computeLatestBeginBounds(both.map(({ since }) => since))
  const back = isLost === false ? backSince(context, circuit, peering, paths) : null
  // Polls that are older than the loss do not show that the circuit came back.
  const holds = isLost === false && back === null ? null : isLost
  const live = updateEventByCondition(context, {
    kind: 'circuit_down',
    scope: circuit.scope,
    subject: peering.name,
    holds,
    since: holds
      ? (view.lostToGateways ?? computeLatestBeginBounds(configured.map(({ since }) => since)))
      : (back ?? paths),
    severity,
    flags: view.lostToGateways ? ['by_gateway_peers'] : isMeasured ? [PROVED_BY_METRIC_FLAG] : [],
    // A path that was never established does not count as configured. If the other path is lost, the only established
    // path is lost, so the circuit is down and not only its redundancy.
    mayBegin: configured.length > 0 && !configured.some(({ isReturning }) => isReturning),
  })
  if (live && holds) carryOn(live, isMeasured)
  return live
}

/**
 * Returns the bounds of the time since which a lost circuit has been available again. If the sessions of the paths were
 * not polled since the loss, the sessions of the gateways give the time. If these do not show it either, the circuit
 * came back between the loss and now. Null if the evaluated poll is older than the loss.
 */
function backSince(
  context: DetectionContext,
  { scope }: CircuitNode,
  { name }: CircuitPeeringNode,
  paths: TimestampBounds,
): TimestampBounds | null {
  const lost = findOpenEvent(context, 'circuit_down', scope, name)?.event.started
  if (!lost || paths.latest > lost.latest) return paths
  const ups = context.topology.mappings.flatMap(({ circuit, gateway, neighbor }) =>
    circuit !== scope
      ? []
      : Object.values(ensureResourceState(context, gateway).sessions).flatMap((fact) =>
          fact.neighbor === neighbor && fact.level === 'up' && fact.since.latest > lost.latest ? fact.since : [],
        ),
  )
  if (ups.length > 0) return computeEarliestBeginBounds(ups)
  const { finishedAt } = context.mark
  return finishedAt < lost.latest ? null : { earliest: lost.latest, latest: finishedAt }
}

/**
 * Raises an event for a peering whose session the edge router (MSEE) keeps down because of too many prefixes, or whose
 * session fell while its number of prefixes was close to the limit and layer 2 worked.
 */
function limitExceeded(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  view: PeeringStateWithPaths,
): LiveEvent | null {
  const { settings } = context
  const limit = findPrefixLimit(peering.name, circuit.premium, settings, detectPeerFamily(peering.customers.primary))
  const held = circuitPaths
    .map((path) => view.paths[path])
    .filter(({ session, state, layer }) => {
      if (session?.downReason === 'prefixLimit') return true
      const near = limit !== null && (session?.lastPrefixes ?? 0) >= settings['headroom.exceeded'] * limit
      return state === 'down' && layer === 'L3' && near
    })
  const open = findOpenEvent(context, 'prefix_limit_exceeded', circuit.scope, peering.name)
  const up = circuitPaths.map((path) => view.paths[path]).filter(({ state }) => state === 'up')
  return updateEventByCondition(context, {
    kind: 'prefix_limit_exceeded',
    scope: circuit.scope,
    subject: peering.name,
    holds: held.length > 0 ? true : open && up.length === 0 ? null : false,
    since: held.length > 0 ? firstOf(held) : up.length > 0 ? firstOf(up) : view.paths.primary.since,
    severity: 'critical',
    flags: held.some(({ session }) => session?.downReason === 'prefixLimit') ? [] : ['inferred'],
    evidence: held.flatMap(createPathEvidence),
  })
}

/**
 * Returns the severity of the loss of a circuit: critical if any site has no path or no other circuit is up, otherwise
 * major (docs/rules/detection.md 3.1). While the state of the other circuits is unknown, an open event keeps its
 * severity.
 */
function severityOfLoss(context: DetectionContext, circuit: CircuitNode, peering: string): Severity {
  const stranded = listLiveEvents(context).some(({ event }) => event.kind === 'no_path' && event.ended === null)
  if (stranded) return 'critical'
  return graverWithoutOther(context, circuit, findOpenEvent(context, 'circuit_down', circuit.scope, peering))
}

function graverWithoutOther(context: DetectionContext, circuit: CircuitNode, open: LiveEvent | null): Severity {
  const isOther = hasOther(context, circuit)
  if (isOther === null) return open?.event.severity ?? 'critical'
  return isOther ? 'major' : 'critical'
}

/**
 * Reports whether another circuit has a path that is up. False also if the other circuits are known not to carry the
 * prefixes of this circuit. Null = no such path is known to be up, and the state of at least one path is unknown.
 */
function hasOther(context: DetectionContext, circuit: CircuitNode): boolean | null {
  if (circuit.backedUp === false) return false
  const others = context.topology.circuits.filter(({ scope }) => scope !== circuit.scope)
  let isUnknown = false
  for (const { scope } of others)
    for (const { subresource, level } of Object.values(ensureResourceState(context, scope).sessions)) {
      if (subresource === '') continue
      const isUnread = isLastPollStale(context, { scope, subresource, kind: 'summary' })
      const measured = isUnread ? (readLayerFromMetrics(context, scope, subresource, 'summary')?.level ?? null) : level
      if (measured === 'up') return true
      isUnknown ||= measured === null
    }
  return isUnknown ? null : false
}

const firstOf = (paths: readonly PathStateWithLayers[]): TimestampBounds =>
  computeEarliestBeginBounds(paths.map(({ since }) => since))
