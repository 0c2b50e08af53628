import { type RefObject, useEffect, useRef, useState } from 'react'

export interface ElementSize {
  width: number
  height: number
}

/** Returns a React ref for an element, and the measured size of the element in px; null until it is measured. */
export function useElementSize<Element extends HTMLElement>(): [RefObject<Element | null>, ElementSize | null] {
  const element = useRef<Element>(null)
  const [size, setSize] = useState<ElementSize | null>(null)
  useEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return
      const [width, height] = [Math.round(entry.contentRect.width), Math.round(entry.contentRect.height)]
      setSize((known) => (known?.width === width && known.height === height ? known : { width, height }))
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  return [element, size]
}
