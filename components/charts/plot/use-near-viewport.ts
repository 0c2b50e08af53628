'use client'

import { type RefObject, useEffect, useRef, useState } from 'react'

/** How far below the screen something counts as near it. */
const MARGIN = '400px'

/** Whether an element has come near the viewport, or is to be printed; from then on true. */
export function useNearViewport<Element extends HTMLElement>(): [RefObject<Element | null>, boolean] {
  const place = useRef<Element>(null)
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    const element = place.current
    if (!element || isNear) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true)
      },
      { rootMargin: MARGIN },
    )
    observer.observe(element)
    const onPrint = () => setNear(true)
    window.addEventListener('beforeprint', onPrint)
    return () => {
      observer.disconnect()
      window.removeEventListener('beforeprint', onPrint)
    }
  }, [isNear])
  return [place, isNear]
}
