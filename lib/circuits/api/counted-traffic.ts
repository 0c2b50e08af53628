import type { ApiCircuitPath } from './circuits.ts'

type Counted = Pick<ApiCircuitPath, 'state' | 'bitsInPerSecond' | 'bitsOutPerSecond'> & {
  layers: Pick<ApiCircuitPath['layers'], 'traffic'>
}

/**
 * Returns a warning if the byte counters of a path still increase although the path is down. Each counter belongs to
 * one peering, so the increase cannot come from other peerings.
 * @returns null if the counters do not contradict the state
 */
export function formatCounterContradiction({
  state,
  layers,
  bitsInPerSecond,
  bitsOutPerSecond,
}: Counted): string | null {
  const moves = layers.traffic === 'moving' || (bitsInPerSecond ?? 0) + (bitsOutPerSecond ?? 0) > 0
  return state === 'down' && moves ? 'counters still move, reason unknown' : null
}
