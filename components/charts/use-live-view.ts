import { useEffect, useRef, useState } from 'react'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { getServerNow } from '../data/server-clock.ts'
import { panWindow, type TimeWindow, type TimeZoom, zoomWindow } from './state-timeline/time-window.ts'

/**
 * Time in milliseconds without a further change after which a zoom or pan counts as finished. The page loads new data
 * only then.
 */
const SETTLED_MS = 350

/**
 * Calls a function when a gesture has ended, that is, when its value has not changed for a short time.
 * @param value state of the gesture; null = no gesture
 */
export function useValueAfterGesture<Value extends object>(
  value: Value | null,
  onSettled: (value: Value) => void,
): void {
  // The function is kept in a ref, because it changes whenever the clock ticks. A change of the function must not
  // restart the timer.
  const latest = useRef(onSettled)
  useEffect(() => {
    latest.current = onSettled
  })
  useEffect(() => {
    if (!value) return
    const timer = setTimeout(() => latest.current(value), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [value])
}

/** Maximum age in ms of the start of a range when the user zooms out or pans. */
export const MAX_RANGE_AGE_MS = 400 * MS_PER_DAY

/**
 * Returns the visible range of a chart while the user pans or zooms it (null = the range of its data), with functions
 * that change the range. When the gesture has ended, the visible range becomes the page's time range. When the data for
 * this range are loaded, the result is null again.
 * @param domain range of the data, epoch milliseconds
 */
export function useWindowDuringGesture([from, to]: readonly [number, number], time: TimeZoom | undefined) {
  const [moved, setMoved] = useState<{ view: TimeWindow; of: TimeWindow } | null>(null)
  const view = moved && moved.of.from === from && moved.of.to === to ? moved.view : null
  useValueAfterGesture(view, (settled) => time?.zoom(settled.from, settled.to))
  const current = view ?? { from, to }
  const move = (next: (limits: TimeWindow) => TimeWindow) => {
    const now = getServerNow()
    setMoved({ view: next({ from: now - MAX_RANGE_AGE_MS, to: Math.max(to, now) }), of: { from, to } })
  }
  return {
    view,
    pan: (share: number) => move((limits) => panWindow(current, share, limits)),
    zoom: (factor: number, at: number) => move((limits) => zoomWindow(current, factor, at, limits)),
  }
}
