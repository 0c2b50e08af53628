import { createSocket } from 'node:dgram'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { z } from 'zod'
import { readSyslogServer, type SyslogServer } from '#lib/contract/index.ts'
import { admitted, pinned } from '../../outbound/destination.ts'
import { type ChannelSender, failed, notConnected } from '../sender.ts'
import { syslogMessages } from './payload.ts'

const targetSchema = z.object({ server: z.string() })

/**
 * Sends one message. Syslog has no answer: over TCP and TLS it is delivered when the other side has taken the bytes and the connection's
 * end; over UDP when it has left this machine.
 */
export const sendSyslog: ChannelSender = async ({ target }, message, { settings, outbound, publicUrl }) => {
  const server = readSyslogServer(targetSchema.parse(target).server)
  if (server === null) return failed('the address of the syslog server can’t be read: set it again')
  const lines = syslogMessages(message, hostname(), publicUrl).map((line) => Buffer.from(line))
  try {
    const signal = AbortSignal.timeout(settings['webhook.timeout'])
    const addresses = await admitted(server, outbound, signal)
    if (server.transport === 'udp') {
      const [first] = addresses
      await sendDatagrams(lines, { ...server, host: first?.address ?? '' }, first?.family === 6 ? 'udp6' : 'udp4')
      return { delivered: true, answer: 'sent by UDP; nobody knows whether it arrived' }
    }
    await sendStream(lines, server, { lookup: pinned(addresses), signal })
    return { delivered: true, answer: `taken by ${server.transport.toUpperCase()}` }
  } catch (error) {
    return notConnected(error)
  }
}

/** One datagram each. @source RFC 5426 */
async function sendDatagrams(
  lines: readonly Buffer[],
  { host, port }: SyslogServer,
  type: 'udp4' | 'udp6',
): Promise<void> {
  const socket = createSocket(type)
  try {
    for (const line of lines) {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.send(line, port, host, (error) => (error ? reject(error) : resolve()))
      })
    }
  } finally {
    socket.close()
  }
}

/** Each line behind its length. @source RFC 6587, section 3.4.1; RFC 5425, section 4.3 */
function sendStream(
  lines: readonly Buffer[],
  { transport, host, port }: SyslogServer,
  { lookup, signal }: { lookup: ReturnType<typeof pinned>; signal: AbortSignal },
): Promise<void> {
  const framed = Buffer.concat(lines.flatMap((line) => [Buffer.from(`${line.length} `), line]))
  return new Promise((resolve, reject) => {
    const socket: Socket =
      transport === 'tls'
        ? // an address is no server name (RFC 6066)
          connectTls({ host, port, lookup, ...(isIP(host) === 0 && { servername: host }) })
        : connectTcp({ host, port, lookup })
    const abort = () => socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    signal.addEventListener('abort', abort, { once: true })
    socket.once('error', reject)
    socket.once('close', (hadError) => {
      signal.removeEventListener('abort', abort)
      if (!hadError) resolve()
    })
    socket.resume()
    socket.end(framed)
  })
}
