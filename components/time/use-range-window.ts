import { useMemo, useState } from 'react'
import type { TimeWindow } from '../charts/state-timeline/time-window.ts'
import { MAX_RANGE_AGE_MS, useValueAfterGesture } from '../charts/use-live-view.ts'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { resolveRangeEdges } from './time-range.ts'
import { useTimeRange } from './use-time-range.ts'
import { useTimeZoom } from './use-time-zoom.ts'

/** Distance in ms between the end of a window and now below which the end counts as now and moves with it. */
const NEARLY_NOW_MS = 15_000

/**
 * Returns the page's time range as a window that can be zoomed and panned. `window` follows each gesture immediately;
 * the queried range follows when the gesture has ended.
 */
export function useRangeWindow() {
  const { range, setRange } = useTimeRange()
  const time = useTimeZoom()
  const now = useRealNow(10_000)
  const [moving, setMoving] = useState<TimeWindow | null>(null)
  useValueAfterGesture(moving, ({ from, to }) => {
    time.zoom(Math.round(from), to > now - NEARLY_NOW_MS ? Number.POSITIVE_INFINITY : Math.round(to))
    setMoving(null)
  })
  const [from, to] = resolveRangeEdges(range, now)
  // An unchanged range keeps its object, so that the drawing is not rendered again after each response.
  const whole = useMemo(() => ({ from, to }), [from, to])
  return {
    range,
    setRange,
    now,
    whole,
    window: moving ?? whole,
    limits: { from: now - MAX_RANGE_AGE_MS, to: now },
    time,
    onWindow: (window: TimeWindow | null) => {
      setMoving(window)
      if (window === null) time.reset()
    },
  }
}

export type TimeRangeWindowState = ReturnType<typeof useRangeWindow>
