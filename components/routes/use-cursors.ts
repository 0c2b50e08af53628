'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { edgesOf, type TimeRange } from '../time/range.ts'
import { useNow, useNowInSteps } from '../ui/clock.tsx'
import { cursorsOf, withCursor } from './cursors.ts'
import type { RouteView } from './route-views.ts'

/** What the line of time over the routes points at, and what a press on it does. */
export interface Cursors {
  /** epoch milliseconds; none = now, or the view looks at all of the time */
  moments: readonly number[]
  onPick: (moment: number) => void
  hint: string
}

/** One line of time drives every view: the table and the look-up as of one moment, the comparison by two. */
export function useCursors(view: RouteView, range: TimeRange): Cursors {
  const [{ at }, setAddress] = useQueryStates(
    { at: parseAsString, a: parseAsString, b: parseAsString, cursor: parseAsString },
    { history: 'push' },
  )
  const compared = useTwoMoments(range)
  const now = useNow()
  if (view === 'diff') {
    return {
      moments: compared,
      onPick: (moment) => {
        const [a, b] = withCursor(compared, Math.min(moment, now))
        void setAddress({ a: iso(a), b: iso(b) })
      },
      hint: 'press one to move the nearer of the two moments to its end',
    }
  }
  const isAsOf = view === 'table' || view === 'lookup'
  return {
    moments: isAsOf && at !== null ? [Date.parse(at)] : [],
    onPick: (moment) => void setAddress({ at: moment >= now ? null : iso(moment), cursor: null }),
    hint: isAsOf ? 'press one to see the tables at its end' : 'press one to keep its end for the tables',
  }
}

/** The two moments that are compared. */
function useTwoMoments(range: TimeRange) {
  const [address] = useQueryStates({ a: parseAsString, b: parseAsString })
  const now = useNowInSteps(10_000)
  return cursorsOf(address, edgesOf(range, now), now)
}

/** The two moments as they are asked for; a later one that is now moves on with it. */
export function useCompared(range: TimeRange): { from: string; to: string | null } {
  const [from, to] = useTwoMoments(range)
  const now = useNowInSteps(10_000)
  return { from: iso(from), to: to >= now ? null : iso(to) }
}

const iso = (at: number) => new Date(at).toISOString()
