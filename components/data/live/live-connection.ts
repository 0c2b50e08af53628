import { serverNow } from '../server-clock.ts'
import { createParser, type EventSourceMessage } from 'eventsource-parser'

/**
 * `live`: changes arrive as they happen. `slow`: the API responds, the stream does not, so changes arrive with the
 * next refetch. `offline`: the data on the screen may be outdated.
 */
export interface LiveState {
  status: 'connecting' | 'live' | 'slow' | 'offline'
  /** why, in a sentence; null while live or connecting */
  reason: string | null
  /** time of the last message from Peerwatch, browser's clock */
  lastMessageAt: number | null
}

export interface LiveHandlers {
  onState: (state: LiveState) => void
  onMessage: (message: EventSourceMessage) => void
  /** the stream reopened after a loss: changes may have been missed */
  onResume: () => void
}

/** The server sends a heartbeat every 15 s: two missed ones and a margin mean that the connection is dead. */
const SILENCE_MS = 35_000
const PROBE_TIMEOUT_MS = 5000
const LONGEST_WAIT_MS = 10_000

/** Keeps one event stream open until the signal aborts, and reports its state. */
export class LiveConnection {
  private readonly handlers: LiveHandlers
  private state: LiveState = { status: 'connecting', reason: null, lastMessageAt: null }
  private lastEventId: string | null = null
  private failures = 0
  private hurry: (() => void) | null = null
  private drop: (() => void) | null = null

  constructor(handlers: LiveHandlers) {
    this.handlers = handlers
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.hold(signal)
      if (signal.aborted) return
      this.failures++
      // one break is a restart or a proxy's time limit; the second in a row is a loss
      if (this.failures > 1) await this.diagnose(signal)
      await this.wait(this.failures > 1 ? this.backOff() : 0, signal)
    }
  }

  /** Spread over its second half, so that hundreds of screens do not come back at the same moment. */
  private backOff(): number {
    return Math.min(LONGEST_WAIT_MS, 250 * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2)
  }

  /** Ends the wait for the next attempt: requested by the operator, or the browser resumed. */
  retryNow(): void {
    this.hurry?.()
  }

  /** The browser reports that its network is gone: an open stream proves nothing. */
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
      this.become({ ...this.state, lastMessageAt: serverNow() })
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
            this.become({ status: 'live', reason: null, lastMessageAt: serverNow() })
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
      // whatever broke the stream, check whether Peerwatch responds at all
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
        this.become({ status: 'slow', reason: 'The live stream was refused.', lastMessageAt: serverNow() })
      else this.become({ ...this.state, status: 'offline', reason: 'Peerwatch responds, but its database does not.' })
    } catch {
      if (!signal.aborted) {
        this.become({ ...this.state, status: 'offline', reason: 'Peerwatch cannot be reached from this browser.' })
      }
    }
  }

  private become(state: LiveState): void {
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
  /** a comment, which is what the server sends while nothing changes; the browser's own EventSource hides them */
  onHeartbeat: () => void
  onMessage: (message: EventSourceMessage) => void
}

/**
 * Reads an event stream until the server ends it or the signal aborts.
 * @throws when the server refuses, is not there, or breaks off
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
