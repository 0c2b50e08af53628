import { parseAsString, useQueryStates } from 'nuqs'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, formatIso } from '#lib/contract/time/time.ts'
import { getServerNow } from '../data/server-clock.ts'
import { timeParameterParsers } from '../links/page-selection-provider.tsx'
import { resolveRangeEdges, type TimeRange } from '../time/time-range.ts'
import { usePageTime } from '../time/use-page-time.ts'
import { useRealNow } from '../ui/times/page-clock.tsx'
import type { RoutesPageTab } from './route-views.ts'

/** Compared times A and B in ascending order; epoch milliseconds. */
type TwoMoments = readonly [earlier: number, later: number]

/**
 * Replaces one of the two compared times by the clicked time, namely the time that is nearer to it. The result is in
 * ascending order.
 */
export function moveNearerMoment([earlier, later]: TwoMoments, pressed: number): TwoMoments {
  const isEarlier = Math.abs(pressed - earlier) < Math.abs(pressed - later)
  const next: TwoMoments = isEarlier ? [pressed, later] : [earlier, pressed]
  return next[0] <= next[1] ? next : [next[1], next[0]]
}

/** Default time between A and B, ms. */
const USUAL_MS = MS_PER_DAY
/**
 * Step in milliseconds to which the default time A is rounded down. Otherwise the time, and with it the query, would
 * change every second.
 */
const STEP_MS = 5 * MS_PER_MINUTE

/**
 * Returns the two times A and B to compare, neither of which is later than now. A time that is missing in the URL has a
 * default. If the user chose a time range, the defaults are its start and end. Otherwise, if the URL contains only the
 * page's time, the defaults are the start and end of the hour that contains this time. In all other cases, B is the
 * page's time or now by default, and A is one day before B.
 * @param range chosen time range, epoch milliseconds; null = the user chose no range
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
  const hour = at === null || a !== null || b !== null ? null : Math.floor(read(at, now) / MS_PER_HOUR) * MS_PER_HOUR
  const ends = range ?? (hour === null ? null : [hour, hour + MS_PER_HOUR])
  const last = read(b, ends?.[1] ?? read(at, now))
  const first = read(a, ends?.[0] ?? Math.floor((last - USUAL_MS) / STEP_MS) * STEP_MS)
  return first <= last ? [first, last] : [last, first]
}

/** Times that the churn chart marks with lines, and the function that the chart calls with the clicked time. */
export interface ChurnCursors {
  /** marked times, epoch milliseconds; empty = the view shows now or the whole range */
  moments: readonly number[]
  onPick: (moment: number) => void
}

/**
 * Returns the times that the churn chart marks, with the function that sets them. The table and the lookup mark the
 * page's time, the comparison marks A and B, and the other views mark no time.
 */
export function useTimeCursors(view: RoutesPageTab, range: TimeRange): ChurnCursors {
  const [, setAddress] = useQueryStates({ a: parseAsString, b: parseAsString }, { history: 'push' })
  const { at, setMoment } = usePageTime()
  const compared = useTwoMoments(range)
  if (view === 'diff') {
    return {
      moments: compared,
      onPick: (moment) => {
        const [a, b] = moveNearerMoment(compared, Math.min(moment, getServerNow()))
        void setAddress({ a: formatIso(a), b: formatIso(b) })
      },
    }
  }
  const isAsOf = view === 'table' || view === 'lookup'
  return {
    moments: isAsOf && at !== null ? [Date.parse(at)] : [],
    onPick: (moment) => setMoment(moment >= getServerNow() ? null : formatIso(moment), { within: range }),
  }
}

/**
 * Returns the two times of the comparison. A time range counts only if the user chose it. The default range around the
 * page's time does not count.
 */
function useTwoMoments(range: TimeRange) {
  const [address] = useQueryStates({ a: parseAsString, b: parseAsString, ...timeParameterParsers })
  const now = useRealNow(10_000)
  const isChosen = address.from !== null || address.to !== null || (address.range !== null && address.at === null)
  return resolveComparedTimes(address, isChosen ? resolveRangeEdges(range, now) : null, now)
}

/** Returns the two times of the comparison for the API query; `to` null = now. */
export function useComparedTimes(range: TimeRange): { from: string; to: string | null } {
  const [from, to] = useTwoMoments(range)
  const now = useRealNow(10_000)
  return { from: formatIso(from), to: to >= now ? null : formatIso(to) }
}
