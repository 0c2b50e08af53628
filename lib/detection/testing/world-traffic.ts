import { type CircuitPath, circuitPaths, type CounterRow, type MetricRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { TrafficBaseline } from '../model/traffic-baseline.ts'

interface Rates {
  /** bit/s; `in` = into Azure */
  in: number
  out: number
}

/** Delay in ms after the end of a one-minute bucket until it can be read. */
const LATE = 2 * MS_PER_MINUTE

/** The traffic on the paths of a small estate, and Azure's reports of it. */
export class WorldTraffic {
  readonly #steps = new Map<string, (Rates & { at: number })[]>()
  readonly #offsets = new Map<string, Rates>()
  /** usual traffic by circuit name */
  readonly baselines = new Map<string, TrafficBaseline>()
  /** circuits whose bit rates Azure Monitor reports */
  readonly metered = new Set<string>()
  /** answer that is repeated instead of a new answer, by circuit */
  readonly cached = new Map<string, CounterRow[]>()

  /** Sets the rates of a path from `at` on. */
  set(circuit: string, path: CircuitPath, rates: Rates, at: number): void {
    const key = `${circuit} ${path}`
    this.#steps.set(key, [...(this.#steps.get(key) ?? []), { ...rates, at }])
  }

  /** Restarts a router, so that its counters begin at 0. */
  reset(circuit: string, path: CircuitPath, at: number): void {
    const bytes = this.#passed(`${circuit} ${path}`, at)
    this.#offsets.set(`${circuit} ${path}`, { in: -bytes.in, out: -bytes.out })
  }

  /** Returns the counters of a circuit's paths; null = not reported. */
  stats(circuit: string, at: number): CounterRow[] | null {
    const rows = circuitPaths.flatMap((path): CounterRow[] => {
      const key = `${circuit} ${path}`
      if (!this.#steps.has(key)) return []
      const [passed, offset] = [this.#passed(key, at), this.#offsets.get(key) ?? { in: 1e12, out: 1e12 }]
      const bytes = (direction: 'in' | 'out') => BigInt(Math.floor(passed[direction] + offset[direction]))
      return [{ path, bytesIn: bytes('in'), bytesOut: bytes('out') }]
    })
    return rows.length > 0 ? (this.cached.get(circuit) ?? rows) : null
  }

  /** Returns the readable buckets of the last ten minutes. */
  metrics(circuit: string, at: number): MetricRow[] | null {
    if (!this.metered.has(circuit)) return null
    const newest = Math.floor((at - LATE) / MS_PER_MINUTE) * MS_PER_MINUTE - MS_PER_MINUTE
    return Array.from({ length: 10 }, (_, n) => newest - n * MS_PER_MINUTE).flatMap((from) =>
      circuitPaths.flatMap((path) => {
        const [was, is] = [from, from + MS_PER_MINUTE].map((moment) => this.#passed(`${circuit} ${path}`, moment))
        return (['in', 'out'] as const).map((direction) => ({
          metric: direction === 'in' ? 'BitsInPerSecond' : 'BitsOutPerSecond',
          unit: 'BitsPerSecond',
          dimensions: { peeringtype: 'AzurePrivatePeering', devicerole: path === 'primary' ? 'Primary' : 'Secondary' },
          at: from,
          grainSeconds: 60,
          average: (((is?.[direction] ?? 0) - (was?.[direction] ?? 0)) * 8) / 60,
          maximum: null,
          minimum: null,
          total: null,
        }))
      }),
    )
  }

  #passed(key: string, at: number): Rates {
    const steps = this.#steps.get(key) ?? []
    const sum = { in: 0, out: 0 }
    for (const [i, step] of steps.entries()) {
      const until = Math.min(at, steps[i + 1]?.at ?? at)
      const seconds = Math.max(0, until - step.at) / 1_000
      sum.in += (step.in * seconds) / 8
      sum.out += (step.out * seconds) / 8
    }
    return sum
  }
}
