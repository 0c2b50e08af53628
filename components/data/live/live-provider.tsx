import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import type { StreamChange } from '#lib/contract/index.ts'
import { isQueryAffected } from '../query-keys.ts'
import { pageWorkScheduler } from '../page-work-scheduler.ts'
import { ChangeBatcher } from './change-batcher.ts'
import type { LiveUpdatesState } from './live-connection.ts'
import { QueryRefetcher } from './query-refetcher.ts'
import { openSharedLiveUpdatesConnection, type SharedLiveUpdatesConnection } from './shared-live.ts'

interface Live extends LiveUpdatesState {
  retryNow: () => void
}

/**
 * Batch interval in milliseconds for changes that affect only counters. Most polls change only counters. With hundreds
 * of resources and a shorter interval, the queries of every page would be repeated several times a second.
 */
const COUNTERS_EVERY_MS = 5_000

const initial: LiveUpdatesState = { status: 'connecting', reason: null, lastMessageAt: null }
const LiveContext = createContext<Live>({ ...initial, retryNow: () => {} })
const OfflineContext = createContext(false)

/** Returns the state of the connection to Peerwatch. */
export const useLiveUpdates = () => useContext(LiveContext)

/**
 * Reports whether Peerwatch cannot be reached. Panels use this hook instead of `useLiveUpdates`, so that they are not rendered
 * again when the stream opens.
 */
export const useIsOffline = () => useContext(OfflineContext)

/**
 * Provides the state of the connection, and refetches the queries that an announced change affects. Changes that affect
 * only counters are collected for a longer time.
 */
export function LiveUpdatesProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const [state, setState] = useState<LiveUpdatesState>(initial)
  const retry = useRef(() => {})

  useEffect(() => {
    const renewals = new QueryRefetcher(queryClient)
    const renew = (changes: StreamChange[]) =>
      renewals.renew((queryKey) => changes.some((change) => isQueryAffected(queryKey, change)))
    const [changes, counters] = [new ChangeBatcher(renew), new ChangeBatcher(renew, COUNTERS_EVERY_MS)]
    const open = () =>
      openSharedLiveUpdatesConnection({
        // A heartbeat does not cause a rendering, because the state is replaced only if the status or the reason has
        // changed.
        onState: (next) => setState((now) => (now.status === next.status && now.reason === next.reason ? now : next)),
        onMessage: ({ event, data }) => {
          if (event !== 'change') return
          const change = JSON.parse(data) as StreamChange
          if (change.countersOnly) counters.push(change)
          else changes.push(change)
        },
        onResume: () => void queryClient.invalidateQueries(),
      })
    let live: SharedLiveUpdatesConnection | null = null
    let isGone = false
    void pageWorkScheduler.next().then(() => {
      if (!isGone) live = open()
    })
    const retryNow = () => live?.retryNow()
    const suspect = () => live?.suspect()
    retry.current = retryNow
    const wake = () => {
      if (document.visibilityState === 'visible') retryNow()
    }
    window.addEventListener('online', retryNow)
    window.addEventListener('offline', suspect)
    document.addEventListener('visibilitychange', wake)
    return () => {
      isGone = true
      window.removeEventListener('online', retryNow)
      window.removeEventListener('offline', suspect)
      document.removeEventListener('visibilitychange', wake)
      changes.stop()
      counters.stop()
      live?.stop()
    }
  }, [queryClient])

  const value = useMemo(() => ({ ...state, retryNow: () => retry.current() }), [state])
  return (
    <LiveContext value={value}>
      <OfflineContext value={state.status === 'offline'}>{children}</OfflineContext>
    </LiveContext>
  )
}
