/** The moments of all changes, for runs that poll only around them: between two changes only live counters differ. */
import { type Effect, type Interval, occurrences, union } from './effect.ts'
import type { World } from './world.ts'

/**
 * The moments in [from, to] at which an effect begins or ends, in order, each once.
 * @param kinds only of these kinds of effect; all unless given
 */
export function edgesBetween(world: World, from: number, to: number, kinds?: readonly Effect['kind'][]): number[] {
  const edges = new Set<number>()
  for (const effect of world.timeline.effects) {
    if (kinds && !kinds.includes(effect.kind)) continue
    for (const occurrence of occurrences(effect, from, to))
      for (const edge of [occurrence.from, occurrence.until]) if (edge >= from && edge <= to) edges.add(edge)
  }
  return [...edges].sort((a, b) => a - b)
}

/** When packets of a circuit were lost on a link, on either path and either peering. */
export function lossesOf(world: World, circuit: string, from: number, to: number): Interval[] {
  const losses = world.timeline.effects.filter(
    (effect) => effect.kind === 'link' && world.topology.edges.get(effect.key)?.circuit.name === circuit,
  )
  return union(losses.flatMap((effect) => [...occurrences(effect, from, to)]))
}
