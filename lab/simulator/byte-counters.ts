/**
 * Byte counters. Between two edges of the timeline each counter grows by fixed shares of the demands' curves, so that
 * its value is a sum of exact integrals over these intervals. The sums up to each edge are cached, and a value between
 * two edges adds the rest of its interval. The order of reads is irrelevant.
 */
import { findLastEffectChangeTime, findNextEffectChangeTime } from './effect.ts'
import { type CountedTrafficFlow, listTrafficFlowsOfDomain } from './forwarding.ts'
import type { DomainState } from './state.ts'
import type { ScenarioTimeline } from './timeline.ts'
import { TrafficDemandCurve } from './traffic.ts'
import type { RoutingDomain } from './topology.ts'

/** Kinds of effects that do not change the flow of bytes, so that no sum has to be computed at their begin and end. */
const QUIET = new Set(['arp', 'fault', 'mute'])

interface Part {
  readonly counter: number
  readonly curve: TrafficDemandCurve
  readonly share: number
}

/** Byte counters, modelled or observed. */
export interface ByteCounterValues {
  /** Bytes that have passed a counter since counting began, without resets. */
  readonly passed: (counter: string, at: number) => number
  /** Value that a router shows for a counter of an edge. `base` is the value at the time at which counting began. */
  readonly shown: (counter: string, edge: string, base: bigint, at: number) => bigint
  /** Mean rate in bit/s from `from` (inclusive) to `to` (exclusive). */
  readonly bitsPerSecond: (counter: string, from: number, to: number) => number
  /** Number of route changes in (from, to]. */
  readonly edgesIn: (from: number, to: number) => number
}

export class ByteCounters implements ByteCounterValues {
  private readonly timeline: ScenarioTimeline
  private readonly domain: RoutingDomain
  private readonly curves = new Map<string, TrafficDemandCurve>()
  private readonly slots: Map<string, number> = new Map()
  private readonly times: number[]
  private readonly sums: Float64Array[] = []
  private readonly parts = new Map<string, readonly Part[]>()
  /** Shares of curves that pass the counters, from each edge to the next. */
  private readonly pieces: (readonly Part[])[] = []

  /**
   * Creates counters, reusing sums of an earlier timeline.
   * @param earlier the same domain's counters on a timeline that differs from this one only after `since`
   */
  constructor(
    timeline: ScenarioTimeline,
    domain: RoutingDomain,
    earlier?: ByteCounters,
    since = Number.NEGATIVE_INFINITY,
  ) {
    this.timeline = timeline
    this.domain = domain
    this.times = earlier?.times.filter((t) => t < since) ?? []
    if (earlier && this.times.length > 0) {
      this.slots = new Map(earlier.slots)
      this.sums = earlier.sums.slice(0, this.times.length)
    } else {
      this.times = [timeline.epoch]
    }
    for (const d of timeline.topology.scenario.demands) {
      if (!domain.sites.some((s) => s.name === d.site)) continue
      for (const direction of ['in', 'out'] as const)
        this.curves.set(
          `${d.name}/${direction}`,
          new TrafficDemandCurve(d[direction], `${d.name}/${direction}`, timeline.epoch, timeline.origin),
        )
    }
  }

  private slot(counter: string): number {
    const known = this.slots.get(counter)
    if (known !== undefined) return known
    this.slots.set(counter, this.slots.size)
    return this.slots.size - 1
  }

  private partsOf(state: DomainState): readonly Part[] {
    const known = this.parts.get(state.signature)
    if (known) return known
    // Flows of one demand through the same counter are merged, because fewer terms are faster and more exact.
    const merged = new Map<string, { counter: number; curve: TrafficDemandCurve; share: number }>()
    for (const flow of listTrafficFlowsOfDomain(state)) {
      const curve = this.curves.get(`${flow.demand}/${flow.direction}`)
      const share = flow.share * state.scale(flow.demand)
      if (!curve || share === 0) continue
      const key = `${flow.demand}/${flow.counter}`
      const part = merged.get(key)
      if (part) part.share += share
      else merged.set(key, { counter: this.slot(flow.counter), curve, share })
    }
    const parts = [...merged.values()]
    this.parts.set(state.signature, parts)
    return parts
  }

  private piece(index: number): readonly Part[] {
    const known = this.pieces[index]
    if (known) return known
    const parts = this.partsOf(this.timeline.stateAt(this.domain, this.times[index] ?? this.timeline.epoch))
    this.pieces[index] = parts
    return parts
  }

  private nextCheckpoint(after: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const e of this.timeline.effectsOf(this.domain))
      if (!QUIET.has(e.kind)) next = Math.min(next, findNextEffectChangeTime(e, after))
    return next
  }

  /** Computes the sums up to every edge at or before `at`. */
  private extend(at: number): void {
    if (this.sums.length === 0) this.sums.push(new Float64Array(0))
    for (;;) {
      const from = this.times.at(-1) ?? this.timeline.epoch
      const next = this.nextCheckpoint(from)
      if (next > at) return
      const parts = this.piece(this.times.length - 1)
      const sum = new Float64Array(this.slots.size)
      sum.set(this.sums.at(-1) ?? sum)
      for (const p of parts)
        sum[p.counter] = (sum[p.counter] ?? 0) + p.share * (p.curve.total(next) - p.curve.total(from))
      this.times.push(next)
      this.sums.push(sum)
    }
  }

  private checkpointBefore(at: number): number {
    let low = 0
    let high = this.times.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.times[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Returns the number of bytes that have passed a counter since counting began. Resets of the counter are ignored. */
  passed(counter: string, at: number): number {
    const now = Math.max(at, this.timeline.epoch)
    if ((this.times.at(-1) ?? 0) <= now) this.extend(now)
    const index = this.checkpointBefore(now)
    const from = this.times[index] ?? this.timeline.epoch
    const parts = this.piece(index)
    const slot = this.slots.get(counter)
    if (slot === undefined) return 0
    let bytes = this.sums[index]?.[slot] ?? 0
    for (const p of parts) if (p.counter === slot) bytes += p.share * (p.curve.total(now) - p.curve.total(from))
    return bytes
  }

  /** Returns the last reset of an edge's counters at or before `at`; null if there was none. */
  private resetBefore(edge: string, at: number): number | null {
    let last = Number.NEGATIVE_INFINITY
    for (const e of this.timeline.effectsOf(this.domain)) {
      if (e.kind !== 'reset' || !e.edges.includes(edge)) continue
      const k = e.period > 0 ? Math.min(Math.floor((at - e.from) / e.period), e.times - 1) : 0
      if (at >= e.from) last = Math.max(last, e.from + k * e.period)
    }
    return Number.isFinite(last) ? last : null
  }

  /**
   * Returns the value that a counter of an MSEE's sub-interface shows.
   * @param base its value when counting began; a reset discards it
   */
  shown(counter: string, edge: string, base: bigint, at: number): bigint {
    const reset = this.resetBefore(edge, at)
    const passed = this.passed(counter, at)
    return reset === null ? base + BigInt(Math.floor(passed)) : BigInt(Math.floor(passed - this.passed(counter, reset)))
  }

  /**
   * Returns the mean rate in bit/s from `from` (inclusive) to `to` (exclusive), as Azure Monitor reports it. Resets of
   * the counter have no effect.
   */
  bitsPerSecond(counter: string, from: number, to: number): number {
    return ((this.passed(counter, to) - this.passed(counter, from)) * 8000) / (to - from)
  }

  /** Returns the flows at a moment, for tests. */
  flowsAt(at: number): readonly CountedTrafficFlow[] {
    return listTrafficFlowsOfDomain(this.timeline.stateAt(this.domain, at))
  }

  rateOf(demand: string, direction: 'in' | 'out', at: number): number {
    const state = this.timeline.stateAt(this.domain, at)
    return (this.curves.get(`${demand}/${direction}`)?.rate(at) ?? 0) * state.scale(demand)
  }

  /** Counts edges of the timeline in (from, to], for the metric of route changes. */
  edgesIn(from: number, to: number): number {
    return this.timeline
      .effectsOf(this.domain)
      .filter((e) => e.kind !== 'link' && e.kind !== 'arp' && e.kind !== 'scale')
      .filter((e) => findLastEffectChangeTime(e, to) > from).length
  }
}
