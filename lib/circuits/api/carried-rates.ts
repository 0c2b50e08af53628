import { formatPeeringType } from '#lib/contract/words/path-text.ts'
import { findMainPeeringType } from '#lib/contract/words/main-peering-type.ts'
import type { ApiCircuitPath } from './circuits.ts'

/**
 * Traffic rates in bit/s; null = unknown. `only` is the name of a peering if the rates cover only this peering. If
 * `only` is null, the rates cover all peerings of the circuit.
 */
export interface CircuitTrafficRates {
  toAzure: number | null
  fromAzure: number | null
  only: string | null
}

type Peered = Parameters<typeof findMainPeeringType>[0]
type Rates = Pick<ApiCircuitPath, 'bitsInPerSecond' | 'bitsOutPerSecond' | 'allPeerings'>

/**
 * Returns the rates of one path of a circuit. If Azure counts all peerings of the path together, the rates cover all
 * peerings, because they share the bandwidth. Otherwise the rates cover only the circuit's main peering.
 */
export function getPathRates(path: Rates, circuit: Peered): CircuitTrafficRates {
  const { bitsInPerSecond, bitsOutPerSecond } = path.allPeerings ?? path
  return {
    toAzure: bitsInPerSecond,
    fromAzure: bitsOutPerSecond,
    only: path.allPeerings === null ? own(circuit) : null,
  }
}

/**
 * Returns the rates of a path for display. Returns null if no traffic counts as normal for the path (`quiet`) and no
 * other peering has traffic on it.
 */
export function getShownPathRates(
  path: Rates & Pick<ApiCircuitPath, 'layers'>,
  circuit: Peered,
): CircuitTrafficRates | null {
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
): CircuitTrafficRates {
  const paths = circuit.paths.filter((path) => path.state !== 'not_configured' || path.bitsInPerSecond !== null)
  // If one of the paths has only the rates of the main peering, the sum uses the main peering on both paths.
  const isAlone = paths.some(({ allPeerings }) => allPeerings === null)
  const each = paths.map((path) => getPathRates(isAlone ? { ...path, allPeerings: null } : path, circuit))
  const sum = (of: 'toAzure' | 'fromAzure') =>
    each.length === 0 ? null : each.reduce<number | null>((all, one) => add(all, one[of]), 0)
  return { toAzure: sum('toAzure'), fromAzure: sum('fromAzure'), only: isAlone ? own(circuit) : null }
}

const add = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

const own = (circuit: Peered): string => formatPeeringType(findMainPeeringType(circuit))
