import { useCallback } from 'react'
import { getServerNow } from '../data/server-clock.ts'
import { useTimeRange } from './use-time-range.ts'

/** Minimum length in ms of a range that is selected by a drag. A shorter drag counts as a click. */
const SHORTEST_MS = 10_000

/**
 * Returns a function that sets the page's time range to a range that the user selected by a drag over a chart. A range
 * that extends into the future ends now.
 */
export function useBrush(): (from: number, to: number) => void {
  const { setRange } = useTimeRange()
  return useCallback(
    (from, to) => {
      const now = getServerNow()
      if (Math.min(to, now) - from < SHORTEST_MS) return
      setRange({ from: new Date(from).toISOString(), to: to > now ? null : new Date(to).toISOString() })
    },
    [setRange],
  )
}
