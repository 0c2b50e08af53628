/**
 * The moments of all changes, for runs that poll only around them. Between two changes only ages and counters differ.
 */
import {
  type HappeningEffect,
  type EffectInterval,
  generateEffectOccurrences,
  mergeOverlappingIntervals,
} from './effect.ts'
import type { RoutingDomain } from './topology.ts'
import type { SimulatedWorld } from './world.ts'

/**
 * Returns the distinct moments in [from, to] at which an effect begins or ends, in order.
 * @param kinds kinds of effects that count; by default all
 * @param domain the domain whose data are read, so that effects on other domains do not count; by default all effects
 *   count
 */
export function listEffectChangeTimes(
  world: SimulatedWorld,
  from: number,
  to: number,
  kinds?: readonly HappeningEffect['kind'][],
  domain?: RoutingDomain,
): number[] {
  const edges = new Set<number>()
  // effects on ports, machines and other objects outside of all domains always count
  const others = domain && new Set(world.topology.domains.flatMap(({ id }) => (id === domain.id ? [] : [id])))
  for (const effect of world.timeline.effects) {
    if (kinds && !kinds.includes(effect.kind)) continue
    if (effect.domain !== null && others?.has(effect.domain)) continue
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
