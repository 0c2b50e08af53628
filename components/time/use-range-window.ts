'use client'

import { useEffect, useMemo, useState } from 'react'
import type { TimeWindow } from '../charts/state-timeline/time-window.ts'
import { useNowInSteps } from '../ui/clock.tsx'
import { edgesOf, type RelativeLength } from './range.ts'
import { useTimeRange } from './use-time-range.ts'

/** A gesture is over when nothing moved for so long; only then the page asks anew. */
const SETTLED_MS = 350
/** An end so near to now is now, and moves on with it. */
const NEARLY_NOW_MS = 15_000
/** As far back as a page of history may look by itself. */
const BEYOND_MS = 400 * 86_400_000

/** The page's interval of time as a window to be zoomed and moved: what is looked at meanwhile, and what is asked once it rests. */
export function useRangeWindow(usual: RelativeLength) {
  const { range, setRange } = useTimeRange(usual)
  const now = useNowInSteps(10_000)
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
  // the same interval is the same object, so that what is drawn over it is not drawn again with each answer
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
