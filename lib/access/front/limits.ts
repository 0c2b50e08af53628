import type { IncomingMessage, Server } from 'node:http'
import { networkOf } from '../sign-in/guessing.ts'

/**
 * Maximum number of open connections. Each connection uses a file descriptor, and a process can open a few thousand.
 */
export const MAX_CONNECTIONS = 2_000
/**
 * Maximum number of open connections from one network. It is larger than the maximum of 500 event streams of a process.
 */
export const MAX_CONNECTIONS_OF_NETWORK = 600

/** Time in ms that the client has to read the response after its body was refused as too long. */
export const LINGER_MS = 1_000

/**
 * Limits the length of a request body. Counts the bytes as they arrive, with or without an announced length. Discards
 * bytes above the limit and withholds the end of the body, so that a handler never treats a partial body as complete.
 * @param onTooLong called once, at the first byte above the limit
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
 * Closes the connection after the current response, but not immediately: an immediate close would reset the connection,
 * so that the client could lose the response. The client gets the end of the stream, and may still send for {@link
 * LINGER_MS}. After that, reads of the request body fail.
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
 * @param isOneNetwork true = all connections come from a proxy, so only the total is limited
 * @param onRefused called for each connection that is closed because of a limit
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
