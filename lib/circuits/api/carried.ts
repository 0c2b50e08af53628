import { ownPeering } from '#lib/contract/words/own-peering.ts'
import type { CircuitPathView } from './circuits.ts'

/** What is carried, bit/s: of all peerings together, else of the one that `only` names. null = not known */
export interface CarriedRates {
  toAzure: number | null
  fromAzure: number | null
  only: string | null
}

type Peered = Parameters<typeof ownPeering>[0]
type Rates = Pick<CircuitPathView, 'bitsInPerSecond' | 'bitsOutPerSecond' | 'allPeerings'>

/** What one of a circuit's own paths carries: of all peerings, which share its bandwidth, as far as these are counted together. */
export function carriedOn(path: Rates, circuit: Peered): CarriedRates {
  const { bitsInPerSecond, bitsOutPerSecond } = path.allPeerings ?? path
  return {
    toAzure: bitsInPerSecond,
    fromAzure: bitsOutPerSecond,
    only: path.allPeerings === null ? own(circuit) : null,
  }
}

/** The same; null where the path is quiet and no other peering carries anything on it. */
export function seenOn(path: Rates & Pick<CircuitPathView, 'layers'>, circuit: Peered): CarriedRates | null {
  const carried = carriedOn(path, circuit)
  const isOwn = carried.toAzure === path.bitsInPerSecond && carried.fromAzure === path.bitsOutPerSecond
  return path.layers.traffic === 'quiet' && isOwn ? null : carried
}

/** What a circuit carries on both paths; null while one of them is not counted. */
export function carriedBy(
  circuit: Peered & { paths: readonly (Rates & Pick<CircuitPathView, 'state'>)[] },
): CarriedRates {
  const paths = circuit.paths.filter((path) => path.state !== 'not_configured' || path.bitsInPerSecond !== null)
  // of one path all peerings and of the other one alone are no sum
  const isAlone = paths.some(({ allPeerings }) => allPeerings === null)
  const each = paths.map((path) => carriedOn(isAlone ? { ...path, allPeerings: null } : path, circuit))
  const sum = (of: 'toAzure' | 'fromAzure') =>
    each.length === 0 ? null : each.reduce<number | null>((all, one) => add(all, one[of]), 0)
  return { toAzure: sum('toAzure'), fromAzure: sum('fromAzure'), only: isAlone ? own(circuit) : null }
}

const add = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

const own = (circuit: Peered): string => formatPeering(ownPeering(circuit))

/** `private peering`. */
export const formatPeering = (type: string | null): string =>
  `${type === 'microsoft' ? 'Microsoft' : (type ?? 'one')} peering`
