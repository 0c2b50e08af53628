'use client'

import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useLayoutEffect, useState } from 'react'
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
import { addressStore, announceAddress } from '../links/address-store.ts'
import { QueryStoreContext } from '../links/query-states.ts'

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

/**
 * Reads and writes parameters in the address itself. Next has a new address in a transition only: where Back came before that had rendered, both
 * were one, nothing had changed, and the page stayed as it was after the press that Back took back.
 */
function PromptAddress({ children }: { children: ReactNode }) {
  const pathname = usePathname()
  const rendered = useSearchParams().toString()
  const [held, hold] = useState(() => ({ pathname, store: addressStore(pathname, rendered) }))
  const { store } = held
  if (held.pathname !== pathname) hold({ pathname, store: addressStore(pathname, rendered) })
  // a link to the same page changes it without a word
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is announced
  useLayoutEffect(announceAddress, [rendered])
  return <QueryStoreContext value={store}>{children}</QueryStoreContext>
}
