import type { IncomingMessage, Server } from 'node:http'
import { networkOf } from '../sign-in/guessing.ts'

/**
 * Maximum number of open connections. Each connection uses a file descriptor, and a process can open a few thousand.
 */
export const MAX_CONNECTIONS = 2_000
/** Maximum number of open connections from one network. It is larger than the 500 event streams of a process. */
export const MAX_CONNECTIONS_OF_NETWORK = 600

/** Time that a client with a too long body has to read the response, in milliseconds. */
export const LINGER_MS = 1_000

/**
 * Counts the bytes of a body as they arrive, both with an announced length and with chunks. Bytes above the limit are
 * discarded and the end of the body is withheld, so that a handler never treats a partial body as complete.
 * @param onTooLong is called once, at the first byte above the limit
 */
export function limitBody(request: IncomingMessage, maxBytes: number, onTooLong: () => void): void {
  const push = request.push.bind(request)
  let length = 0
  let isTooLong = false
  request.push = (chunk: Buffer | null) => {
    length += chunk?.byteLength ?? 0
    if (length <= maxBytes) return push(chunk)
    if (!isTooLong) {
      isTooLong = true
      onTooLong()
    }
    return true
  }
}

/**
 * Ends the connection after its current response, and makes reads of the request body fail. The client gets the end of
 * the stream immediately, and may still send for {@link LINGER_MS}. An immediate close would reset the connection, and
 * the client could lose the response.
 */
export function lingerAndClose(request: IncomingMessage): void {
  const { socket } = request
  socket.destroySoon = () => {
    socket.end()
    setTimeout(() => {
      request.destroy()
      socket.destroy()
    }, LINGER_MS).unref()
  }
}

/**
 * Limits the open connections of a server, in total and from one network (an IPv4 address, or an IPv6 /64).
 * @param isOneNetwork whether all addresses belong to a proxy; then only the total is limited
 * @param onRefused is called for each connection that is closed
 */
export function limitConnections(server: Server, isOneNetwork: boolean, onRefused: (network: string) => void): void {
  server.maxConnections = MAX_CONNECTIONS
  server.on('drop', (dropped) => onRefused(networkOf(dropped?.remoteAddress ?? '')))
  if (isOneNetwork) return
  const open = new Map<string, number>()
  server.on('connection', (socket) => {
    const network = networkOf(socket.remoteAddress ?? '')
    const count = (open.get(network) ?? 0) + 1
    open.set(network, count)
    socket.once('close', () => {
      const left = (open.get(network) ?? 0) - 1
      if (left > 0) open.set(network, left)
      else open.delete(network)
    })
    if (count <= MAX_CONNECTIONS_OF_NETWORK) return
    onRefused(network)
    socket.destroy()
  })
}
