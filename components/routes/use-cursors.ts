'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { HOUR } from '#lib/contract/time/time.ts'
import { serverNow } from '../data/server-clock.ts'
import { edgesOf, type TimeRange } from '../time/range.ts'
import { useClock } from '../time/use-clock.ts'
import { useRealNow } from '../ui/times/clock.tsx'
import type { RouteView } from './route-views.ts'

/** The two compared times A and B, the earlier first; epoch milliseconds. */
type TwoMoments = readonly [earlier: number, later: number]

/** Moves the nearer of both times to the clicked one; A stays before B. */
export function withCursor([earlier, later]: TwoMoments, pressed: number): TwoMoments {
  const isEarlier = Math.abs(pressed - earlier) < Math.abs(pressed - later)
  const next: TwoMoments = isEarlier ? [pressed, later] : [earlier, pressed]
  return next[0] <= next[1] ? next : [next[1], next[0]]
}

/** The two times in an address, by default the hour of the moment that it is about, else the ends of the time range; at most now. */
export function momentCursors(
  { a, b, at = null }: { a: string | null; b: string | null; at?: string | null },
  range: TwoMoments,
  now: number,
): TwoMoments {
  const hour = Math.floor(Date.parse(at ?? '') / HOUR) * HOUR
  const [from, to] = Number.isNaN(hour) ? range : [hour, hour + HOUR]
  const read = (text: string | null, usual: number) => {
    const at = Date.parse(text ?? '')
    return Math.min(Number.isNaN(at) ? usual : at, now)
  }
  const moments: TwoMoments = [read(a, from), read(b, to)]
  return moments[0] <= moments[1] ? moments : [moments[1], moments[0]]
}

/** The marked times of the churn chart, and the effect of a click. */
export interface Cursors {
  /** epoch milliseconds; empty = now, or the view covers the whole range */
  moments: readonly number[]
  onPick: (moment: number) => void
  hint: string
}

/** The churn chart controls every view: table and look-up by one time, the diff by two. */
export function useCursors(view: RouteView, range: TimeRange): Cursors {
  const [, setAddress] = useQueryStates({ a: parseAsString, b: parseAsString }, { history: 'push' })
  const { at, setMoment } = useClock()
  const compared = useTwoMoments(range)
  if (view === 'diff') {
    return {
      moments: compared,
      onPick: (moment) => {
        const [a, b] = withCursor(compared, Math.min(moment, serverNow()))
        void setAddress({ a: iso(a), b: iso(b) })
      },
      hint: 'click a bar to set A or B',
    }
  }
  const isAsOf = view === 'table' || view === 'lookup'
  return {
    moments: isAsOf && at !== null ? [Date.parse(at)] : [],
    onPick: (moment) => setMoment(moment >= serverNow() ? null : iso(moment), { within: range }),
    hint: isAsOf ? 'click a bar to view the tables at that time' : 'click a bar to set the time of the tables',
  }
}

/** The two compared times. */
function useTwoMoments(range: TimeRange) {
  const [address] = useQueryStates({ a: parseAsString, b: parseAsString, at: parseAsString })
  const now = useRealNow(10_000)
  return momentCursors(address, edgesOf(range, now), now)
}

/** The two times for the query; null = now. */
export function useCompared(range: TimeRange): { from: string; to: string | null } {
  const [from, to] = useTwoMoments(range)
  const now = useRealNow(10_000)
  return { from: iso(from), to: to >= now ? null : iso(to) }
}

const iso = (at: number) => new Date(at).toISOString()
