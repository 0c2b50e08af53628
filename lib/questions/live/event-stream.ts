import { memoizePerObject } from '#lib/bgp/memoize.ts'
import type { RequestCaller, StreamChange } from '#lib/contract/index.ts'
import { LimitError } from '../errors.ts'
import type { EventStreamChangeDistributor, NumberedStreamChange } from './change-hub.ts'

/**
 * Interval in ms between heartbeats. Proxies and clients close a connection on which they receive nothing for some
 * time.
 */
const HEARTBEAT_MS = 15_000
/** Time in ms that a client waits before it reconnects, as sent to the client. */
const RETRY_MS = 2_000
/**
 * Maximum number of chunks that a client has not read yet. If there are more, the stream is closed because the client
 * is too slow. The client then reconnects with the last id that it received, so that it misses no change.
 */
const MAX_WAITING = 1_000
/**
 * Maximum number of event streams of a process. Each stream needs a file descriptor, and a process has a few thousand.
 * In a measurement, 500 streams used 5 % of a core.
 */
export const MAX_STREAMS = 500
/** Number of streams that are reserved for wall displays. Without a stream, a wall display would show changes late. */
export const RESERVED_WALL_STREAMS = 100
/** Maximum number of streams of one user, token or wall display. */
export const MAX_STREAMS_OF_CALLER = 20

/**
 * Returns a response body that sends the hub's changes as server-sent events (HTML Living Standard, "Server-sent
 * events"). The stream ends if the client disconnects or reads too slowly, or if the hub closes.
 * @throws LimitError if the caller or the hub has the maximum number of streams
 */
export function createEventStream(
  hub: EventStreamChangeDistributor,
  {
    signal,
    caller,
    lastEventId,
    sees = null,
    heartbeatMs = HEARTBEAT_MS,
    onChange: noticed,
  }: {
    signal: AbortSignal
    caller: Pick<RequestCaller, 'kind' | 'id'>
    lastEventId: string | null
    /** function that selects the changes that are sent to the client; null = all changes are sent */
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
        const onChanges = (sent: readonly NumberedStreamChange[]) => {
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
        // Sends some bytes immediately. Proxies that buffer a response otherwise delay its beginning.
        write(OPENED)
        unsubscribe = hub.subscribe({ caller, onChanges, onClose: end }, lastEventId)
        if (signal.aborted) end()
        // If the stream ended while `subscribe` was running (for example because the hub is closed), the subscription
        // is removed here.
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
 * Checks that a caller may open another stream. If access is open without sign-in, callers cannot be distinguished, and
 * each of them may be a wall display. In this case, only the limit of the process applies.
 * @throws LimitError
 */
function assertRoom(hub: EventStreamChangeDistributor, { kind, id }: Pick<RequestCaller, 'kind' | 'id'>): void {
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
const framed = memoizePerObject((sent: readonly NumberedStreamChange[]): Uint8Array => {
  const text = sent.map(({ id, change }) => `id: ${id}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`).join('')
  return encoder.encode(text)
})
