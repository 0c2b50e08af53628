import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import type { ResourceState } from '../../../model/scope-state.ts'
import type { CountedPartOfCircuit } from '../../../model/topology.ts'
import type { TrafficState } from '../../../model/traffic-state.ts'

export function createTrafficState(): TrafficState {
  return { fact: null, at: 0, inUse: {}, excusedAt: {}, suspicions: {}, comparedAt: null, waits: false }
}

/**
 * Returns the stored traffic state for one set of a circuit's byte counters, and creates it if it is missing.
 * @param part the part of the circuit that the counters count: its main peering, all peerings together, or another
 *   peering
 */
export function ensureTrafficState(
  context: DetectionContext,
  circuit: string,
  part: CountedPartOfCircuit = 'own',
): TrafficState {
  const scope = ensureResourceState(context, circuit)
  if (part === 'own') return (scope.traffic ??= createTrafficState())
  scope.otherTraffic ??= {}
  return (scope.otherTraffic[part] ??= createTrafficState())
}

/** Returns the stored traffic state for one set of a circuit's byte counters; null if it is not stored. */
export const findTrafficState = (scope: ResourceState | undefined, part: CountedPartOfCircuit): TrafficState | null =>
  (part === 'own' ? scope?.traffic : scope?.otherTraffic?.[part]) ?? null

/**
 * Returns the stored traffic states of a circuit or VPN connection: one for each part whose bytes are counted
 * separately ({@link CountedPartOfCircuit}).
 */
export const listTrafficStates = (scope: ResourceState | undefined): TrafficState[] =>
  [scope?.traffic ?? [], Object.values(scope?.otherTraffic ?? {})].flat()
