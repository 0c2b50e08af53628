import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** How long a server may say nothing while something is asked of it, before it is asked whether it is still there. */
export const SILENT_MS = 10_000
const ANSWER_WITHIN_MS = 5_000

/** PostgreSQL's SSLRequest, which a server answers with one byte before it knows who asks (protocol 3, "Message Formats"). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

/**
 * Ends a connection whose server vanished without a word, with its machine or behind a network that swallows packets. What was sent by
 * then is retransmitted for a quarter of an hour, and TCP's keepalive begins only after that. A server that answers elsewhere is working on
 * a long statement, and is left to it.
 * @param isAsked whether an answer is awaited; an idle connection is keepalive's affair
 */
export function endWhenVanished(
  socket: Socket,
  server: { host: string; port: number },
  isAsked: () => boolean,
  silentMs: number,
): void {
  socket.setTimeout(silentMs)
  socket.on('timeout', () => {
    if (!isAsked()) return void socket.setTimeout(silentMs)
    answers(server).then((isThere) => {
      if (socket.destroyed) return
      if (isThere) socket.setTimeout(silentMs)
      else socket.destroy(Object.assign(new Error('the server does not answer any more'), { code: 'ETIMEDOUT' }))
    })
  })
}

function answers({ host, port }: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect({ host, port })
    const end = (isThere: boolean) => {
      clearTimeout(timer)
      probe.destroy()
      resolve(isThere)
    }
    const timer = setTimeout(() => end(false), ANSWER_WITHIN_MS)
    probe.once('connect', () => probe.write(SSL_REQUEST))
    probe.once('data', () => end(true))
    probe.once('end', () => end(false))
    probe.once('error', () => end(false))
  })
}
