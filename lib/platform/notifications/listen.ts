import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { createDatabaseClient } from '../connection/index.ts'
import { componentLogger } from '../log.ts'

type ListenOptions = {
  /**
   * Is called after each reconnect. Messages that were sent in between are lost, so a caller that relies on messages
   * must read the data again.
   */
  onReconnect?: () => void
  /** Is called when the connection is lost. No messages arrive until the reconnect. */
  onLost?: () => void
  /** Wait before the first retry, in milliseconds; it doubles up to `maxRetryMs`. Default 250. */
  retryMs?: number
  /** Maximum wait in milliseconds. Default 10,000. */
  maxRetryMs?: number
  /** Interval at which an idle connection is probed, in milliseconds. Default 30,000. */
  probeMs?: number
}

export type Listener = {
  /** Resolves after the first LISTEN. It never rejects, because retries continue until {@link Listener.close}. */
  ready: Promise<void>
  close(): Promise<void>
}

/**
 * Listens to a channel on its own connection, and reconnects if the connection is lost. Messages arrive in the order of
 * their commits. An error of `onMessage` is logged and does not affect the next message.
 */
export function listen(
  url: string,
  channel: string,
  onMessage: (payload: string) => void,
  options: ListenOptions = {},
): Listener {
  const log = componentLogger('notifications').child({ channel })
  const closing = new AbortController()
  const { promise: ready, resolve: markReady } = Promise.withResolvers<void>()
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
    const first = options.retryMs ?? 250
    let wait = first
    while (!closing.signal.aborted) {
      const before = connections
      try {
        await connectOnce()
      } catch (error) {
        log.warn({ err: error, retryInMs: wait }, 'could not listen')
      }
      if (closing.signal.aborted) return
      // a connection that was established resets the back-off
      wait = connections > before ? first : Math.min(wait * 2, options.maxRetryMs ?? 10_000)
      await delay(wait, undefined, { signal: closing.signal }).catch((error: Error) => {
        if (error.name !== 'AbortError') throw error
      })
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
 * Probes the connection regularly. A connection that a firewall dropped looks idle; a probe without a response reveals
 * the loss. @returns function that stops the probes
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
