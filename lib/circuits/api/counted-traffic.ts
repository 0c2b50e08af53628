import type { CircuitPathView } from './circuits.ts'

type Counted = Pick<CircuitPathView, 'state' | 'bitsInPerSecond' | 'bitsOutPerSecond'> & {
  layers: Pick<CircuitPathView['layers'], 'traffic'>
}

/**
 * That bytes move on a path that is down: its counters are those of its own peering, so that no other one explains it.
 * @returns null where nothing contradicts
 */
export function countedTraffic({ state, layers, bitsInPerSecond, bitsOutPerSecond }: Counted): string | null {
  const moves = layers.traffic === 'moving' || (bitsInPerSecond ?? 0) + (bitsOutPerSecond ?? 0) > 0
  return state === 'down' && moves ? 'counters still move, reason unknown' : null
}
