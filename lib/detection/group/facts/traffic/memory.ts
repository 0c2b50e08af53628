import { type FoldContext, scopeOf } from '../../../model/context.ts'
import type { TrafficState } from '../../../model/traffic-state.ts'

export function blankTraffic(): TrafficState {
  return { fact: null, at: 0, inUse: {}, excusedAt: {}, suspicions: {}, comparedAt: null, waits: false }
}

/** A circuit's memory, made where it is missing. */
export function trafficOf(context: FoldContext, circuit: string): TrafficState {
  const scope = scopeOf(context, circuit)
  return (scope.traffic ??= blankTraffic())
}
