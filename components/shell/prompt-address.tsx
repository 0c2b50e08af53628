'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import {
  renderQueryString,
  unstable_createAdapterProvider as createAdapterProvider,
  type unstable_UpdateUrlFunction as UpdateUrl,
} from 'nuqs/adapters/custom'
import { useMemo, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function listen(changed: () => void): () => void {
  listeners.add(changed)
  window.addEventListener('popstate', changed)
  return () => {
    listeners.delete(changed)
    window.removeEventListener('popstate', changed)
  }
}

const updateUrl: UpdateUrl = (search, { history: how, scroll }) => {
  const url = location.origin + location.pathname + renderQueryString(search) + location.hash
  if (how === 'push') history.pushState(null, '', url)
  else history.replaceState(null, '', url)
  if (scroll) window.scrollTo(0, 0)
  for (const changed of listeners) changed()
}

/**
 * Reads and writes parameters in the address itself, instead of nuqs's adapter for Next. Next has a new address in a transition only: where
 * Back came before that had rendered, both were one, for nuqs nothing had changed, and the page stayed as it was after the press that Back
 * took back. And that adapter forgets what waits to be written when another page begins to render: a key right after Back was lost.
 */
export const PromptAddress = createAdapterProvider(() => {
  const pathname = usePathname()
  const rendered = useSearchParams().toString()
  // while another page is still to be rendered, the address says nothing about this one
  const read = () => (location.pathname === pathname ? new URLSearchParams(location.search).toString() : rendered)
  const search = useSyncExternalStore(listen, read, () => rendered)
  const searchParams = useMemo(() => new URLSearchParams(search), [search])
  return { pathname, searchParams, updateUrl, rateLimitFactor: 3 }
})
