import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { isTyping } from './shortcuts.ts'

/** How long a page may take to draw its heading. */
const WAIT_MS = 10_000

/**
 * After a navigation on the client the focus goes to the new page's main heading: it would stay on a link of the old page, or on
 * nothing. Whoever has gone to a field or a dialog meanwhile is left there.
 */
export function useHeadingFocus(): void {
  const pathname = usePathname()
  const shown = useRef(pathname)
  const byKeys = useRef(false)
  useEffect(() => {
    const note = (event: Event) => {
      byKeys.current = event.type === 'keydown' && !isTyping(event.target)
    }
    for (const kind of ['keydown', 'pointerdown']) document.addEventListener(kind, note, true)
    return () => {
      for (const kind of ['keydown', 'pointerdown']) document.removeEventListener(kind, note, true)
    }
  }, [])
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    const from = document.activeElement
    const isDone = () => {
      const active = document.activeElement
      if (
        active !== from &&
        active !== document.body &&
        active?.closest('main h1, [role=dialog], input, select, textarea')
      )
        return true
      return focusHeading(byKeys.current)
    }
    if (isDone()) return
    const observer = new MutationObserver(() => {
      if (isDone()) observer.disconnect()
    })
    observer.observe(document.querySelector('main') ?? document.body, { subtree: true, childList: true })
    const timer = setTimeout(() => observer.disconnect(), WAIT_MS)
    return () => {
      observer.disconnect()
      clearTimeout(timer)
    }
  }, [pathname])
}

/**
 * @param isMarked whether a ring shows that it has the focus: not to whoever clicked or typed
 * @returns whether there is one
 */
function focusHeading(isMarked: boolean): boolean {
  const heading = [...document.querySelectorAll<HTMLElement>('main h1')].find(({ offsetParent }) => offsetParent)
  if (!heading) return false
  heading.tabIndex = -1
  heading.style.outline = isMarked ? '' : 'none'
  // going back restores the scroll position
  heading.focus({ preventScroll: true })
  return true
}
