import { useRouter } from 'next/navigation'
import { useCallback, useEffect } from 'react'
import { useLiveUpdates } from '../data/index.ts'
import { useToast } from '../ui/toast.tsx'

/**
 * Returns null while Peerwatch is reachable. Otherwise, navigation is impossible, and the result is a function to call
 * instead of it. The function tells the user that no other page can be opened, and immediately tries to connect again.
 */
function useStay(): (() => void) | null {
  const { status, retryNow } = useLiveUpdates()
  const notify = useToast()
  const stay = useCallback(() => {
    notify({
      tone: 'notice',
      title: 'Offline: this page stays open',
      detail: 'Other pages open once Peerwatch answers again.',
    })
    retryNow()
  }, [notify, retryNow])
  return status === 'offline' ? stay : null
}

/** Returns a function that opens another page, for example after a key press, in the same way as a link. */
export function useNavigate(): (href: string) => void {
  const router = useRouter()
  const stay = useStay()
  return useCallback((href) => (stay ? stay() : router.push(href)), [stay, router])
}

/**
 * Prevents clicks on links from leaving the page while Peerwatch does not respond. Otherwise the browser would replace
 * the page and its data by an error page. Clicks that open another site or tab are not prevented.
 */
export function useLinkBlockingWhileOffline(): void {
  const stay = useStay()
  useEffect(() => {
    if (!stay) return
    const onClick = (event: MouseEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
      if (!link || link.target === '_blank' || link.hasAttribute('download') || link.origin !== window.location.origin)
        return
      // a link to an anchor in the same page does not leave the page, so it is not prevented
      if (link.hash !== '' && link.pathname === window.location.pathname && link.search === window.location.search)
        return
      event.preventDefault()
      event.stopPropagation()
      stay()
    }
    document.addEventListener('click', onClick, true)
    return () => document.removeEventListener('click', onClick, true)
  }, [stay])
}
