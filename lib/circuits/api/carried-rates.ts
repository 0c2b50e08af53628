import { formatPeering } from '#lib/contract/words/path-text.ts'
import { findMainPeeringType } from '#lib/contract/words/main-peering-type.ts'
import type { ApiCircuitPath } from './circuits.ts'

/**
 * Rates in bit/s; null = unknown. `only` null means that they cover all peerings; otherwise they cover only the peering
 * that `only` names.
 */
export interface CarriedRates {
  toAzure: number | null
  fromAzure: number | null
  only: string | null
}

type Peered = Parameters<typeof findMainPeeringType>[0]
type Rates = Pick<ApiCircuitPath, 'bitsInPerSecond' | 'bitsOutPerSecond' | 'allPeerings'>

/**
 * Returns the rates of one path of a circuit. They cover all peerings if the path has a counter for all of them,
 * because peerings share the bandwidth. Otherwise they cover the circuit's main peering.
 */
export function getPathRates(path: Rates, circuit: Peered): CarriedRates {
  const { bitsInPerSecond, bitsOutPerSecond } = path.allPeerings ?? path
  return {
    toAzure: bitsInPerSecond,
    fromAzure: bitsOutPerSecond,
    only: path.allPeerings === null ? own(circuit) : null,
  }
}

/**
 * Returns the rates of a path for display. Null if the path counts as quiet and its counters show no traffic of other
 * peerings.
 */
export function getShownPathRates(path: Rates & Pick<ApiCircuitPath, 'layers'>, circuit: Peered): CarriedRates | null {
  const carried = getPathRates(path, circuit)
  const isOwn = carried.toAzure === path.bitsInPerSecond && carried.fromAzure === path.bitsOutPerSecond
  return path.layers.traffic === 'quiet' && isOwn ? null : carried
}

/**
 * Returns the sum of the rates of a circuit's two paths. A rate is null if it is unknown for one of the paths. A path
 * that is not configured and has no rate is ignored.
 */
export function sumCircuitRates(
  circuit: Peered & { paths: readonly (Rates & Pick<ApiCircuitPath, 'state'>)[] },
): CarriedRates {
  const paths = circuit.paths.filter((path) => path.state !== 'not_configured' || path.bitsInPerSecond !== null)
  // If one path has only the rates of a single peering, the sum uses that peering on both paths.
  const isAlone = paths.some(({ allPeerings }) => allPeerings === null)
  const each = paths.map((path) => getPathRates(isAlone ? { ...path, allPeerings: null } : path, circuit))
  const sum = (of: 'toAzure' | 'fromAzure') =>
    each.length === 0 ? null : each.reduce<number | null>((all, one) => add(all, one[of]), 0)
  return { toAzure: sum('toAzure'), fromAzure: sum('fromAzure'), only: isAlone ? own(circuit) : null }
}

const add = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

const own = (circuit: Peered): string => formatPeering(findMainPeeringType(circuit))
