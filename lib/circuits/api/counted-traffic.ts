import type { CircuitPathView } from './circuits.ts'

type Counted = Pick<CircuitPathView, 'state' | 'bitsInPerSecond' | 'bitsOutPerSecond'> & {
  layers: Pick<CircuitPathView['layers'], 'traffic'>
}

/**
 * Returns a warning if the counters of a path increase although the path is down. The counters cover only the path's
 * own peering, so another
 * peering cannot explain the traffic.
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
