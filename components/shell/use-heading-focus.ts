import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { isTextInputTarget } from './shortcuts.ts'

/** Maximum time in ms to wait for the heading of a new page. */
const WAIT_MS = 10_000

/**
 * Moves the focus to the main heading after a client-side navigation. Otherwise the focus would stay on a link of the
 * old page or be lost. If the user has meanwhile focused a field or dialog, the focus stays there.
 */
export function useHeadingFocus(): void {
  const pathname = usePathname()
  const shown = useRef(pathname)
  const byKeys = useRef(false)
  useEffect(() => {
    const note = (event: Event) => {
      byKeys.current = event.type === 'keydown' && !isTextInputTarget(event.target)
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
      const isTaken =
        active !== from &&
        active !== document.body &&
        active?.closest('main h1, [role=dialog], input, select, textarea')
      // The effects of the new page run before this code. The focus may therefore already be on an element that the
      // URL's fragment refers to.
      return isTaken || isInAnchor(active) || focusHeading(byKeys.current)
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

/** Reports whether an element is the part of the page that the URL's fragment names, or is inside it. */
const isInAnchor = (element: Element | null) => document.getElementById(location.hash.slice(1))?.contains(element)

/**
 * Focuses the main heading.
 * @param isMarked whether to show a focus ring; false if the user navigated with the mouse or from a text field
 * @returns whether the page has a heading
 */
function focusHeading(isMarked: boolean): boolean {
  const heading = [...document.querySelectorAll<HTMLElement>('main h1')].find(({ offsetParent }) => offsetParent)
  if (!heading) return false
  heading.tabIndex = -1
  heading.style.outline = isMarked ? '' : 'none'
  // The focus does not scroll the page, because the browser restores the scroll position when the user opens the
  // previous page.
  heading.focus({ preventScroll: true })
  return true
}
