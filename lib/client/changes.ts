import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { plainEndpoints } from '#lib/api/index.ts'
import { type StreamChange, streamChange } from '#lib/contract/index.ts'
import { ClientError } from './client-error.ts'
import { endpointUrl, type ClientConnection, request } from './http.ts'

export type StreamItem =
  /** the stream is connected; data that the client fetched before this may be outdated */
  | { type: 'open' }
  | { type: 'change'; change: StreamChange }
  /** the connection was lost; the next attempt to connect starts after `retryMs` milliseconds */
  | { type: 'lost'; error: ClientError; retryMs: number }

export interface ChangesOptions {
  /** signal that ends the stream when it is aborted */
  signal: AbortSignal
  /** id of the last event that the client received; the server sends the events after it */
  lastEventId?: string
  /**
   * wait in milliseconds after the first loss of the connection; it doubles up to 30 s. A `retry` field of the server
   * replaces it.
   */
  retryMs?: number
  /**
   * Time in milliseconds without data after which the connection counts as lost. The server sends a comment every 15 s.
   */
  silenceMs?: number
}

const MAX_RETRY_MS = 30_000

/**
 * Yields the changes that the server announces, until the signal is aborted, so that the client can fetch outdated data
 * again. After a lost connection it reconnects with `Last-Event-ID`, so that it misses no change; a refusal (401, 403)
 * ends the stream.
 * @throws ClientError of kind `refused` or `invalid`
 * @source WHATWG HTML, server-sent events
 */
export async function* changes(
  connection: ClientConnection,
  options: ChangesOptions,
): AsyncGenerator<StreamItem, void> {
  const { signal, retryMs = 1_000, silenceMs = 45_000 } = options
  const state = { lastEventId: options.lastEventId ?? null, firstRetryMs: retryMs }
  let wait = state.firstRetryMs
  while (!signal.aborted) {
    try {
      for await (const item of oneConnection(connection, state, { signal, silenceMs })) {
        wait = state.firstRetryMs
        yield item
      }
      if (signal.aborted) return
      yield { type: 'lost', error: new ClientError('unreachable', 'the server ended the stream'), retryMs: wait }
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof ClientError) || error.kind === 'refused' || error.kind === 'invalid') throw error
      yield { type: 'lost', error, retryMs: wait }
    }
    await pause(wait, signal)
    wait = Math.min(wait * 2, MAX_RETRY_MS)
  }
}

async function* oneConnection(
  connection: ClientConnection,
  state: { lastEventId: string | null; firstRetryMs: number },
  { signal, silenceMs }: { signal: AbortSignal; silenceMs: number },
): AsyncGenerator<StreamItem, void> {
  const silent = new AbortController()
  const both = AbortSignal.any([signal, silent.signal])
  let timer = setTimeout(() => silent.abort(), silenceMs)
  const received: EventSourceMessage[] = []
  const parser = createParser({
    onEvent: (message) => received.push(message),
    onRetry: (ms) => {
      state.firstRetryMs = ms
    },
  })
  try {
    const response = await request(connection, endpointUrl(connection, plainEndpoints.stream.path), {
      signal: both,
      headers: {
        accept: 'text/event-stream',
        ...(state.lastEventId !== null && { 'last-event-id': state.lastEventId }),
      },
    })
    yield { type: 'open' }
    const reader = (response.body ?? new ReadableStream<Uint8Array<ArrayBuffer>>())
      .pipeThrough(new TextDecoderStream())
      .getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(timer)
      timer = setTimeout(() => silent.abort(), silenceMs)
      parser.feed(value)
      for (const message of received.splice(0)) {
        const change = changeOf(message)
        // the id is stored after the change was consumed, so that the server sends a change again that was not
        // delivered
        if (change) yield { type: 'change', change }
        if (message.id !== undefined) state.lastEventId = message.id
      }
    }
  } catch (error) {
    if (error instanceof ClientError || signal.aborted) throw error
    const why = silent.signal.aborted ? `the stream was silent for ${silenceMs / 1_000} s` : 'the stream broke off'
    throw new ClientError('unreachable', why)
  } finally {
    clearTimeout(timer)
    silent.abort()
  }
}

/** Parses an event of the stream; returns null for an unknown event or format, which a newer server may send. */
function changeOf({ event, data }: EventSourceMessage): StreamChange | null {
  if (event !== 'change') return null
  const read = streamChange.safeParse(JSON.parse(data))
  return read.success ? read.data : null
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
