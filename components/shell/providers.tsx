'use client'

import { QueryClientProvider } from '@tanstack/react-query'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useState } from 'react'
import { createQueryClient, LiveProvider } from '../data/index.ts'
import { RangeSearchProvider } from '../links/range-search.tsx'
import { ClockProvider } from '../ui/times/clock.tsx'
import { PreferencesProvider } from '../ui/preferences.tsx'
import { ToastProvider } from '../ui/toast.tsx'
import type { Preferences } from '../ui/preferences-values.ts'

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
    <NuqsAdapter>
      <QueryClientProvider client={queryClient}>
        <PreferencesProvider initial={preferences}>
          <ClockProvider renderedAt={renderedAt}>
            <LiveProvider>
              <ToastProvider>
                <RangeSearchProvider>{children}</RangeSearchProvider>
              </ToastProvider>
            </LiveProvider>
          </ClockProvider>
        </PreferencesProvider>
      </QueryClientProvider>
    </NuqsAdapter>
  )
}
