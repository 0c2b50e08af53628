/** What a circuit usually carries, by the simulator's own counters: what history would hold after four weeks. */
import { circuitPaths, type EpochMs } from '#lib/contract/index.ts'
import { HOUR, WEEK } from '#lib/contract/time/time.ts'
import type { TrafficPast } from '#lib/history/index.ts'
import { edgeCounter, edgeKey, type World } from '../simulator/index.ts'

const POINT = 5 * 60_000

/** `peering` '' = all of them together */
export type PastOf = (scope: string, peering: string, at: EpochMs) => TrafficPast

export function pastOf(world: World): PastOf {
  return (scope, peering, at) => {
    const domain = world.topology.domains.find(({ circuits }) => circuits.some(({ name }) => name === scope))
    if (!domain) return { paths: {}, busiest: { in: null, out: null } }
    const counters = world.counters(domain)
    const types = world.scenario.circuits
      .filter(({ name }) => name === scope)
      .flatMap(({ peerings }) => peerings.map(({ type }) => type))
      .filter((type) => peering === '' || type === peering)
    const rate = (path: (typeof circuitPaths)[number], direction: 'in' | 'out', from: EpochMs) =>
      types.reduce((sum, type) => {
        const counter = edgeCounter(edgeKey(scope, type, path), direction)
        return sum + counters.bitsPerSecond(counter, from, from + POINT)
      }, 0)
    const hour = at - (at % HOUR)
    const starts = [1, 2, 3, 4].flatMap((week) =>
      Array.from({ length: (3 * HOUR) / POINT }, (_, n) => hour - week * WEEK - HOUR + n * POINT),
    )
    const low = (path: (typeof circuitPaths)[number], direction: 'in' | 'out') => {
      const rates = starts.map((from) => rate(path, direction, from)).toSorted((a, b) => a - b)
      const bps = Math.round(rates[Math.floor(rates.length * 0.05)] ?? 0)
      return { bps, confidence: 'normal' as const }
    }
    const month = Array.from({ length: 28 * 8 }, (_, n) => hour - 4 * WEEK + n * 3 * HOUR)
    const busiest = (direction: 'in' | 'out') => {
      const rates = month.map((from) => circuitPaths.reduce((sum, path) => sum + rate(path, direction, from), 0))
      return Math.round(rates.toSorted((a, b) => a - b)[Math.floor(rates.length * 0.95)] ?? 0)
    }
    return {
      paths: Object.fromEntries(circuitPaths.map((path) => [path, { in: low(path, 'in'), out: low(path, 'out') }])),
      busiest: { in: busiest('in'), out: busiest('out') },
    }
  }
}
