import { type FoldContext, scopeOf } from '../../../model/context.ts'
import type { ScopeState } from '../../../model/scope-state.ts'
import type { CountedPart } from '../../../model/topology.ts'
import type { TrafficState } from '../../../model/traffic-state.ts'

export function blankTraffic(): TrafficState {
  return { fact: null, at: 0, inUse: {}, excusedAt: {}, suspicions: {}, comparedAt: null, waits: false }
}

/**
 * Returns the stored traffic state for one set of a circuit's byte counters, and creates it if it is missing.
 * @param part the part of the circuit that the counters count: its main peering, all peerings together, or another
 *   peering
 */
export function trafficOf(context: FoldContext, circuit: string, part: CountedPart = 'own'): TrafficState {
  const scope = scopeOf(context, circuit)
  if (part === 'own') return (scope.traffic ??= blankTraffic())
  scope.otherTraffic ??= {}
  return (scope.otherTraffic[part] ??= blankTraffic())
}

/** Returns the stored traffic state for one set of a circuit's byte counters; null if it is not stored. */
export const knownTraffic = (scope: ScopeState | undefined, part: CountedPart): TrafficState | null =>
  (part === 'own' ? scope?.traffic : scope?.otherTraffic?.[part]) ?? null

/**
 * Returns the stored traffic states of a circuit or VPN connection: one for each part whose bytes are counted
 * separately ({@link CountedPart}).
 */
export const allTraffic = (scope: ScopeState | undefined): TrafficState[] =>
  [scope?.traffic ?? [], Object.values(scope?.otherTraffic ?? {})].flat()
