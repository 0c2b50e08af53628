import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'
import { type FoldContext, isOpen, liveEvents, scopeOf } from '../../../model/context.ts'
import type { SessionFact } from '../../../model/scope-state.ts'
import type { CircuitNode, CountedPart } from '../../../model/topology.ts'
import { peersOf as peersInUse } from '../../../model/route.ts'
import { trafficOf } from './memory.ts'
import type { TrafficState } from '../../../model/traffic-state.ts'

/**
 * Why nothing need flow on a path although its session is up (docs/rules/detection.md 3.5): it is the declared standby, in
 * announced work, in no best set, or out of use at the gateway. Null = it is meant to carry traffic.
 */
function excuseOf(
  context: FoldContext,
  circuit: CircuitNode,
  path: CircuitPath,
  session: SessionFact | null,
  part: CountedPart,
): string | null {
  if (session?.prefixes === 0) return 'no prefix is announced on it'
  // policies, gateways and best paths are about the peering that gateways connect to
  if (part !== 'own')
    return isInMaintenance(context, circuit.scope, path, context.mark.finishedAt) ? 'work on it was announced' : null
  if (isStandby(context, circuit.scope)) return 'it is the declared standby'
  if (isInMaintenance(context, circuit.scope, path, context.mark.finishedAt)) return 'work on it was announced'
  if (trafficOf(context, circuit.scope).inUse[path] === false) return 'it is no best path to any prefix'
  const peers = peersOf(context, circuit.scope, path)
  if (peers.length > 0 && peers.every((peer) => isLost(context, peer))) return 'its gateway session is down'
  if (peers.length > 0 && peers.every((peer) => isShiftedAway(context, peer, session))) return 'its prefixes have moved'
  if (peers.length === 0 && isReleased(context, circuit.scope)) return 'its gateway or connection was removed'
  if (peers.length === 0 && isSomethingShifted(context, circuit.scope)) return 'prefixes of its circuit have moved'
  return null
}

/**
 * Since when a path is meant to carry traffic, as far as is known; null = it is not. Ask for as long as something stands still:
 * from each excuse on it is given a whole window again.
 */
export function trafficExpectedSince(
  context: FoldContext,
  circuit: CircuitNode,
  path: CircuitPath,
  session: SessionFact | null,
  part: CountedPart = 'own',
): EpochMs | null {
  const traffic = trafficOf(context, circuit.scope, part)
  if (excuseOf(context, circuit, path, session, part) !== null) {
    traffic.excusedAt[path] = context.mark.finishedAt
    return null
  }
  // all that was folded since is its end: it lasted to the poll before
  if (traffic.excusedAt[path] === traffic.waits) traffic.excusedAt[path] = lastPolledBefore(context)
  return Math.max(session?.since.latest ?? 0, traffic.excusedAt[path] ?? 0)
}

/** When the newest poll of the group began that had ended before this one, as far as is known. */
function lastPolledBefore({ mark, lastGoodPolls = {} }: FoldContext): EpochMs {
  const begun = Object.values(lastGoodPolls).flatMap(({ at }) => (at !== null && at < mark.startedAt ? [at] : []))
  return Math.max(mark.previousOkAt ?? 0, ...begun)
}

/** Whether the counters were read over a whole flat window since a moment, in as many pairs as it takes. */
export function isWindowSince({ settings }: FoldContext, traffic: TrafficState, moment: EpochMs): boolean {
  const lengthMs = traffic.fact?.pairs.primary?.at(-1)?.lengthMs ?? traffic.fact?.pairs.secondary?.at(-1)?.lengthMs ?? 0
  const windowMs = Math.max(traffic.fact?.windowMs ?? 0, settings['traffic.flat.polls'] * lengthMs)
  return traffic.at - moment >= windowMs
}

interface Peer {
  gateway: string
  neighbor: string
}

function peersOf({ topology }: FoldContext, circuit: string, path: CircuitPath): Peer[] {
  return topology.mappings.filter((known) => known.circuit === circuit && known.path === path)
}

function isStandby({ topology }: FoldContext, circuit: string): boolean {
  return topology.policies.some(
    ({ kind, circuits, prefixes }) =>
      kind === 'active_standby' && prefixes.length === 0 && circuits.indexOf(circuit) > 0,
  )
}

function isInMaintenance({ topology }: FoldContext, circuit: string, path: CircuitPath, now: EpochMs): boolean {
  return topology.maintenance.some(
    ({ from, to, scopes, paths }) =>
      from <= now &&
      now <= to &&
      (scopes.length === 0 || scopes.includes(circuit)) &&
      (paths.length === 0 || paths.includes(path)),
  )
}

function isLost(context: FoldContext, { gateway, neighbor }: Peer): boolean {
  const facts = Object.values(scopeOf(context, gateway).sessions).filter(
    (fact) => fact.subresource === '' && fact.neighbor === neighbor,
  )
  return facts.length > 0 && facts.every(({ level }) => level === 'down' || level === 'gone')
}

/** Whether gateways that it was connected to went, or their connections, and none came since. */
function isReleased(context: FoldContext, circuit: string): boolean {
  const isConnected = context.topology.gateways.some(({ circuits }) => circuits.includes(circuit))
  return !isConnected && Object.keys(context.scopes[circuit]?.released ?? {}).length > 0
}

/** Which neighbor a path is may not be known just while Microsoft drains it: then a shift on its circuit speaks for it. */
function isSomethingShifted(context: FoldContext, circuit: string): boolean {
  const others = context.topology.mappings.filter((known) => known.circuit === circuit).map(({ neighbor }) => neighbor)
  return liveEvents(context).some(
    (live) =>
      isOpen(live) &&
      shifts.has(live.event.kind) &&
      live.event.scope === circuit &&
      live.peersBefore?.some((peer) => !live.peersAfter?.includes(peer) && !others.includes(peer)),
  )
}

const shifts = new Set<string>(['failover', 'best_path_shift', 'ecmp_reduced', 'mass_withdraw', 'no_path'])

/** Whether the best paths of as many prefixes as it carries went elsewhere, and have not come back. */
function isShiftedAway(context: FoldContext, { neighbor }: Peer, session: SessionFact | null): boolean {
  const moved = liveEvents(context).filter(
    (live) =>
      isOpen(live) &&
      shifts.has(live.event.kind) &&
      live.peersBefore?.includes(neighbor) &&
      !live.peersAfter?.includes(neighbor),
  )
  // a table shows these moves, and polls of sessions have not yet shown whether they are failovers
  const waiting = Object.values(context.scopes)
    .flatMap(({ pending }) => pending)
    .filter(({ returned }) => !returned)
    .filter(({ before, after }) => peersInUse(before).includes(neighbor) && !peersInUse(after).includes(neighbor))
  const prefixes = new Set([...moved, ...waiting].flatMap((shift) => shift.prefixes ?? []))
  return prefixes.size > 0 && prefixes.size >= (session?.prefixes ?? session?.lastPrefixes ?? 0)
}
