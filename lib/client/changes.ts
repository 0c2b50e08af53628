import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { nonJsonApiEndpoints } from '#lib/api/index.ts'
import { type StreamChange, streamChangeSchema } from '#lib/contract/index.ts'
import { ClientError } from './client-error.ts'
import { buildEndpointUrl, type PeerwatchConnectionSettings, sendClientRequest } from './http.ts'

export type ChangeStreamItem =
  /** The stream is connected. Data that the client read before this moment may be outdated. */
  | { type: 'open' }
  | { type: 'change'; change: StreamChange }
  /** The connection was lost. The next attempt to connect starts after `retryMs` milliseconds. */
  | { type: 'lost'; error: ClientError; retryMs: number }

export interface ChangesOptions {
  /** aborting this signal ends the stream */
  signal: AbortSignal
  /** ID of the last event that an earlier connection received. The server then first sends all events after it */
  lastEventId?: string
  /**
   * Wait in milliseconds before the first attempt to reconnect. The wait doubles with each attempt, up to 30 s. A
   * `retry` field from the server replaces this value.
   */
  retryMs?: number
  /**
   * Time in milliseconds after which a connection without data counts as lost. The server sends a comment every 15 s.
   */
  silenceMs?: number
}

const MAX_RETRY_MS = 30_000

/**
 * Yields the changes that the server announces, so that the client can read outdated data again. If the connection is
 * lost, it reconnects with `Last-Event-ID` and misses no change. The stream ends if `signal` is aborted, or if the
 * server refuses the request.
 * @throws ClientError of kind `refused` or `invalid`
 * @source WHATWG HTML, server-sent events
 */
export async function* followChangeStream(
  connection: PeerwatchConnectionSettings,
  options: ChangesOptions,
): AsyncGenerator<ChangeStreamItem, void> {
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
  connection: PeerwatchConnectionSettings,
  state: { lastEventId: string | null; firstRetryMs: number },
  { signal, silenceMs }: { signal: AbortSignal; silenceMs: number },
): AsyncGenerator<ChangeStreamItem, void> {
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
    const response = await sendClientRequest(
      connection,
      buildEndpointUrl(connection, nonJsonApiEndpoints.stream.path),
      {
        signal: both,
        headers: {
          accept: 'text/event-stream',
          ...(state.lastEventId !== null && { 'last-event-id': state.lastEventId }),
        },
      },
    )
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
        // The ID is stored only after the caller asked for the next item, that is, after it processed this change. If
        // the caller fails, the server sends the change again.
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

/** Parses an event of the stream. Returns null for an unknown event or format, which a newer server may send. */
function changeOf({ event, data }: EventSourceMessage): StreamChange | null {
  if (event !== 'change') return null
  const read = streamChangeSchema.safeParse(JSON.parse(data))
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
