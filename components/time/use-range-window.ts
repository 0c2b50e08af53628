import { useEffect, useMemo, useState } from 'react'
import type { TimeWindow } from '../charts/state-timeline/time-window.ts'
import { useRealNow } from '../ui/times/clock.tsx'
import { resolveEdges } from './range.ts'
import { useTimeRange } from './use-time-range.ts'

/** Pause after which a gesture has ended; only then the page loads new data. */
const SETTLED_MS = 350
/** Tolerance within which an end counts as now and moves with it. */
const NEARLY_NOW_MS = 15_000
/** Maximum age of the start when zooming out. */
const BEYOND_MS = 400 * 86_400_000

/**
 * Returns the page's time range as a window to zoom and pan: the visible window, and the range that is queried after a
 * gesture has ended.
 */
export function useRangeWindow() {
  const { range, setRange } = useTimeRange()
  const now = useRealNow(10_000)
  const [moving, setMoving] = useState<TimeWindow | null>(null)
  useEffect(() => {
    if (!moving) return
    const timer = setTimeout(() => {
      setRange({ from: iso(moving.from), to: moving.to > now - NEARLY_NOW_MS ? null : iso(moving.to) })
      setMoving(null)
    }, SETTLED_MS)
    return () => clearTimeout(timer)
  }, [moving, now, setRange])
  const [from, to] = resolveEdges(range, now)
  // keeps the same object for the same range, so that the drawing is not rendered again with each response
  const whole = useMemo(() => ({ from, to }), [from, to])
  return {
    range,
    setRange,
    now,
    whole,
    window: moving ?? whole,
    limits: { from: now - BEYOND_MS, to: now },
    onWindow: (window: TimeWindow | null) => {
      setMoving(window)
      if (window === null) setRange({ from: null, to: null })
    },
  }
}

export type RangeWindow = ReturnType<typeof useRangeWindow>

const iso = (at: number) => new Date(Math.round(at)).toISOString()
