/**
 * The thread that reads sockets and stamps what arrives, and does nothing else: whatever is decoded and recorded meanwhile takes another
 * core, or waits.
 */
import { createServer, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { canonicalAddress } from '#lib/bgp/index.ts'
import { steadyMs } from '#lib/platform/clock.ts'
import { allowListOf } from './allow-list.ts'
import type { Begin, StationStop } from './listening-thread.ts'
import type { Arrival, ListenerOptions, ToListener } from './thread-messages.ts'

/** BMP has no keepalive: a router that is gone is noticed 25 s after it fell silent, by ten probes a second apart. */
const SILENT_MS = 15_000

interface Connection {
  socket: Socket
  address: string
  /** bytes that were handed on and are not done yet */
  waiting: number
  lastDataAt: number
  error: string | null
}

if (!parentPort) throw new Error('this file is a thread of the station')
const parent = parentPort
const { host, port, allow, limits } = workerData as ListenerOptions
const mayConnect = allowListOf(allow)
const connections = new Map<number, Connection>()
let lastId = 0

const post = (message: Arrival | Begin, transfer?: ArrayBuffer[]) => parent.postMessage(message, transfer ?? [])

function whyRefused(address: string): 'not_listed' | 'too_many' | null {
  if (!mayConnect(address)) return 'not_listed'
  const ofAddress = [...connections.values()].filter((connection) => connection.address === address).length
  return connections.size >= limits.connections || ofAddress >= limits.connectionsOfAddress ? 'too_many' : null
}

const server = createServer((socket) => {
  const at = steadyMs()
  socket.on('error', () => undefined)
  // a socket that is closed by now has no address
  const address = canonicalAddress(socket.remoteAddress ?? '')
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
  const connection: Connection = { socket, address, waiting: 0, lastDataAt: at, error: null }
  connections.set(id, connection)
  socket.setKeepAlive(true, SILENT_MS)
  post({ type: 'opened', id, address, port: socket.remotePort ?? 0, at })
  socket.on('data', (bytes: Buffer) => {
    const now = steadyMs()
    connection.lastDataAt = now
    connection.waiting += bytes.length
    if (connection.waiting > limits.waitingBytes) socket.pause()
    // a copy of its own, whose memory goes to the other thread
    const chunk = Uint8Array.from(bytes)
    post({ type: 'data', id, at: now, chunk }, [chunk.buffer])
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    connection.error = error.code ?? 'UNKNOWN'
  })
  socket.on('close', () => {
    connections.delete(id)
    post({ type: 'closed', id, at: steadyMs(), lastDataAt: connection.lastDataAt, error: connection.error })
  })
}

parent.on('message', (message: ToListener | StationStop) => {
  switch (message.type) {
    case 'done': {
      const connection = connections.get(message.id)
      if (!connection) return
      connection.waiting -= message.bytes
      if (connection.waiting <= limits.waitingBytes / 2) connection.socket.resume()
      return
    }
    case 'close':
      connections.get(message.id)?.socket.destroy()
      return
    case 'stop':
      server.close(() => parent.close())
      for (const { socket } of connections.values()) socket.destroy()
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
