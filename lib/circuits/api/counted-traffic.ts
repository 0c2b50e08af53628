import type { ApiCircuitPath } from './circuits.ts'

type Counted = Pick<ApiCircuitPath, 'state' | 'bitsInPerSecond' | 'bitsOutPerSecond'> & {
  layers: Pick<ApiCircuitPath['layers'], 'traffic'>
}

/**
 * Returns a warning if the byte counters of a path increase although the path is down. Counters of a path belong to its
 * own peering, so other peerings cannot be the reason.
 * @returns null if state and counters agree
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
