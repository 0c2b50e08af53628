import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { componentLogger } from '../log.ts'

export type ListenOptions = {
  /**
   * Called each time that the connection stands again after having been lost. What was said meanwhile is lost for good, so
   * whoever relies on messages must look at the data itself once.
   */
  onReconnect?: () => void
  /** Wait before the first new attempt (ms); doubles up to `maxRetryMs`. 250 unless told. */
  retryMs?: number
  /** 10 000 unless told. */
  maxRetryMs?: number
  /** How often an idle connection is asked whether it is still there (ms). 30 000 unless told. */
  probeMs?: number
}

export type Listener = {
  /** Resolves when the first LISTEN stands. It never rejects: attempts go on until {@link Listener.close}. */
  ready: Promise<void>
  close(): Promise<void>
}

/**
 * Hears a channel on a connection of its own, which is made again whenever it is lost. Messages are handed over in the order
 * of their commits; an error thrown by `onMessage` is logged and does not stop the next.
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
    const client = new pg.Client({
      connectionString: url,
      application_name: 'peerwatch-listen',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    })
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
      // A connection that stood starts the back-off anew.
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

/** A connection that a firewall dropped silently looks idle for ever; an unanswered question reveals it. */
function probe(client: pg.Client, everyMs: number, onLost: (reason: Error) => void): () => void {
  let asked = false
  const timer = setInterval(() => {
    if (asked) return onLost(new Error(`no answer for ${everyMs} ms`))
    asked = true
    client.query('SELECT 1').then(
      () => {
        asked = false
      },
      (error: Error) => onLost(error),
    )
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
