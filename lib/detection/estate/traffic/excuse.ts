import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'
import { type Estate, isOpen, liveEvents, scopeOf } from '../estate.ts'
import type { SessionFact } from '../state.ts'
import type { CircuitNode } from '../topology.ts'
import { trafficOf, type TrafficState } from './memory.ts'

/**
 * Why nothing need flow on a path although its session is up (detection.md 3.5): it is the declared standby, in announced work,
 * in no best set, or out of use at the gateway. Null = it is meant to carry traffic.
 */
function excuseOf(estate: Estate, circuit: CircuitNode, path: CircuitPath, session: SessionFact | null): string | null {
  if (session?.prefixes === 0) return 'no prefix is announced on it'
  if (isStandby(estate, circuit.scope)) return 'it is the declared standby'
  if (isInMaintenance(estate, circuit.scope, path, estate.mark.finishedAt)) return 'work on it was announced'
  if (trafficOf(estate, circuit.scope).inUse[path] === false) return 'it is no best way to any prefix'
  const peers = peersOf(estate, circuit.scope, path)
  if (peers.length > 0 && peers.every((peer) => isLost(estate, peer))) return 'its gateway session is down'
  if (peers.length > 0 && peers.every((peer) => isShiftedAway(estate, peer, session))) return 'its prefixes have moved'
  if (peers.length === 0 && isSomethingShifted(estate, circuit.scope)) return 'prefixes of its circuit have moved'
  return null
}

/**
 * Since when a path is meant to carry traffic, as far as is known; null = it is not. Ask for as long as something stands still:
 * from each excuse on it is given a whole window again.
 */
export function meantSince(
  estate: Estate,
  circuit: CircuitNode,
  path: CircuitPath,
  session: SessionFact | null,
): EpochMs | null {
  const traffic = trafficOf(estate, circuit.scope)
  if (excuseOf(estate, circuit, path, session) !== null) {
    traffic.excusedAt[path] = estate.mark.finishedAt
    return null
  }
  return Math.max(session?.since.latest ?? 0, traffic.excusedAt[path] ?? 0)
}

/** Whether the counters were read over a whole flat window since a moment, in as many pairs as it takes. */
export function isWindowSince({ settings }: Estate, traffic: TrafficState, moment: EpochMs): boolean {
  const lengthMs = traffic.fact?.pairs.primary?.at(-1)?.lengthMs ?? traffic.fact?.pairs.secondary?.at(-1)?.lengthMs ?? 0
  const windowMs = Math.max(traffic.fact?.windowMs ?? 0, settings['traffic.flat.polls'] * lengthMs)
  return traffic.at - moment >= windowMs
}

interface Peer {
  gateway: string
  neighbor: string
}

function peersOf({ topology }: Estate, circuit: string, path: CircuitPath): Peer[] {
  return topology.mappings.filter((known) => known.circuit === circuit && known.path === path)
}

function isStandby({ topology }: Estate, circuit: string): boolean {
  return topology.policies.some(
    ({ kind, circuits, prefixes }) =>
      kind === 'active_standby' && prefixes.length === 0 && circuits.indexOf(circuit) > 0,
  )
}

function isInMaintenance({ topology }: Estate, circuit: string, path: CircuitPath, now: EpochMs): boolean {
  return topology.maintenance.some(
    ({ from, to, scopes, paths }) =>
      from <= now &&
      now <= to &&
      (scopes.length === 0 || scopes.includes(circuit)) &&
      (paths.length === 0 || paths.includes(path)),
  )
}

function isLost(estate: Estate, { gateway, neighbor }: Peer): boolean {
  const facts = Object.values(scopeOf(estate, gateway).sessions).filter(
    (fact) => fact.part === '' && fact.neighbor === neighbor,
  )
  return facts.length > 0 && facts.every(({ level }) => level === 'down' || level === 'gone')
}

/** Which neighbor a path is may not be known just while Microsoft drains it: then a shift on its circuit speaks for it. */
function isSomethingShifted(estate: Estate, circuit: string): boolean {
  const others = estate.topology.mappings.filter((known) => known.circuit === circuit).map(({ neighbor }) => neighbor)
  return liveEvents(estate).some(
    (live) =>
      isOpen(live) &&
      shifts.has(live.event.kind) &&
      live.event.scope === circuit &&
      live.peersBefore?.some((peer) => !live.peersAfter?.includes(peer) && !others.includes(peer)),
  )
}

const shifts = new Set<string>(['failover', 'best_path_shift', 'ecmp_reduced', 'mass_withdraw', 'no_path'])

/** Whether the best ways of as many prefixes as it carries went elsewhere, and have not come back. */
function isShiftedAway(estate: Estate, { neighbor }: Peer, session: SessionFact | null): boolean {
  const moved = liveEvents(estate).filter(
    (live) =>
      isOpen(live) &&
      shifts.has(live.event.kind) &&
      live.peersBefore?.includes(neighbor) &&
      !live.peersAfter?.includes(neighbor),
  )
  const prefixes = new Set(moved.flatMap((live) => live.prefixes ?? []))
  return prefixes.size > 0 && prefixes.size >= (session?.prefixes ?? session?.lastPrefixes ?? 0)
}
