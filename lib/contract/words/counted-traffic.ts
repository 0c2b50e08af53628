import type { Circuit, CircuitPathView } from '../api/circuits.ts'

type Counted = Pick<CircuitPathView, 'state' | 'bitsInPerSecond' | 'bitsOutPerSecond'> & {
  layers: Pick<CircuitPathView['layers'], 'traffic'>
}

/**
 * Why bytes move on a path whose private peering is down: Azure counts a circuit's bytes by path, over all of its peerings.
 * @returns null where nothing contradicts
 */
export function countedTraffic(
  { state, layers, bitsInPerSecond, bitsOutPerSecond }: Counted,
  { peerings }: { peerings: readonly Pick<Circuit['peerings'][number], 'peeringType' | 'state'>[] },
): string | null {
  const moves = layers.traffic === 'moving' || (bitsInPerSecond ?? 0) + (bitsOutPerSecond ?? 0) > 0
  if (state !== 'down' || !moves) return null
  const hasMicrosoft = peerings.some(
    ({ peeringType, state: peering }) => peeringType === 'MicrosoftPeering' && peering?.toLowerCase() !== 'disabled',
  )
  return hasMicrosoft ? 'includes Microsoft peering' : 'counters still move, reason unknown'
}
