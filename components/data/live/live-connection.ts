import { getServerNow } from '../server-clock.ts'
import { createParser, type EventSourceMessage } from 'eventsource-parser'

/**
 * State of the connection to Peerwatch. `live`: changes arrive immediately through the event stream. `slow`: the API
 * responds but the stream does not, so changes arrive with the next refetch. `offline`: Peerwatch cannot be reached, so
 * the data on the screen may be outdated.
 */
export interface LiveUpdatesState {
  status: 'connecting' | 'live' | 'slow' | 'offline'
  /** reason for the status, in a sentence; null while live or connecting */
  reason: string | null
  /** time of the last message from Peerwatch (`getServerNow`, epoch milliseconds) */
  lastMessageAt: number | null
}

export interface LiveUpdatesHandlers {
  onState: (state: LiveUpdatesState) => void
  onMessage: (message: EventSourceMessage) => void
  /** called when the stream reopens after an interruption, because announcements of changes may have been missed */
  onResume: () => void
}

/**
 * Maximum time without a message, milliseconds. The server sends a heartbeat every 15 s, so the connection counts as
 * dead after two missed heartbeats and a margin.
 */
const SILENCE_MS = 35_000
const PROBE_TIMEOUT_MS = 5000
const LONGEST_WAIT_MS = 10_000

/** Keeps one event stream open until it is stopped, reconnects after interruptions, and reports the state. */
export class LiveUpdatesConnection {
  private readonly handlers: LiveUpdatesHandlers
  private state: LiveUpdatesState = { status: 'connecting', reason: null, lastMessageAt: null }
  private lastEventId: string | null = null
  private failures = 0
  private hurry: (() => void) | null = null
  private drop: (() => void) | null = null

  constructor(handlers: LiveUpdatesHandlers) {
    this.handlers = handlers
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.hold(signal)
      if (signal.aborted) return
      this.failures++
      // A single interruption is usually a restart of the server or the time limit of a proxy. Only the second
      // interruption in a row counts as a loss of the connection.
      if (this.failures > 1) await this.diagnose(signal)
      await this.wait(this.failures > 1 ? this.backOff() : 0, signal)
    }
  }

  /**
   * Returns the delay before the next attempt to connect, in milliseconds. It is random between half and all of the
   * interval, so that hundreds of browsers do not reconnect at the same moment.
   */
  private backOff(): number {
    return Math.min(LONGEST_WAIT_MS, 250 * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2)
  }

  /**
   * Ends the wait for the next attempt to connect, for example after a click by the user or when the network returns.
   */
  retryNow(): void {
    this.hurry?.()
  }

  /**
   * Closes the event stream so that it is opened again. The caller suspects that the stream does not work any more, for
   * example because the browser reported that its network is gone.
   */
  suspect(): void {
    this.failures++
    this.drop?.()
  }

  private async hold(signal: AbortSignal): Promise<void> {
    const silence = new AbortController()
    this.drop = () => silence.abort()
    let timer = setTimeout(() => silence.abort(), SILENCE_MS)
    const listen = () => {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), SILENCE_MS)
    }
    const onHeartbeat = () => {
      listen()
      this.become({ ...this.state, lastMessageAt: getServerNow() })
    }
    try {
      await readEventStream(
        '/api/v1/stream',
        { signal: AbortSignal.any([signal, silence.signal]), lastEventId: this.lastEventId },
        {
          onOpen: () => {
            listen()
            const resumed = this.state.status !== 'connecting' || this.failures > 0
            this.failures = 0
            this.become({ status: 'live', reason: null, lastMessageAt: getServerNow() })
            if (resumed) this.handlers.onResume()
          },
          onHeartbeat,
          onMessage: (message) => {
            onHeartbeat()
            if (message.id) this.lastEventId = message.id
            this.handlers.onMessage(message)
          },
        },
      )
    } catch {
      // The error is ignored, because the next step checks whether Peerwatch responds at all.
    } finally {
      clearTimeout(timer)
      silence.abort()
    }
  }

  private async diagnose(signal: AbortSignal): Promise<void> {
    try {
      const timeout = AbortSignal.timeout(PROBE_TIMEOUT_MS)
      const response = await fetch('/api/health', { signal: AbortSignal.any([signal, timeout]), cache: 'no-store' })
      if (response.ok)
        this.become({ status: 'slow', reason: 'The live stream was refused.', lastMessageAt: getServerNow() })
      else this.become({ ...this.state, status: 'offline', reason: 'Peerwatch responds, but its database does not.' })
    } catch {
      if (!signal.aborted) {
        this.become({ ...this.state, status: 'offline', reason: 'Peerwatch cannot be reached from this browser.' })
      }
    }
  }

  private become(state: LiveUpdatesState): void {
    this.state = state
    this.handlers.onState(state)
  }

  private wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.hurry = null
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
      this.hurry = done
    })
  }
}

interface StreamHandlers {
  onOpen: () => void
  /**
   * called for each comment line, which the server sends as a heartbeat while there are no changes. The browser's own
   * EventSource cannot be used, because it hides comments
   */
  onHeartbeat: () => void
  onMessage: (message: EventSourceMessage) => void
}

/**
 * Reads an event stream until the server ends it or the signal aborts.
 * @throws Error if the server refuses, cannot be reached, or breaks off the stream
 */
export async function readEventStream(
  url: string,
  options: { signal: AbortSignal; lastEventId: string | null },
  { onOpen, onHeartbeat, onMessage }: StreamHandlers,
): Promise<void> {
  const headers: Record<string, string> = { accept: 'text/event-stream' }
  if (options.lastEventId) headers['last-event-id'] = options.lastEventId
  const response = await fetch(url, { signal: options.signal, headers, cache: 'no-store' })
  if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`)
  onOpen()
  const parser = createParser({ onEvent: onMessage, onComment: onHeartbeat })
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    parser.feed(value)
  }
}
