import { memoizePerObject } from '#lib/bgp/memoize.ts'
import type { Caller, StreamChange } from '#lib/contract/index.ts'
import { LimitError } from '../errors.ts'
import type { ChangeHub, SentChange } from './change-hub.ts'

/** Interval of heartbeats in ms, because proxies and clients consider a stream without traffic dead. */
const HEARTBEAT_MS = 15_000
/** Time in ms that a client waits before it reconnects, as sent to the client. */
const RETRY_MS = 2_000
/**
 * Maximum number of chunks that a client has not read yet. The stream of a slower client is closed; the client
 * reconnects with its last id, so that it misses nothing.
 */
const MAX_WAITING = 1_000
/**
 * Maximum number of event streams of a process. Each stream holds a file descriptor, of which a process has a few
 * thousand. In a measurement, 500 streams took 5 % of a core.
 */
export const MAX_STREAMS = 500
/**
 * Number of streams that are reserved for walls (unattended displays). Without a stream, a wall would show changes
 * late.
 */
export const RESERVED_WALL_STREAMS = 100
/** Maximum number of streams of a person, token or wall. */
export const MAX_STREAMS_OF_CALLER = 20

/**
 * Returns a response body that sends the hub's changes as server-sent events (HTML Living Standard, "Server-sent
 * events"). The stream ends if the client disconnects or reads too slowly, or if the hub closes.
 * @throws LimitError if the caller or the hub has the maximum number of streams
 */
export function createEventStream(
  hub: ChangeHub,
  {
    signal,
    caller,
    lastEventId,
    sees = null,
    heartbeatMs = HEARTBEAT_MS,
    onChange: noticed,
  }: {
    signal: AbortSignal
    caller: Pick<Caller, 'kind' | 'id'>
    lastEventId: string | null
    /** selects the changes that are sent to the client; null = all */
    sees?: ((change: StreamChange) => boolean) | null
    heartbeatMs?: number
    /** called with each change before it is sent, also with changes that the client may not see */
    onChange?: (change: StreamChange) => void
  },
): ReadableStream<Uint8Array> {
  assertRoom(hub, caller)
  let stop = () => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let isOpen = true
        const end = () => {
          if (!isOpen) return
          stop()
          controller.close()
        }
        const write = (bytes: Uint8Array) => {
          if (!isOpen) return
          if ((controller.desiredSize ?? 0) <= 0) return end()
          controller.enqueue(bytes)
        }
        const heartbeat = setInterval(() => write(ALIVE), heartbeatMs)
        const onChanges = (sent: readonly SentChange[]) => {
          if (noticed) for (const { change } of sent) noticed(change)
          const seen = sees ? sent.filter(({ change }) => sees(change)) : sent
          if (seen.length > 0) write(framed(seen))
        }
        let unsubscribe = () => {}
        stop = () => {
          isOpen = false
          clearInterval(heartbeat)
          signal.removeEventListener('abort', end)
          unsubscribe()
        }
        signal.addEventListener('abort', end)
        // Sends bytes immediately, so that proxies that buffer pass on the beginning of the response.
        write(OPENED)
        unsubscribe = hub.subscribe({ caller, onChanges, onClose: end }, lastEventId)
        if (signal.aborted) end()
        // If the stream already ended during `subscribe` (for example because the hub is closed), removes the
        // subscription.
        if (!isOpen) unsubscribe()
      },
      cancel() {
        stop()
      },
    },
    { highWaterMark: MAX_WAITING },
  )
}

/**
 * Checks that a caller may open another stream. Without sign-in, callers cannot be told apart and any of them may be a
 * wall (unattended display), so only the limit of the process applies.
 * @throws LimitError
 */
function assertRoom(hub: ChangeHub, { kind, id }: Pick<Caller, 'kind' | 'id'>): void {
  const own = kind === 'open' ? 0 : hub.countOf((caller) => caller.kind === kind && caller.id === id)
  if (own >= MAX_STREAMS_OF_CALLER) {
    throw new LimitError(`You have ${MAX_STREAMS_OF_CALLER} event streams open already: close one first.`, {
      status: 429,
      retryAfterSeconds: 30,
    })
  }
  const isForWalls = kind === 'wall' || kind === 'open'
  const others = isForWalls ? 0 : hub.countOf((caller) => caller.kind !== 'wall')
  if (hub.size < MAX_STREAMS && others < MAX_STREAMS - RESERVED_WALL_STREAMS) return
  throw new LimitError('This process has as many event streams open as it may have: try again later.', {
    status: 503,
    retryAfterSeconds: 30,
  })
}

const encoder = new TextEncoder()
const ALIVE = encoder.encode(': alive\n\n')
const OPENED = encoder.encode(`retry: ${RETRY_MS}\n\n`)

/** Encodes changes that are sent together. The result is cached, because all streams send the same bytes. */
const framed = memoizePerObject((sent: readonly SentChange[]): Uint8Array => {
  const text = sent.map(({ id, change }) => `id: ${id}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`).join('')
  return encoder.encode(text)
})
