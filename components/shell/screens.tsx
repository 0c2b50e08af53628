'use client'

import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { createQueryClient, LiveProvider } from '#components/data/index.ts'
import { PageSearchProvider } from '#components/time/page-search-provider.tsx'
import { PageUsualRange } from '#components/time/usual-range.tsx'
import { PreferencesProvider } from '#components/ui/preferences.tsx'
import { ClockProvider } from '#components/ui/times/clock.tsx'
import { ToastProvider } from '#components/ui/toast.tsx'
import { CallerProvider, type ScreenCaller } from '../access/caller.tsx'
import type { Preferences } from '../ui/preferences-values.ts'
import { PromptAddress } from './prompt-address.tsx'
import { Shell } from './shell.tsx'
import { type FrameFacts, FrameFactsContext } from './visitor.tsx'

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
