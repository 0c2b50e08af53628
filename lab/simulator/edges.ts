/**
 * The moments of all changes, for runs that poll only around them. Between two changes only ages and counters differ.
 */
import {
  type HappeningEffect,
  type EffectInterval,
  generateEffectOccurrences,
  mergeOverlappingIntervals,
} from './effect.ts'
import type { SimulatedWorld } from './world.ts'

/**
 * Returns the distinct moments in [from, to] at which an effect begins or ends, in order.
 * @param kinds kinds of effects that count; by default all
 */
export function listEffectChangeTimes(
  world: SimulatedWorld,
  from: number,
  to: number,
  kinds?: readonly HappeningEffect['kind'][],
): number[] {
  const edges = new Set<number>()
  for (const effect of world.timeline.effects) {
    if (kinds && !kinds.includes(effect.kind)) continue
    for (const occurrence of generateEffectOccurrences(effect, from, to))
      for (const edge of [occurrence.from, occurrence.until]) if (edge >= from && edge <= to) edges.add(edge)
  }
  return [...edges].sort((a, b) => a - b)
}

/** Returns the times in which packets of a circuit were lost on a link, on either path and either peering. */
export function listPacketLossTimes(
  world: SimulatedWorld,
  circuit: string,
  from: number,
  to: number,
): EffectInterval[] {
  const losses = world.timeline.effects.filter(
    (effect) => effect.kind === 'link' && world.topology.edges.get(effect.key)?.circuit.name === circuit,
  )
  return mergeOverlappingIntervals(losses.flatMap((effect) => [...generateEffectOccurrences(effect, from, to)]))
}
