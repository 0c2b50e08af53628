'use client'

import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState, useMemo, useSyncExternalStore } from 'react'
import { createQueryClient, LiveUpdatesProvider } from '#components/data/index.ts'
import { PageSearchProvider } from '#components/time/page-search-provider.tsx'
import { PageDefaultRangeProvider } from '#components/time/default-range.tsx'
import { PreferencesProvider } from '#components/ui/preferences.tsx'
import { ClockProvider } from '#components/ui/times/page-clock.tsx'
import { ToastProvider } from '#components/ui/toast.tsx'
import { CurrentUserProvider, type CurrentUser } from '../access/caller.tsx'
import type { DisplayPreferences } from '../ui/preferences-values.ts'
import { AppShell } from './shell.tsx'
import { type ScreenFrameData, ScreenFrameDataContext } from './visitor.tsx'
import { usePathname, useSearchParams } from 'next/navigation'
import {
  renderQueryString,
  unstable_createAdapterProvider as createAdapterProvider,
  type unstable_UpdateUrlFunction as UpdateUrl,
} from 'nuqs/adapters/custom'

/**
 * The library get-nonce (used by Radix's scroll lock) reads the nonce for its style element from this global variable.
 * The content security policy requires this nonce.
 */
if (typeof document !== 'undefined')
  Object.assign(globalThis, { __webpack_nonce__: document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce })

interface ScreensProps {
  preferences: DisplayPreferences
  /** epoch milliseconds at which the server rendered the page */
  renderedAt: number
  /** URL of the simulator's control API; null = real Azure */
  simulator: string | null
  /** whether sign-in is off, so that everyone who can reach the web server may see and change everything */
  openAccess: boolean
  caller: CurrentUser
  facts: ScreenFrameData
  children: ReactNode
}

/**
 * Frame around the pages in app/(screens), with navigation and live data. The wall display, the sign-in pages and
 * snapshots do not use it.
 */
export function ScreenFrame({ preferences, renderedAt, simulator, openAccess, caller, facts, children }: ScreensProps) {
  return (
    <CurrentUserProvider caller={caller}>
      <ScreenProviders preferences={preferences} renderedAt={renderedAt}>
        <ScreenFrameDataContext value={facts}>
          <AppShell openAccess={openAccess} simulator={simulator}>
            {children}
          </AppShell>
        </ScreenFrameDataContext>
      </ScreenProviders>
    </CurrentUserProvider>
  )
}

export function ScreenProviders({
  preferences,
  renderedAt,
  children,
}: {
  preferences: DisplayPreferences
  renderedAt: number
  children: ReactNode
}) {
  const [queryClient] = useState(createQueryClient)
  return (
    <PromptAddress>
      <QueryClientProvider client={queryClient}>
        <PreferencesProvider initial={preferences}>
          <ClockProvider renderedAt={renderedAt}>
            <LiveUpdatesProvider>
              <ToastProvider>
                <PageSearchProvider>
                  <PageDefaultRangeProvider>{children}</PageDefaultRangeProvider>
                </PageSearchProvider>
              </ToastProvider>
            </LiveUpdatesProvider>
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
 * Reads and writes URL parameters directly. The usual adapter of nuqs for Next is not used, because it has two faults:
 * - Next updates the URL in a transition. If the user pressed Back before the transition had rendered, nuqs saw no
 * change, and the page kept the state that Back should have undone.
 * - It drops pending writes when another page starts to render, so a key press right after Back was lost.
 */
const PromptAddress = createAdapterProvider(() => {
  const pathname = usePathname()
  const rendered = useSearchParams().toString()
  // While another page is about to be rendered, the browser's URL already belongs to that page. The parameters of the
  // current page are then kept.
  const read = () => (location.pathname === pathname ? new URLSearchParams(location.search).toString() : rendered)
  const search = useSyncExternalStore(listen, read, () => rendered)
  const searchParams = useMemo(() => new URLSearchParams(search), [search])
  return { pathname, searchParams, updateUrl, rateLimitFactor: 3 }
})
