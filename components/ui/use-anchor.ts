import { useEffect, useRef } from 'react'

/**
 * Reports each time that the page's address ends on `#id`: at the start, by the browser's own navigation, and by a link of the client.
 * @param id null = of what has no anchor
 */
export function useAnchor(id: string | null, onNamed: () => void): void {
  const latest = useRef(onNamed)
  useEffect(() => {
    latest.current = onNamed
  })
  useEffect(() => {
    const check = () => {
      if (id !== null && window.location.hash === `#${id}`) latest.current()
    }
    check()
    // links of the client push a state, of which the window says nothing; where the browser can't report it, the next load does
    const history = 'navigation' in window ? window.navigation : null
    history?.addEventListener('currententrychange', check)
    window.addEventListener('hashchange', check)
    return () => {
      history?.removeEventListener('currententrychange', check)
      window.removeEventListener('hashchange', check)
    }
  }, [id])
}
