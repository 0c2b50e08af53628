import { useRouter } from 'next/navigation'
import { useCallback, useEffect } from 'react'
import { useLive } from '../data/index.ts'
import { useToast } from '../ui/toast.tsx'

/** Says that a page can't be opened now, and asks at once whether Peerwatch is back; null while it is there. */
function useStay(): (() => void) | null {
  const { status, retryNow } = useLive()
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

/** Goes to another page as a link does, by a key or a choice. */
export function useGo(): (href: string) => void {
  const router = useRouter()
  const stay = useStay()
  return useCallback((href) => (stay ? stay() : router.push(href)), [stay, router])
}

/**
 * Keeps the page when a link is followed while Peerwatch does not answer: the browser would replace it, and with it what was last known, by
 * an error page of its own. Links to elsewhere, and into other tabs, are the browser's.
 */
export function useLinksOffline(): void {
  const stay = useStay()
  useEffect(() => {
    if (!stay) return
    const onClick = (event: MouseEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
      if (!link || link.target === '_blank' || link.hasAttribute('download') || link.origin !== window.location.origin)
        return
      // within the page
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
