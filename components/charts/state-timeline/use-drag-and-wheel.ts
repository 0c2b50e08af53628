import { type RefObject, useEffect, useRef } from 'react'

/** Distance in px that the pointer must move for a press to count as a drag instead of a click. */
const SLACK = 3
const ZOOM_OF_WHEEL = 1.0016

interface Gestures {
  /** returns the position of a pointer as a share of the visible time: 0 at its start, 1 at its end */
  shareAt: (clientX: number, box: DOMRect) => number
  onPoint: (share: number | null) => void
  /**
   * Called when the visible range is moved.
   * @param share distance as a share of the range's length; positive = toward later times
   */
  onPan: (share: number) => void
  onZoom: (factor: number, share: number) => void
  /** called after a click, that is, a press that is not a drag */
  onPress: (share: number) => void
}

/**
 * Handles gestures on a time axis: dragging pans, the wheel with Ctrl or Cmd zooms, and a sideways wheel or the wheel
 * with Shift pans. A plain wheel scrolls the page. The listeners are attached once and call the latest `gestures`. They
 * are not React listeners, because React's wheel listener cannot prevent the page from scrolling.
 */
export function useDragAndWheel(place: RefObject<HTMLElement | null>, gestures: Gestures): void {
  const latest = useRef(gestures)
  useEffect(() => {
    latest.current = gestures
  })
  useEffect(() => {
    const element = place.current
    if (!element) return
    let drag: { share: number; x: number; moved: boolean } | null = null
    const shareOf = (event: { clientX: number }) =>
      latest.current.shareAt(event.clientX, element.getBoundingClientRect())
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0 || event.pointerType === 'touch') return
      drag = { share: shareOf(event), x: event.clientX, moved: false }
      element.setPointerCapture(event.pointerId)
    }
    const onMove = (event: PointerEvent) => {
      const share = shareOf(event)
      latest.current.onPoint(share < 0 || share > 1 ? null : share)
      if (!drag || (!drag.moved && Math.abs(event.clientX - drag.x) < SLACK)) return
      drag.moved = true
      latest.current.onPan(drag.share - share)
      // panning keeps the same time under the pointer
      drag = { ...drag, share }
    }
    const onUp = (event: PointerEvent) => {
      if (drag?.moved === false && event.type === 'pointerup') latest.current.onPress(drag.share)
      drag = null
    }
    const onLeave = () => {
      if (!drag) latest.current.onPoint(null)
    }
    const onWheel = (event: WheelEvent) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
      if (!event.ctrlKey && !event.metaKey && !sideways && !event.shiftKey) return
      event.preventDefault()
      const width = Math.max(1, element.clientWidth)
      if (event.ctrlKey || event.metaKey) latest.current.onZoom(ZOOM_OF_WHEEL ** event.deltaY, shareOf(event))
      else latest.current.onPan((sideways ? event.deltaX : event.deltaY) / width)
    }
    element.addEventListener('pointerdown', onDown)
    element.addEventListener('pointermove', onMove)
    element.addEventListener('pointerup', onUp)
    element.addEventListener('pointercancel', onUp)
    element.addEventListener('pointerleave', onLeave)
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => {
      element.removeEventListener('pointerdown', onDown)
      element.removeEventListener('pointermove', onMove)
      element.removeEventListener('pointerup', onUp)
      element.removeEventListener('pointercancel', onUp)
      element.removeEventListener('pointerleave', onLeave)
      element.removeEventListener('wheel', onWheel)
    }
  }, [place])
}
