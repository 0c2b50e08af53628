'use client'

import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState, useMemo, useSyncExternalStore } from 'react'
import { createQueryClient, LiveProvider } from '#components/data/index.ts'
import { PageSearchProvider } from '#components/time/page-search-provider.tsx'
import { PageUsualRange } from '#components/time/usual-range.tsx'
import { PreferencesProvider } from '#components/ui/preferences.tsx'
import { ClockProvider } from '#components/ui/times/clock.tsx'
import { ToastProvider } from '#components/ui/toast.tsx'
import { CallerProvider, type ScreenCaller } from '../access/caller.tsx'
import type { Preferences } from '../ui/preferences-values.ts'
import { Shell } from './shell.tsx'
import { type FrameFacts, FrameFactsContext } from './visitor.tsx'
import { usePathname, useSearchParams } from 'next/navigation'
import {
  renderQueryString,
  unstable_createAdapterProvider as createAdapterProvider,
  type unstable_UpdateUrlFunction as UpdateUrl,
} from 'nuqs/adapters/custom'

/** Where Radix's lock of scrolling (get-nonce) finds what the policy asks of its style element. */
if (typeof document !== 'undefined')
  Object.assign(globalThis, { __webpack_nonce__: document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce })

interface ScreensProps {
  preferences: Preferences
  /** epoch milliseconds: when the server rendered the page */
  renderedAt: number
  /** address of the simulator's control; null = real Azure */
  simulator: string | null
  /** everyone who reaches the web may see and change everything */
  openAccess: boolean
  caller: ScreenCaller
  facts: FrameFacts
  children: ReactNode
}

/** The frame of every page except the wall. */
export function Screens({ preferences, renderedAt, simulator, openAccess, caller, facts, children }: ScreensProps) {
  return (
    <CallerProvider caller={caller}>
      <Providers preferences={preferences} renderedAt={renderedAt}>
        <FrameFactsContext value={facts}>
          <Shell openAccess={openAccess} simulator={simulator}>
            {children}
          </Shell>
        </FrameFactsContext>
      </Providers>
    </CallerProvider>
  )
}

export function Providers({
  preferences,
  renderedAt,
  children,
}: {
  preferences: Preferences
  renderedAt: number
  children: ReactNode
}) {
  const [queryClient] = useState(createQueryClient)
  return (
    <PromptAddress>
      <QueryClientProvider client={queryClient}>
        <PreferencesProvider initial={preferences}>
          <ClockProvider renderedAt={renderedAt}>
            <LiveProvider>
              <ToastProvider>
                <PageSearchProvider>
                  <PageUsualRange>{children}</PageUsualRange>
                </PageSearchProvider>
              </ToastProvider>
            </LiveProvider>
          </ClockProvider>
        </PreferencesProvider>
      </QueryClientProvider>
    </PromptAddress>
  )
}

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
const PromptAddress = createAdapterProvider(() => {
  const pathname = usePathname()
  const rendered = useSearchParams().toString()
  // while another page is still to be rendered, the address says nothing about this one
  const read = () => (location.pathname === pathname ? new URLSearchParams(location.search).toString() : rendered)
  const search = useSyncExternalStore(listen, read, () => rendered)
  const searchParams = useMemo(() => new URLSearchParams(search), [search])
  return { pathname, searchParams, updateUrl, rateLimitFactor: 3 }
})
