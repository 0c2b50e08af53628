import type { CircuitPath } from '#lib/contract/index.ts'
import { type Meter, type TrafficDirection, trafficDirections } from '../../model/traffic-baseline.ts'
import type { CounterAnswer } from '../../model/traffic-memory.ts'
import type { Pair } from '../../model/traffic.ts'

const middle = ({ startedAt, finishedAt }: CounterAnswer) => (startedAt + finishedAt) / 2

export const distance = (from: CounterAnswer, to: CounterAnswer) => middle(to) - middle(from)

/** Whether two answers report the same of everything: a cached answer, or nothing at all has passed. */
export function isSameAnswer({ paths: a }: CounterAnswer, { paths: b }: CounterAnswer): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<CircuitPath>
  return [...names].every((path) =>
    trafficDirections.every((direction) => a[path]?.[direction] === b[path]?.[direction]),
  )
}

/** What each path carried between two answers, and both together where each of them reports. */
export function pairsBetween(from: CounterAnswer, to: CounterAnswer): Partial<Record<Meter, Pair>> {
  const lengthMs = distance(from, to)
  if (lengthMs <= 0) return {}
  const span = { earliest: from.startedAt, latest: to.finishedAt, lengthMs }
  const names = Object.keys(to.paths) as CircuitPath[]
  const own = names.map((path): [CircuitPath, Pair] => {
    const rate = (direction: TrafficDirection) =>
      rateOf(from.paths[path]?.[direction], to.paths[path]?.[direction], lengthMs)
    return [path, { ...span, in: rate('in'), out: rate('out') }]
  })
  if (own.length === 0) return {}
  const sumOf = (direction: TrafficDirection) => sum(own.map(([, pair]) => pair[direction]))
  return { ...Object.fromEntries(own), sum: { ...span, in: sumOf('in'), out: sumOf('out') } }
}

function rateOf(before: string | null | undefined, after: string | null | undefined, lengthMs: number): number | null {
  if (before === null || before === undefined || after === null || after === undefined) return null
  const bytes = BigInt(after) - BigInt(before)
  return bytes < 0n ? null : Math.round((Number(bytes) * 8_000) / lengthMs)
}

const sum = (rates: readonly (number | null)[]) =>
  rates.reduce((total, rate) => (total === null || rate === null ? null : total + rate), 0)
