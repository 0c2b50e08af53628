import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { createDatabaseClient } from '../connection/index.ts'
import { createComponentLogger } from '../log.ts'

type ListenOptions = {
  /**
   * Called after each reconnection. Messages that were sent while there was no connection are lost, so the caller must
   * read the data again.
   */
  onReconnect?: () => void
  /** Called when the connection is lost or closed. Until the reconnection no messages arrive. */
  onLost?: () => void
  /**
   * Wait in milliseconds before the first attempt to reconnect. It doubles with each attempt up to `maxRetryMs`.
   * Default 250.
   */
  retryMs?: number
  /** Maximum wait in milliseconds between two attempts. Default 10,000. */
  maxRetryMs?: number
  /** Interval in milliseconds at which the connection is tested with a query. Default 30,000. */
  probeMs?: number
}

export type ChannelListener = {
  /**
   * Resolves when the connection listens for the first time. It never rejects, because attempts continue until {@link
   * Listener.close}.
   */
  ready: Promise<void>
  close(): Promise<void>
}

/**
 * Listens to a channel on its own database connection, and reconnects if the connection is lost. Messages arrive in the
 * order of their commits. An error of `onMessage` is logged and does not affect later messages.
 */
export function listenToChannel(
  url: string,
  channel: string,
  onMessage: (payload: string) => void,
  options: ListenOptions = {},
): ChannelListener {
  const log = createComponentLogger('notifications').child({ channel })
  const closing = new AbortController()
  const { promise: ready, resolve: markReady } = Promise.withResolvers<void>()
  const firstWait = options.retryMs ?? 250
  let wait = firstWait
  let connections = 0

  const deliver = (payload: string) => {
    try {
      onMessage(payload)
    } catch (error) {
      log.error({ err: error }, 'a listener failed on a notification')
    }
  }

  const connectOnce = async () => {
    const client = createDatabaseClient(url, 'peerwatch-listen')
    const lost = Promise.withResolvers<Error>()
    client.on('error', lost.resolve)
    client.on('end', () => lost.resolve(new Error('the connection was closed')))
    client.on('notification', (message) => deliver(message.payload ?? ''))
    const closed = () => lost.resolve(new Error('closing'))
    closing.signal.addEventListener('abort', closed)
    try {
      const failed = lost.promise.then((reason) => Promise.reject(reason))
      await Promise.race([client.connect(), failed])
      await Promise.race([client.query(`LISTEN ${client.escapeIdentifier(channel)}`), failed])
      connections += 1
      wait = firstWait
      if (connections === 1) markReady()
      else options.onReconnect?.()
      const stopProbing = probe(client, options.probeMs ?? 30_000, lost.resolve)
      const reason = await lost.promise
      stopProbing()
      options.onLost?.()
      if (!closing.signal.aborted) log.warn({ err: reason }, 'the listening connection was lost')
    } finally {
      closing.signal.removeEventListener('abort', closed)
      await Promise.race([client.end(), delay(1_000, undefined, { ref: false })])
    }
  }

  const run = async () => {
    while (!closing.signal.aborted) {
      try {
        await connectOnce()
      } catch (error) {
        if (!closing.signal.aborted) log.warn({ err: error, retryInMs: wait }, 'could not listen')
      }
      if (closing.signal.aborted) return
      await delay(wait, undefined, { signal: closing.signal }).catch((error: Error) => {
        if (error.name !== 'AbortError') throw error
      })
      wait = Math.min(wait * 2, options.maxRetryMs ?? 10_000)
    }
  }

  const running = run()
  return {
    ready,
    async close() {
      closing.abort()
      await running
    },
  }
}

/**
 * Tests a connection regularly with a query, because a connection that a firewall dropped looks like an idle one. If
 * the query has no response when the next test is due, the connection counts as lost.
 * @returns function that stops the tests
 */
function probe(client: pg.Client, everyMs: number, onLost: (reason: Error) => void): () => void {
  let isPending = false
  const timer = setInterval(() => {
    if (isPending) return onLost(new Error(`no answer for ${everyMs} ms`))
    isPending = true
    client.query('SELECT 1').then(
      () => {
        isPending = false
      },
      (error: Error) => onLost(error),
    )
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
