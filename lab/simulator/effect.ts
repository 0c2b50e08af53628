/** Effects of happenings on the estate, as intervals. They are the elements of the timeline. */
import type { FaultKind } from './happening.ts'
import type { TrafficDirectionName } from './keys.ts'
import type { SimulatedRoute } from './topology.ts'

/** A route changes at the edge immediately and at the gateway a little later. Packets are lost in between. */
export type RoutePropagationStage = 'edge' | 'gateway'

export type EffectBody =
  | { readonly kind: 'link'; readonly key: string; readonly direction: TrafficDirectionName; readonly lost: number }
  | { readonly kind: 'arp'; readonly key: string }
  | { readonly kind: 'session'; readonly key: string; readonly word: string }
  | { readonly kind: 'routes'; readonly key: string; readonly stage: RoutePropagationStage }
  | {
      readonly kind: 'withdraw'
      readonly keys: readonly string[]
      readonly stage: RoutePropagationStage
      readonly match: RouteMatchCriteria
    }
  | {
      readonly kind: 'prepend'
      readonly keys: readonly string[]
      readonly stage: RoutePropagationStage
      readonly match: RouteMatchCriteria
      /**
       * ASNs that are prepended to the path. With `byMsee` (a drain by Microsoft), the MSEE prepends them in both
       * directions: towards the customer and towards the gateway.
       */
      readonly asns: readonly number[]
      readonly byMsee: boolean
    }
  | {
      readonly kind: 'announce'
      readonly keys: readonly string[]
      readonly stage: RoutePropagationStage
      readonly routes: readonly SimulatedRoute[]
    }
  | { readonly kind: 'instance'; readonly gateway: string; readonly address: string }
  /** Messages over a session do not arrive, although the session is still up. */
  | { readonly kind: 'mute'; readonly key: string }
  /** A Global Reach connection is not connected. */
  | { readonly kind: 'reach'; readonly key: string; readonly word: string }
  /** Points of metrics get their values late. */
  | {
      readonly kind: 'metric-delay'
      readonly reads: 'missing' | 'zero' | 'part'
      readonly resource: string | null
      readonly metric: string | null
      /** milliseconds */
      readonly least: number
      readonly most: number
    }
  /** The light falls to a level (`to`, dBm) within `over` milliseconds. */
  | { readonly kind: 'light'; readonly key: string; readonly to: number; readonly over: number }
  /** A virtual machine does not run. */
  | { readonly kind: 'stopped'; readonly key: string }
  /** Azure drops this many Mbit/s. */
  | { readonly kind: 'drop'; readonly key: string; readonly mbps: number }
  | { readonly kind: 'reset'; readonly edges: readonly string[] }
  | { readonly kind: 'scale'; readonly demand: string | null; readonly factor: number }
  | {
      readonly kind: 'config'
      readonly object: string
      readonly set: Readonly<Record<string, unknown>>
      readonly absent: boolean
    }
  | {
      readonly kind: 'fault'
      readonly fault: FaultKind
      readonly operation: string
      readonly resource: string | null
      readonly subscription: string | null
      readonly principal: string | null
      readonly retryAfter: number | null
      readonly instance: string | null
      readonly neighbor: string | null
      readonly path: string | null
      /** milliseconds */
      readonly skew: number
    }

export type RouteMatchCriteria = { readonly site: string | null; readonly prefixes: ReadonlySet<string> | null }

export type HappeningEffect = EffectBody & {
  readonly id: string
  readonly happening: string
  readonly from: number
  /** Infinity: permanent */
  readonly until: number
  /** 0: not repeated */
  readonly period: number
  /** number of repetitions; Infinity = without end */
  readonly times: number
  /** domain to which the effect belongs; null = it belongs to no domain (faults of the API) or to all */
  readonly domain: string | null
}

export interface EffectInterval {
  readonly from: number
  readonly until: number
}

export type RepeatingEffectTimes = Pick<HappeningEffect, 'from' | 'until' | 'period' | 'times'>

/** Returns the latest occurrence that has begun by `at`; null if there is none. */
export function findLatestEffectOccurrence(e: RepeatingEffectTimes, at: number): EffectInterval | null {
  if (at < e.from) return null
  const k = e.period > 0 ? Math.min(Math.floor((at - e.from) / e.period), e.times - 1) : 0
  return { from: e.from + k * e.period, until: e.until + k * e.period }
}

/** Reports whether an occurrence is active at a moment. The end is exclusive. */
export function isEffectActiveAt(e: HappeningEffect, at: number): boolean {
  const o = findLatestEffectOccurrence(e, at)
  return o !== null && at < o.until
}

/** Yields all occurrences that touch [from, to], in order. */
export function* generateEffectOccurrences(
  e: RepeatingEffectTimes,
  from: number,
  to: number,
): Generator<EffectInterval> {
  const span = e.until - e.from
  const first = e.period > 0 ? Math.max(0, Math.ceil((from - span - e.from) / e.period)) : 0
  const last = e.period > 0 ? Math.min(Math.floor((to - e.from) / e.period), e.times - 1) : 0
  for (let k = first; k <= last; k++) {
    const o = { from: e.from + k * e.period, until: e.until + k * e.period }
    if (o.from <= to && o.until >= from) yield o
  }
}

/** Counts the begins and ends of an effect in (from, to]. */
export function countEffectChangesWithin(e: RepeatingEffectTimes, from: number, to: number): number {
  const upTo = (first: number, at: number): number => {
    if (at < first) return 0
    return e.period > 0 ? Math.min(Math.floor((at - first) / e.period) + 1, e.times) : 1
  }
  return [e.from, e.until].reduce((sum, first) => sum + upTo(first, to) - upTo(first, from), 0)
}

/** Returns the next moment after `at` at which the effect begins or ends; Infinity if there is none. */
export function findNextEffectChangeTime(e: HappeningEffect, at: number): number {
  if (at < e.from) return e.from
  const o = findLatestEffectOccurrence(e, at)
  if (!o) return e.from
  if (at < o.until) return o.until
  const following = o.from + e.period
  return e.period > 0 && following < e.from + e.times * e.period ? following : Number.POSITIVE_INFINITY
}

/** Returns the last moment at or before `at` at which the effect began or ended; -Infinity if there is none. */
export function findLastEffectChangeTime(e: HappeningEffect, at: number): number {
  const o = findLatestEffectOccurrence(e, at)
  if (!o) return Number.NEGATIVE_INFINITY
  return at >= o.until ? o.until : o.from
}

/** Joins overlapping or touching intervals. */
export function mergeOverlappingIntervals(intervals: Iterable<EffectInterval>): EffectInterval[] {
  const sorted = [...intervals].sort((a, b) => a.from - b.from)
  const joined: { from: number; until: number }[] = []
  for (const i of sorted) {
    const last = joined.at(-1)
    if (last && i.from <= last.until) last.until = Math.max(last.until, i.until)
    else joined.push({ ...i })
  }
  return joined
}

/** Returns the intersections of two lists of intervals. Each list must be joined and in order. */
export function intersectEffectIntervals(a: readonly EffectInterval[], b: readonly EffectInterval[]): EffectInterval[] {
  return a.flatMap((x) =>
    b.flatMap((y) => {
      const both = { from: Math.max(x.from, y.from), until: Math.min(x.until, y.until) }
      return both.from < both.until ? [both] : []
    }),
  )
}
