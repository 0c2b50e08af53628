/**
 * Thread that accepts the connections of routers. It reads their sockets, adds the time at which they arrived to the
 * data, and keeps BGP sessions alive. Decoding and recording run in another thread, so that they cannot delay this one.
 */
import { createServer, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { canonicalizeAddress } from '#lib/bgp/index.ts'
import type { RouterConnectionEndReason } from '#lib/contract/index.ts'
import { getSteadyMs } from '#lib/platform/clock.ts'
import { CollectorBgpSession, type CollectorSessionEnd } from '../collector/collector-session.ts'
import { createAllowListTest } from './allow-list.ts'
import type { ListeningStartResult, StationStop } from './listening-thread.ts'
import {
  type ListenerMessage,
  RECEIVED_CHUNK_OVERHEAD_BYTES,
  type ListenerOptions,
  type MessageToListener,
} from './thread-messages.ts'

/**
 * Time without data after which TCP sends keepalive probes, milliseconds, because BMP has no keepalives. There are ten
 * probes, one second apart, so a lost router is detected 25 s after its last data.
 */
const SILENT_MS = 15_000

/** Time between two checks of the timers of BGP sessions, milliseconds. */
const TICK_MS = 500
/** Time after which a socket is closed even if the router has not received the last NOTIFICATION, milliseconds. */
const LAST_WORDS_MS = 500

interface Connection {
  socket: Socket
  address: string
  /** Number of bytes that the other thread has received from this connection but not processed. */
  waiting: number
  lastDataAt: number
  error: string | null
  /** BGP session with Peerwatch's collector on this connection; null = the router reports by BMP. */
  session: CollectorBgpSession | null
  end: CollectorSessionEnd | null
}

if (!parentPort) throw new Error('this file is a thread of the station')
const parent = parentPort
const { host, port, allow, limits, collector } = workerData as ListenerOptions
const mayConnect = createAllowListTest(allow)
const connections = new Map<number, Connection>()
let lastId = 0

const post = (message: ListenerMessage | ListeningStartResult, transfer?: ArrayBuffer[]) =>
  parent.postMessage(message, transfer ?? [])

function whyRefused(address: string): 'not_listed' | 'too_many' | null {
  if (!mayConnect(address)) return 'not_listed'
  const ofAddress = [...connections.values()].filter((connection) => connection.address === address).length
  return connections.size >= limits.connections || ofAddress >= limits.connectionsOfAddress ? 'too_many' : null
}

const server = createServer((socket) => {
  const at = getSteadyMs()
  socket.on('error', () => undefined)
  // a socket that is already closed has no address
  const address = canonicalizeAddress(socket.remoteAddress ?? '')
  if (address === null) return socket.destroy()
  const why = whyRefused(address)
  if (why !== null) {
    socket.destroy()
    return post({ type: 'refused', address, why })
  }
  accept(socket, address, at)
})

function accept(socket: Socket, address: string, at: number): void {
  const id = ++lastId
  const connection: Connection = { socket, address, waiting: 0, lastDataAt: at, error: null, session: null, end: null }
  connections.set(id, connection)
  socket.setKeepAlive(true, SILENT_MS)
  post({ type: 'opened', id, address, port: socket.remotePort ?? 0, at })
  const hand = (chunk: Uint8Array<ArrayBuffer>, arrivedAt: number, notBefore: number | null) => {
    connection.waiting += chunk.length + RECEIVED_CHUNK_OVERHEAD_BYTES
    if (connection.waiting > limits.waitingBytes) socket.pause()
    post({ type: 'data', id, at: arrivedAt, notBefore, chunk }, [chunk.buffer])
  }
  connection.session = collector && sessionOn(connection, hand, at)
  socket.on('data', (bytes: Buffer) => {
    const now = getSteadyMs()
    connection.lastDataAt = now
    if (connection.session) connection.session.received(bytes, now)
    // pass on a copy of the bytes, because the memory of the passed array is transferred to the other thread
    else hand(Uint8Array.from(bytes), now, null)
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    connection.error = error.code ?? 'UNKNOWN'
  })
  socket.on('close', () => {
    connections.delete(id)
    const { lastDataAt, error, end } = connection
    const now = getSteadyMs()
    connection.session?.gone(now)
    post({ type: 'closed', id, at: now, lastDataAt, error, end })
  })
}

function sessionOn(
  connection: Connection,
  hand: (chunk: Uint8Array<ArrayBuffer>, at: number, notBefore: number) => void,
  at: number,
): CollectorBgpSession | null {
  const { socket, address } = connection
  const local = canonicalizeAddress(socket.localAddress ?? '')
  if (!collector || local === null) return null
  const ends = {
    own: { address: local, port: socket.localPort ?? 0 },
    router: { address, port: socket.remotePort ?? 0 },
  }
  socket.setNoDelay(true)
  return new CollectorBgpSession(
    collector,
    ends,
    {
      send: (bytes) => void socket.write(bytes),
      report: (frames, arrivedAt, notBefore) => hand(Uint8Array.from(frames), arrivedAt, notBefore),
      established: () => {
        const router = connection.session?.establishedWith
        for (const { address: other, session } of connections.values())
          if (other === address && session !== connection.session && session?.establishedWith === router)
            session?.supersede(getSteadyMs())
      },
      close: (end) => {
        connection.end = end
        socket.destroySoon()
        setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref()
      },
    },
    at,
  )
}

/**
 * Checks the timers of all BGP sessions. This happens after the sockets were read, so that a socket without new data is
 * certainly empty.
 */
function tick(): void {
  const at = getSteadyMs()
  setImmediate(() => {
    for (const { socket, session, lastDataAt } of connections.values())
      session?.tick(at, socket.isPaused() ? 'paused' : lastDataAt >= at ? 'something' : 'empty')
  })
}
const ticking = collector && setInterval(tick, TICK_MS)

function close(connection: Connection | undefined, reason: RouterConnectionEndReason): void {
  if (connection?.session) connection.session.stop(reason)
  else connection?.socket.destroy()
}

parent.on('message', (message: MessageToListener | StationStop) => {
  switch (message.type) {
    case 'done': {
      const connection = connections.get(message.id)
      if (!connection) return
      connection.waiting -= message.bytes
      if (connection.waiting <= limits.waitingBytes / 2) connection.socket.resume()
      return
    }
    case 'close':
      close(connections.get(message.id), message.reason)
      return
    case 'stop':
      if (ticking) clearInterval(ticking)
      server.close(() => parent.close())
      for (const connection of connections.values()) close(connection, 'stopped')
  }
})

server.once('error', (error: NodeJS.ErrnoException) => {
  post({ type: 'failed', code: error.code ?? error.message })
  parent.close()
})
server.listen(port, host, () => {
  const address = server.address()
  post({ type: 'listening', port: typeof address === 'object' && address ? address.port : port })
})
