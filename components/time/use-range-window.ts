import { useEffect, useMemo, useState } from 'react'
import type { TimeWindow } from '../charts/state-timeline/time-window.ts'
import { useRealNow } from '../ui/times/clock.tsx'
import { resolveEdges } from './range.ts'
import { useTimeRange } from './use-time-range.ts'

/** Pause in ms after which a zoom or pan counts as finished. Only then the page loads new data. */
const SETTLED_MS = 350
/** Distance in ms between the end of a window and now below which the end counts as now and moves with it. */
const NEARLY_NOW_MS = 15_000
/** Maximum age in ms of a window's start when the user zooms out. */
const BEYOND_MS = 400 * 86_400_000

/**
 * Returns the page's time range as a window that can be zoomed and panned. `window` follows each gesture immediately;
 * the queried range follows when the gesture has ended.
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
  // the same range keeps the same object, so that the drawing is not rendered again after each response
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
