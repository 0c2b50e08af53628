import { type RefObject, useContext, useEffect, useRef, useState } from 'react'
import { FixedChartSizeContext } from './fixed-size.ts'

/**
 * Returns a React ref for an element, and the measured width of the element in px; null until it is measured. On paper,
 * the width is fixed.
 */
export function useElementWidth<Element extends HTMLElement>(): [RefObject<Element | null>, number | null] {
  const element = useRef<Element>(null)
  const [width, setWidth] = useState<number | null>(null)
  useEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.round(entry.contentRect.width)))
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  const fixed = useContext(FixedChartSizeContext)
  return [element, fixed?.width ?? width]
}
