import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'
import { type DetectionContext, isEventOpen, listLiveEvents, ensureResourceState } from '../../../model/context.ts'
import type { SessionFact } from '../../../model/scope-state.ts'
import type { CircuitNode, CountedPartOfCircuit } from '../../../model/topology.ts'
import { parseNeighborsOfGatewayNeighbors as peersInUse } from '../../../model/route.ts'
import { ensureTrafficState } from './traffic-state.ts'
import type { TrafficState } from '../../../model/traffic-state.ts'

/**
 * Returns the reason why no traffic is expected on a path although its session is up, as text (docs/rules/detection.md
 * 3.5), for example that the path is the declared standby or that maintenance was announced. Null = traffic is
 * expected.
 */
function excuseOf(
  context: DetectionContext,
  circuit: CircuitNode,
  path: CircuitPath,
  session: SessionFact | null,
  part: CountedPartOfCircuit,
): string | null {
  if (session?.prefixes === 0) return 'no prefix is announced on it'
  // policies, gateways and best paths concern only the circuit's main peering, so they are not checked for other
  // counters
  if (part !== 'own')
    return isInMaintenance(context, circuit.scope, path, context.mark.finishedAt) ? 'work on it was announced' : null
  if (isStandby(context, circuit.scope)) return 'it is the declared standby'
  if (isInMaintenance(context, circuit.scope, path, context.mark.finishedAt)) return 'work on it was announced'
  if (ensureTrafficState(context, circuit.scope).inUse[path] === false) return 'it is no best path to any prefix'
  const peers = peersOf(context, circuit.scope, path)
  if (peers.length > 0 && peers.every((peer) => isLost(context, peer))) return 'its gateway session is down'
  if (peers.length > 0 && peers.every((peer) => isShiftedAway(context, peer, session))) return 'its prefixes have moved'
  if (peers.length === 0 && isReleased(context, circuit.scope)) return 'its gateway or connection was removed'
  if (peers.length === 0 && isSomethingShifted(context, circuit.scope)) return 'prefixes of its circuit have moved'
  return null
}

/**
 * Returns the time since which traffic has been expected on a path; null if it is not expected now. While traffic is
 * missing, this function must be called in every poll, because it also records until when there was a reason for the
 * missing traffic.
 */
export function trackTrafficExpectedSince(
  context: DetectionContext,
  circuit: CircuitNode,
  path: CircuitPath,
  session: SessionFact | null,
  part: CountedPartOfCircuit = 'own',
): EpochMs | null {
  const traffic = ensureTrafficState(context, circuit.scope, part)
  if (excuseOf(context, circuit, path, session, part) !== null) {
    traffic.excusedAt[path] = context.mark.finishedAt
    return null
  }
  // Traffic was not evaluated between the poll that recorded the last reason and this poll. The reason is therefore
  // assumed to have applied until the poll before this one.
  if (traffic.excusedAt[path] === traffic.waits) traffic.excusedAt[path] = lastPolledBefore(context)
  return Math.max(session?.since.latest ?? 0, traffic.excusedAt[path] ?? 0)
}

/** Returns the start of the newest known poll of the group before this poll. */
function lastPolledBefore({ mark, lastGoodPolls = {} }: DetectionContext): EpochMs {
  const begun = Object.values(lastGoodPolls).flatMap(({ at }) => (at !== null && at < mark.startedAt ? [at] : []))
  return Math.max(mark.previousOkAt ?? 0, ...begun)
}

/**
 * Reports whether the counters cover a whole observation window for unchanged ("flat") counters since the given time.
 * The window has a minimum time and a minimum number of polls.
 */
export function isFlatWindowCovered({ settings }: DetectionContext, traffic: TrafficState, moment: EpochMs): boolean {
  const lengthMs = traffic.fact?.pairs.primary?.at(-1)?.lengthMs ?? traffic.fact?.pairs.secondary?.at(-1)?.lengthMs ?? 0
  const windowMs = Math.max(traffic.fact?.windowMs ?? 0, settings['traffic.flat.polls'] * lengthMs)
  return traffic.at - moment >= windowMs
}

interface Peer {
  gateway: string
  neighbor: string
}

function peersOf({ topology }: DetectionContext, circuit: string, path: CircuitPath): Peer[] {
  return topology.mappings.filter((known) => known.circuit === circuit && known.path === path)
}

function isStandby({ topology }: DetectionContext, circuit: string): boolean {
  return topology.policies.some(
    ({ kind, circuits, prefixes }) =>
      kind === 'active_standby' && prefixes.length === 0 && circuits.indexOf(circuit) > 0,
  )
}

function isInMaintenance({ topology }: DetectionContext, circuit: string, path: CircuitPath, now: EpochMs): boolean {
  return topology.maintenance.some(
    ({ from, to, scopes, paths }) =>
      from <= now &&
      now <= to &&
      (scopes.length === 0 || scopes.includes(circuit)) &&
      (paths.length === 0 || paths.includes(path)),
  )
}

function isLost(context: DetectionContext, { gateway, neighbor }: Peer): boolean {
  const facts = Object.values(ensureResourceState(context, gateway).sessions).filter(
    (fact) => fact.subresource === '' && fact.neighbor === neighbor,
  )
  return facts.length > 0 && facts.every(({ level }) => level === 'down' || level === 'gone')
}

/** Reports whether a circuit has no gateway any more because all its gateways or connections were removed. */
function isReleased(context: DetectionContext, circuit: string): boolean {
  const isConnected = context.topology.gateways.some(({ circuits }) => circuits.includes(circuit))
  return !isConnected && Object.keys(context.scopes[circuit]?.released ?? {}).length > 0
}

/**
 * Reports whether prefixes of a circuit moved away from a neighbor whose path is not known. While Microsoft drains a
 * path, its neighbor may be unknown, so any such move on the circuit counts as a reason for missing traffic.
 */
function isSomethingShifted(context: DetectionContext, circuit: string): boolean {
  const others = context.topology.mappings.filter((known) => known.circuit === circuit).map(({ neighbor }) => neighbor)
  return listLiveEvents(context).some(
    (live) =>
      isEventOpen(live) &&
      shifts.has(live.event.kind) &&
      live.event.scope === circuit &&
      live.peersBefore?.some((peer) => !live.peersAfter?.includes(peer) && !others.includes(peer)),
  )
}

const shifts = new Set<string>(['failover', 'best_path_shift', 'ecmp_reduced', 'mass_withdraw', 'no_path'])

/**
 * Reports whether best paths moved away from a neighbor and have not come back, for at least as many prefixes as its
 * session carries.
 */
function isShiftedAway(context: DetectionContext, { neighbor }: Peer, session: SessionFact | null): boolean {
  const moved = listLiveEvents(context).filter(
    (live) =>
      isEventOpen(live) &&
      shifts.has(live.event.kind) &&
      live.peersBefore?.includes(neighbor) &&
      !live.peersAfter?.includes(neighbor),
  )
  // Also include changes of best paths that are not reported yet, because the sessions that would show whether they are
  // failovers have not been polled yet.
  const waiting = Object.values(context.scopes)
    .flatMap(({ pending }) => pending)
    .filter(({ returned }) => !returned)
    .filter(({ before, after }) => peersInUse(before).includes(neighbor) && !peersInUse(after).includes(neighbor))
  const prefixes = new Set([...moved, ...waiting].flatMap((shift) => shift.prefixes ?? []))
  return prefixes.size > 0 && prefixes.size >= (session?.prefixes ?? session?.lastPrefixes ?? 0)
}
