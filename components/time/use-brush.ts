import { useCallback } from 'react'
import { serverNow } from '../data/server-clock.ts'
import { useTimeRange } from './use-time-range.ts'

/** A shorter drag is a press, ms. */
const SHORTEST_MS = 10_000

/** What a drag over a chart does: the dragged range becomes that of the page; one that reaches into time to come ends now. */
export function useBrush(): (from: number, to: number) => void {
  const { setRange } = useTimeRange()
  return useCallback(
    (from, to) => {
      const now = serverNow()
      if (Math.min(to, now) - from < SHORTEST_MS) return
      setRange({ from: new Date(from).toISOString(), to: to > now ? null : new Date(to).toISOString() })
    },
    [setRange],
  )
}
