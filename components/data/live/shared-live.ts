import type { EventSourceMessage } from 'eventsource-parser'
import { LiveUpdatesConnection, type LiveUpdatesHandlers, type LiveUpdatesState } from './live-connection.ts'

type Relay =
  | { type: 'state'; state: LiveUpdatesState }
  | { type: 'message'; message: EventSourceMessage }
  | { type: 'resume' }
  | { type: 'hello' }
  | { type: 'retry' }
  | { type: 'suspect' }

export interface SharedLiveUpdatesConnection {
  stop: () => void
  retryNow: () => void
  suspect: () => void
}

/**
 * Maximum time without a message from the leading tab (which reads the stream for all tabs), in milliseconds. It is
 * longer than the leading tab's own timeout for the server, so a silent leading tab is frozen or closed.
 */
const LEADER_SILENCE_MS = 45_000
const LOCK = 'peerwatch-stream'

/**
 * Opens one event stream for all tabs of a browser, because browsers open only six connections to a server. The tab
 * that holds a browser-wide lock (the leader) reads the stream and forwards it to the other tabs. Without the Web Locks
 * API (plain http from another machine), each tab reads its own stream.
 * @returns functions to stop the stream, to retry immediately, and to reopen a stream that may be dead
 */
export function openSharedLiveUpdatesConnection(handlers: LiveUpdatesHandlers): SharedLiveUpdatesConnection {
  const ended = new AbortController()
  if (!('locks' in navigator) || !('BroadcastChannel' in globalThis)) {
    const connection = new LiveUpdatesConnection(handlers)
    void connection.run(ended.signal)
    return { stop: () => ended.abort(), retryNow: () => connection.retryNow(), suspect: () => connection.suspect() }
  }

  const channel = new BroadcastChannel(LOCK)
  let leading: LiveUpdatesConnection | null = null
  let term = new AbortController()
  let latest: LiveUpdatesState | null = null
  let watchdog: ReturnType<typeof setTimeout> | undefined
  const post = (relay: Relay) => {
    if (!ended.signal.aborted) channel.postMessage(relay)
  }

  const lead = async () => {
    clearTimeout(watchdog)
    term = new AbortController()
    leading = new LiveUpdatesConnection({
      onState: (state) => {
        latest = state
        handlers.onState(state)
        post({ type: 'state', state })
      },
      onMessage: (message) => {
        handlers.onMessage(message)
        post({ type: 'message', message })
      },
      onResume: () => {
        handlers.onResume()
        post({ type: 'resume' })
      },
    })
    // changes between the end of the old leader's stream and the start of the new stream may have been missed
    if (latest) handlers.onResume()
    await leading.run(AbortSignal.any([ended.signal, term.signal]))
  }

  /**
   * Stops leading after another tab took the lock or this tab stopped. A tab that is still running waits for the lock
   * again.
   */
  const resign = () => {
    term.abort()
    leading = null
    if (!ended.signal.aborted) queue()
  }
  const queue = () => {
    navigator.locks.request(LOCK, { signal: ended.signal }, lead).catch(resign)
    onLeaderMessage()
  }
  const takeOver = () => {
    navigator.locks.request(LOCK, { steal: true }, lead).catch(resign)
  }
  const onLeaderMessage = () => {
    clearTimeout(watchdog)
    watchdog = setTimeout(takeOver, LEADER_SILENCE_MS)
  }

  channel.onmessage = ({ data }: MessageEvent<Relay>) => {
    if (leading) {
      if (data.type === 'hello' && latest) post({ type: 'state', state: latest })
      if (data.type === 'retry') leading.retryNow()
      if (data.type === 'suspect') leading.suspect()
      return
    }
    if (data.type === 'hello' || data.type === 'retry' || data.type === 'suspect') return
    onLeaderMessage()
    if (data.type === 'state') {
      latest = data.state
      handlers.onState(data.state)
    } else if (data.type === 'message') handlers.onMessage(data.message)
    else handlers.onResume()
  }

  queue()
  post({ type: 'hello' })

  return {
    stop: () => {
      clearTimeout(watchdog)
      ended.abort()
      channel.close()
    },
    retryNow: () => (leading ? leading.retryNow() : post({ type: 'retry' })),
    suspect: () => (leading ? leading.suspect() : post({ type: 'suspect' })),
  }
}
