'use client'

import { useCallback } from 'react'
import { useTimeRange } from './use-time-range.ts'

/** A shorter drag is a press, ms. */
const SHORTEST_MS = 10_000

/** What a drag over a chart does: the dragged range becomes that of the page. */
export function useBrush(): (from: number, to: number) => void {
  const { setRange } = useTimeRange()
  return useCallback(
    (from, to) => {
      if (to - from < SHORTEST_MS) return
      setRange({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })
    },
    [setRange],
  )
}
