import { parseAsString, useQueryStates } from 'nuqs'
import { DAY, HOUR, MINUTE, iso } from '#lib/contract/time/time.ts'
import { serverNow } from '../data/server-clock.ts'
import { clockParameters } from '../links/range-search.tsx'
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

/** What now is compared with unless asked. */
const USUAL_MS = DAY
/** A moves in steps, so that not every second asks for another difference. */
const STEP_MS = 5 * MINUTE

/**
 * The two times in an address, by default the ends of the range that is chosen; else of the hour of the clock's moment; else now and a
 * day before; at most now.
 * @param range epoch milliseconds; null = none is chosen
 */
export function momentCursors(
  { a, b, at = null }: { a: string | null; b: string | null; at?: string | null },
  range: TwoMoments | null,
  now: number,
): TwoMoments {
  const read = (text: string | null, usual: number) => {
    const at = Date.parse(text ?? '')
    return Math.min(Number.isNaN(at) ? usual : at, now)
  }
  const hour = at === null || a !== null || b !== null ? null : Math.floor(read(at, now) / HOUR) * HOUR
  const ends = range ?? (hour === null ? null : [hour, hour + HOUR])
  const last = read(b, ends?.[1] ?? read(at, now))
  const first = read(a, ends?.[0] ?? Math.floor((last - USUAL_MS) / STEP_MS) * STEP_MS)
  return first <= last ? [first, last] : [last, first]
}

/** The marked times of the churn chart, and the effect of a click. */
export interface Cursors {
  /** epoch milliseconds; empty = now, or the view covers the whole range */
  moments: readonly number[]
  onPick: (moment: number) => void
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
    }
  }
  const isAsOf = view === 'table' || view === 'lookup'
  return {
    moments: isAsOf && at !== null ? [Date.parse(at)] : [],
    onPick: (moment) => setMoment(moment >= serverNow() ? null : iso(moment), { within: range }),
  }
}

/** The two compared times. A range around a moment is none that was chosen. */
function useTwoMoments(range: TimeRange) {
  const [address] = useQueryStates({ a: parseAsString, b: parseAsString, ...clockParameters })
  const now = useRealNow(10_000)
  const isChosen = address.from !== null || address.to !== null || (address.range !== null && address.at === null)
  return momentCursors(address, isChosen ? edgesOf(range, now) : null, now)
}

/** The two times for the query; null = now. */
export function useCompared(range: TimeRange): { from: string; to: string | null } {
  const [from, to] = useTwoMoments(range)
  const now = useRealNow(10_000)
  return { from: iso(from), to: to >= now ? null : iso(to) }
}
