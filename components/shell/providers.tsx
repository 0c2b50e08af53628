'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useState } from 'react'
import { ApiError, LiveProvider } from '../data/index.ts'
import { RangeSearchProvider } from '../links/range-search.tsx'
import { ClockProvider } from '../ui/clock.tsx'
import { PreferencesProvider } from '../ui/preferences.tsx'
import { ToastProvider } from '../ui/toast.tsx'
import type { Preferences } from '../ui/preferences-values.ts'

/** A client error is not retried; an unreachable server is. */
const retry = (failures: number, error: Error) =>
  failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500)

const createClient = () =>
  new QueryClient({
    defaultOptions: {
      // Peerwatch may run on this machine, which a browser without a network still reaches
      queries: { networkMode: 'always', staleTime: 2000, retry, retryDelay: (failures) => 300 * 2 ** failures },
    },
  })

export function Providers({
  preferences,
  renderedAt,
  children,
}: {
  preferences: Preferences
  renderedAt: number
  children: ReactNode
}) {
  const [queryClient] = useState(createClient)
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
