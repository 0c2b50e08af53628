import type { IncomingMessage, Server } from 'node:http'
import { networkOf } from '../sign-in/guessing.ts'

/** Maximum number of open connections: each holds a descriptor, and a process may open a few thousand. */
export const MAX_CONNECTIONS = 2_000
/** Maximum number of open connections from one network: more than the 500 event streams of a process. */
export const MAX_CONNECTIONS_OF_NETWORK = 600

/** Time in which a client that sends too much can read the answer, in milliseconds. */
export const LINGER_MS = 1_000

/**
 * Counts the bytes of a body as they arrive, whether its length was announced or it is sent in chunks. Bytes behind the limit are thrown away and the
 * end of the body is withheld, so that a handler never takes a part for the whole.
 * @param onTooLong is called once, with the first byte too many
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
 * Makes the connection end after its current answer, and the reader of the body fail: the client gets the end of the stream immediately, and may still
 * send for {@link LINGER_MS}. Closing at once would reset the connection, and the client might lose the answer.
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
 * Limits the open connections of a server, in total and from one network (an IPv4 address, 64 bits of an IPv6 one).
 * @param isOneNetwork the addresses are those of a proxy, so that only the total is limited
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
