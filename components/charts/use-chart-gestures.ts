import { type RefObject, useEffect, useRef } from 'react'

/** Distance in px that the pointer must move for a press to count as a drag instead of a click. */
const SLACK = 3
const ZOOM_OF_WHEEL = 1.0016
/** Delay of `onPress` after a click in ms, so that a double click does not also count as a press. */
const DOUBLE_CLICK_MS = 250

/** Positions on the time axis of a chart as shares of the visible time: 0 at its start, 1 at its end. */
interface ShareRange {
  from: number
  to: number
}

export interface ChartGestures {
  /** returns the position of a pointer as a share of the visible time */
  shareAt: (clientX: number, box: DOMRect) => number
  /** called when the pointer moves over the chart; null = it left the time axis */
  onPoint?: (share: number | null, event: PointerEvent) => void
  /** called while the user drags over a range, and with null at the end of the drag; absent = a drag does nothing */
  onSelect?: ((range: ShareRange | null) => void) | undefined
  /** called at the end of a drag with the selected range */
  onZoomTo?: ((range: ShareRange) => void) | undefined
  /**
   * Called when the visible range is moved.
   * @param share distance as a share of the range's length; positive = toward later times
   */
  onPan?: ((share: number) => void) | undefined
  onZoom?: ((factor: number, share: number) => void) | undefined
  /** called after a click, that is, a press that is neither a drag nor a part of a double click */
  onPress?: ((share: number) => void) | undefined
  /** called after a double click */
  onReset?: (() => void) | undefined
}

/**
 * Handles the gestures of all charts with axes. A drag selects a range to zoom in, and with Shift it pans. The wheel
 * zooms with Ctrl or Cmd, and pans if it turns sideways or with Shift; a plain wheel scrolls the page. A double click
 * resets (ADR 0350). A gesture whose function is absent does nothing. The listeners are attached once and call the
 * latest `gestures`. They are not React listeners, because React's wheel listener cannot prevent the page from
 * scrolling.
 */
export function useChartGestures(place: RefObject<HTMLElement | null>, gestures: ChartGestures): void {
  const latest = useRef(gestures)
  useEffect(() => {
    latest.current = gestures
  })
  useEffect(() => {
    const element = place.current
    if (!element) return
    let drag: { start: number; last: number; x: number; isPan: boolean; hasMoved: boolean } | null = null
    let wasDrag = false
    let press: ReturnType<typeof setTimeout> | undefined
    const shareOf = ({ clientX }: { clientX: number }) =>
      latest.current.shareAt(clientX, element.getBoundingClientRect())
    const selected = (end: number, { start }: { start: number }): ShareRange => {
      const [from, to] = start < end ? [start, end] : [end, start]
      return { from: Math.max(0, from), to: Math.min(1, to) }
    }
    const onDown = (event: PointerEvent) => {
      wasDrag = false
      if (event.button !== 0 || event.pointerType === 'touch') return
      const share = shareOf(event)
      drag = { start: share, last: share, x: event.clientX, isPan: event.shiftKey, hasMoved: false }
    }
    const onMove = (event: PointerEvent) => {
      const share = shareOf(event)
      latest.current.onPoint?.(share < 0 || share > 1 ? null : share, event)
      const { onSelect, onPan } = latest.current
      if (!drag || !(drag.isPan ? onPan : onSelect)) return
      if (!drag.hasMoved && Math.abs(event.clientX - drag.x) < SLACK) return
      if (!drag.hasMoved) element.setPointerCapture(event.pointerId)
      drag.hasMoved = true
      if (drag.isPan) onPan?.(drag.last - share)
      else onSelect?.(selected(share, drag))
      // After a pan, the pointer is at the same time of the axis as before. This position is therefore stored without
      // the movement.
      drag.last = share
    }
    const onUp = (event: PointerEvent) => {
      const ended = drag
      drag = null
      if (!ended?.hasMoved) return
      wasDrag = true
      if (ended.isPan) return
      latest.current.onSelect?.(null)
      if (event.type === 'pointerup') latest.current.onZoomTo?.(selected(shareOf(event), ended))
    }
    const onLeave = (event: PointerEvent) => {
      if (!drag?.hasMoved) latest.current.onPoint?.(null, event)
    }
    const onClick = (event: MouseEvent) => {
      clearTimeout(press)
      if (wasDrag || event.detail > 1) return
      const share = shareOf(event)
      press = setTimeout(() => latest.current.onPress?.(share), DOUBLE_CLICK_MS)
    }
    const onDoubleClick = () => {
      clearTimeout(press)
      latest.current.onReset?.()
    }
    const onWheel = (event: WheelEvent) => {
      const { onZoom, onPan } = latest.current
      const isZoom = event.ctrlKey || event.metaKey
      const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
      if (!(isZoom ? onZoom : onPan) || (!isZoom && !isSideways && !event.shiftKey)) return
      event.preventDefault()
      const width = Math.max(1, element.clientWidth)
      if (isZoom) onZoom?.(ZOOM_OF_WHEEL ** event.deltaY, shareOf(event))
      else onPan?.((isSideways ? event.deltaX : event.deltaY) / width)
    }
    const listeners = [
      ['pointerdown', onDown],
      ['pointermove', onMove],
      ['pointerup', onUp],
      ['pointercancel', onUp],
      ['pointerleave', onLeave],
      ['click', onClick],
      ['dblclick', onDoubleClick],
      ['wheel', onWheel],
    ] as unknown as readonly [string, EventListener][]
    for (const [type, listener] of listeners) element.addEventListener(type, listener, { passive: false })
    return () => {
      clearTimeout(press)
      for (const [type, listener] of listeners) element.removeEventListener(type, listener)
    }
  }, [place])
}
