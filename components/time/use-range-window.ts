import { useEffect, useMemo, useState } from 'react'
import type { TimeWindow } from '../charts/state-timeline/time-window.ts'
import { useRealNow } from '../ui/times/clock.tsx'
import { edgesOf } from './range.ts'
import { useTimeRange } from './use-time-range.ts'

/** A gesture ends after this pause; only then the page refetches. */
const SETTLED_MS = 350
/** An end this close to now is now, and moves with it. */
const NEARLY_NOW_MS = 15_000
/** The earliest start that zooming out may reach. */
const BEYOND_MS = 400 * 86_400_000

/** The page's time range as a window to zoom and pan: the visible window, and the range queried once it rests. */
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
  const [from, to] = edgesOf(range, now)
  // one object for the same range, so that the drawing is not rendered again with each answer
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
