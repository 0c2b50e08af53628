import { parseAsString, useQueryStates } from 'nuqs'
import { DAY, HOUR, MINUTE, iso } from '#lib/contract/time/time.ts'
import { serverNow } from '../data/server-clock.ts'
import { clockParameters } from '../links/range-search.tsx'
import { resolveEdges, type TimeRange } from '../time/range.ts'
import { useClock } from '../time/use-clock.ts'
import { useRealNow } from '../ui/times/clock.tsx'
import type { RouteView } from './route-views.ts'

/** Compared times A and B in ascending order; epoch milliseconds. */
type TwoMoments = readonly [earlier: number, later: number]

/** Moves the nearer of the two compared times to the clicked time. The result is in ascending order. */
export function moveNearerCursor([earlier, later]: TwoMoments, pressed: number): TwoMoments {
  const isEarlier = Math.abs(pressed - earlier) < Math.abs(pressed - later)
  const next: TwoMoments = isEarlier ? [pressed, later] : [earlier, pressed]
  return next[0] <= next[1] ? next : [next[1], next[0]]
}

/** Default time between A and B. */
const USUAL_MS = DAY
/** Step to which the default time A is rounded down, so that the comparison is not requested again every second. */
const STEP_MS = 5 * MINUTE

/**
 * Returns the two times to compare. Times that are not in the URL default to the ends of the chosen range. Without a
 * chosen range, they default to the hour that contains the page's time, otherwise to now and one day earlier. Neither
 * time is later than now.
 * @param range epoch milliseconds; null = not chosen
 */
export function resolveComparedTimes(
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

/** Times that are marked in the churn chart, and the function that a click on the chart calls. */
export interface Cursors {
  /** epoch milliseconds; empty = the view shows now or the whole range */
  moments: readonly number[]
  onPick: (moment: number) => void
}

/**
 * Returns the times that the churn chart marks and sets for the open view. Table and lookup have one time, the
 * comparison has two, other views have none.
 */
export function useCursors(view: RouteView, range: TimeRange): Cursors {
  const [, setAddress] = useQueryStates({ a: parseAsString, b: parseAsString }, { history: 'push' })
  const { at, setMoment } = useClock()
  const compared = useTwoMoments(range)
  if (view === 'diff') {
    return {
      moments: compared,
      onPick: (moment) => {
        const [a, b] = moveNearerCursor(compared, Math.min(moment, serverNow()))
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

/**
 * Returns the two times of the comparison. A time range that is only the default around the page's time does not count
 * as chosen.
 */
function useTwoMoments(range: TimeRange) {
  const [address] = useQueryStates({ a: parseAsString, b: parseAsString, ...clockParameters })
  const now = useRealNow(10_000)
  const isChosen = address.from !== null || address.to !== null || (address.range !== null && address.at === null)
  return resolveComparedTimes(address, isChosen ? resolveEdges(range, now) : null, now)
}

/** Returns the two times of the comparison for the API query; `to` null = now. */
export function useCompared(range: TimeRange): { from: string; to: string | null } {
  const [from, to] = useTwoMoments(range)
  const now = useRealNow(10_000)
  return { from: iso(from), to: to >= now ? null : iso(to) }
}
