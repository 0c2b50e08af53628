import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import { findMainPeering } from '#lib/contract/index.ts'
import type { TrafficCarryingPath } from './traffic-paths.ts'
import { getPeeringRates } from './path-traffic.ts'
import type { SamplePair, BitRatesOfInterval, CircuitTrafficState } from '../../../model/traffic.ts'
import type { TrafficDirection } from '../../../model/traffic-baseline.ts'

/** Traffic of some paths together between two samples, in bit/s by direction. */
export interface PathTrafficFlow extends Omit<SamplePair, 'in' | 'out'> {
  in: number
  out: number
}

/**
 * Returns the traffic of some paths of one circuit together, one value for each pair of consecutive counter samples,
 * oldest first; empty if one of the paths has no samples.
 */
export function sumFlowsFromCounters(
  context: DetectionContext,
  carrying: readonly TrafficCarryingPath[],
): PathTrafficFlow[] {
  const series = carrying.map(({ scope, path }) => ensureResourceState(context, scope).traffic?.fact?.pairs[path] ?? [])
  return added(series)
}

/**
 * Returns the traffic of some paths together from Azure Monitor's bit rates instead of counters. The bounds are widened
 * by `session.delta`, because the clocks of Azure Monitor and the collector may differ.
 */
export function sumFlowsFromBitRates(
  context: DetectionContext,
  carrying: readonly TrafficCarryingPath[],
): PathTrafficFlow[] {
  const slack = context.settings['session.delta']
  const asPair = ({ at, grainMs, in: bitsIn, out }: BitRatesOfInterval): SamplePair => ({
    earliest: at - slack,
    latest: at + grainMs + slack,
    lengthMs: grainMs,
    in: bitsIn,
    out,
  })
  return added(carrying.map(({ scope, path }) => (bitRates(context, scope)[path] ?? []).map(asPair)))
}

/**
 * Returns the bit rates of a circuit by path. If the main peering has its own byte counters, only the rates of this
 * peering are returned.
 */
function bitRates(context: DetectionContext, scope: string): CircuitTrafficState['rates'] {
  const circuit = context.topology.circuits.find((one) => one.scope === scope)
  const own = circuit && findMainPeering(circuit.peerings)
  const known = ensureResourceState(context, scope)
  return own?.isCounted ? getPeeringRates(known, own) : (known.traffic?.fact?.rates ?? {})
}

/** Adds up the series of several paths, for the intervals for which all of them have values in both directions. */
function added(series: readonly (readonly SamplePair[])[]): PathTrafficFlow[] {
  const [first = [], ...others] = series
  return first.flatMap((pair): PathTrafficFlow[] => {
    const same = [
      pair,
      ...others.flatMap(
        (other) => other.find(({ earliest, latest }) => earliest === pair.earliest && latest === pair.latest) ?? [],
      ),
    ]
    const sum = (direction: TrafficDirection) =>
      same.reduce(
        (all: number | null, one) => (all === null || one[direction] === null ? null : all + one[direction]),
        0,
      )
    const [bitsIn, out] = [sum('in'), sum('out')]
    if (same.length < series.length || bitsIn === null || out === null) return []
    return [{ earliest: pair.earliest, latest: pair.latest, lengthMs: pair.lengthMs, in: bitsIn, out }]
  })
}
