import type { DetectionSettings } from '../../model/settings.ts'
import { type CountedTrafficPart, type TrafficDirection, trafficDirections } from '../../model/traffic-baseline.ts'
import type { CounterPollSample, ByteCountersMemory } from '../../model/traffic-memory.ts'
import type { SamplePair } from '../../model/traffic.ts'
import type { CircuitPath } from '#lib/contract/index.ts'

/** Number of last refreshes of Azure's cached counters from which the usual refresh time is determined. */
const REMEMBERED_REFRESHES = 6

/**
 * Returns the longest time in ms for which Azure repeated the same counters although traffic flowed; 0 = every poll had
 * new counters.
 */
export const getCounterCacheMs = (memory: ByteCountersMemory | null) => Math.max(0, ...(memory?.refreshes ?? []))

/**
 * Evaluates one poll of byte counters. If Azure is known to repeat cached counters for some time, unchanged counters
 * prove nothing until twice that time has passed. When the counters change again, their bytes are spread over the whole
 * time since the previous change (docs/rules/detection.md 3.5).
 */
export function addCounterPoll(
  memory: ByteCountersMemory | null,
  answer: CounterPollSample,
  settings: DetectionSettings,
): { memory: ByteCountersMemory; pairs: Partial<Record<CountedTrafficPart, SamplePair>> } {
  if (!memory) return { memory: { last: answer, distinct: answer, repeats: 0, refreshes: [] }, pairs: {} }
  const { last, distinct, repeats, refreshes } = memory
  if (isSameAnswer(distinct, answer)) {
    const next = { ...memory, repeats: repeats + 1 }
    const mayBeCached = distance(distinct, answer) <= 2 * getCounterCacheMs(memory)
    return mayBeCached
      ? { memory: next, pairs: {} }
      : { memory: { ...next, last: answer }, pairs: pairsBetween(last, answer) }
  }
  const stood = repeats > 0 ? distance(distinct, answer) : 0
  const learned = stood > settings['traffic.refresh.most'] ? refreshes : [...refreshes, stood]
  return {
    memory: { last: answer, distinct: answer, repeats: 0, refreshes: learned.slice(-REMEMBERED_REFRESHES) },
    pairs: pairsBetween(last, answer),
  }
}

const middle = ({ startedAt, finishedAt }: CounterPollSample) => (startedAt + finishedAt) / 2

const distance = (from: CounterPollSample, to: CounterPollSample) => middle(to) - middle(from)

/** Reports whether two polls read equal counters. Either the second response came from a cache, or no bytes passed. */
function isSameAnswer({ paths: a }: CounterPollSample, { paths: b }: CounterPollSample): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<CircuitPath>
  return [...names].every((path) =>
    trafficDirections.every((direction) => a[path]?.[direction] === b[path]?.[direction]),
  )
}

/**
 * Returns the traffic of each path between two polls, and the sum over all paths. The rate of the sum is null if the
 * rate of any path is null.
 */
function pairsBetween(from: CounterPollSample, to: CounterPollSample): Partial<Record<CountedTrafficPart, SamplePair>> {
  const lengthMs = distance(from, to)
  if (lengthMs <= 0) return {}
  const span = { earliest: from.startedAt, latest: to.finishedAt, lengthMs }
  const names = Object.keys(to.paths) as CircuitPath[]
  const own = names.map((path): [CircuitPath, SamplePair] => {
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
