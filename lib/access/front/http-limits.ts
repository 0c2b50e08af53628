import type { IncomingMessage, Server } from 'node:http'
import { getClientNetwork } from '../sign-in/attempt-counters.ts'

/**
 * Maximum number of open connections. Each one needs a file descriptor, and operating systems allow a process only a
 * few thousand.
 */
export const MAX_CONNECTIONS = 2_000
/**
 * Maximum number of open connections from one network. It must be more than 500, because all 500 event streams that a
 * process allows may come from one network, and other requests from there must still be possible.
 */
export const MAX_CONNECTIONS_PER_NETWORK = 600

/** Time in milliseconds that a client has to read the response when its request body was too long. */
export const UNREAD_BODY_CLOSE_DELAY_MS = 1_000

/**
 * Limits the length of a request body. The bytes are counted as they arrive, so a body without a Content-Length header
 * is limited too. The bytes above the limit are discarded. The end of such a body is not reported to the handler, so
 * that the handler never takes the first part for the whole body.
 * @param onTooLong called once, when the body exceeds the limit
 */
export function limitBodyLength(request: IncomingMessage, maxBytes: number, onTooLong: () => void): void {
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
 * Closes the connection after the current response, with a delay. Without the delay the connection would be reset, and
 * the client could lose the response. The server sends the end of its stream immediately, and the client may continue
 * to send for {@link UNREAD_BODY_CLOSE_DELAY_MS}. After that, reading the request body fails.
 */
export function closeAfterResponse(request: IncomingMessage): void {
  const { socket } = request
  socket.destroySoon = () => {
    socket.end()
    setTimeout(() => {
      request.destroy()
      socket.destroy()
    }, UNREAD_BODY_CLOSE_DELAY_MS).unref()
  }
}

/**
 * Limits the number of open connections to a server, in total and from one network (an IPv4 address or an IPv6 /64).
 * @param isOneNetwork true = all connections come from a proxy, so that only the total is limited
 * @param onRefused called for each connection that is closed because of a limit
 */
export function limitConnections(server: Server, isOneNetwork: boolean, onRefused: (network: string) => void): void {
  server.maxConnections = MAX_CONNECTIONS
  server.on('drop', (dropped) => onRefused(getClientNetwork(dropped?.remoteAddress ?? '')))
  if (isOneNetwork) return
  const open = new Map<string, number>()
  server.on('connection', (socket) => {
    const network = getClientNetwork(socket.remoteAddress ?? '')
    const count = (open.get(network) ?? 0) + 1
    open.set(network, count)
    socket.once('close', () => {
      const left = (open.get(network) ?? 0) - 1
      if (left > 0) open.set(network, left)
      else open.delete(network)
    })
    if (count <= MAX_CONNECTIONS_PER_NETWORK) return
    onRefused(network)
    socket.destroy()
  })
}
