import { createSocket } from 'node:dgram'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { z } from 'zod'
import { parseSyslogServer, type SyslogServer, type Severity } from '#lib/contract/index.ts'
import { resolveAllowedAddresses, createFixedLookup } from '../outbound/allowed-destination.ts'
import { type SendChannelMessage, createFailedDelivery, toConnectionFailure } from './sender.ts'
import { shortenText, toSingleLine } from '#lib/contract/document/document-model.ts'
import type { MessageContent, IncidentContent, ChannelMessage } from '../content.ts'
import { createMessageLink } from '../message/sections.ts'
import { formatMessageTitle } from '../message/message-text.ts'

const targetSchema = z.object({ server: z.string() })

/**
 * Sends one message. Syslog has no acknowledgement. Over TCP and TLS, a message counts as delivered when all bytes are
 * sent and the connection is closed without an error. Over UDP, it counts as delivered when it is sent.
 */
export const sendSyslog: SendChannelMessage = async ({ target }, message, { settings, outbound, publicUrl }) => {
  const server = parseSyslogServer(targetSchema.parse(target).server)
  if (server === null) return createFailedDelivery('the address of the syslog server can’t be read: set it again')
  const lines = createSyslogMessages(message, hostname(), publicUrl).map((line) => Buffer.from(line))
  try {
    const signal = AbortSignal.timeout(settings['webhook.timeout'])
    const addresses = await resolveAllowedAddresses(server, outbound, signal)
    if (server.transport === 'udp') {
      const [first] = addresses
      await sendDatagrams(lines, { ...server, host: first?.address ?? '' }, first?.family === 6 ? 'udp6' : 'udp4')
      return { delivered: true, answer: 'sent by UDP; nobody knows whether it arrived' }
    }
    await sendStream(lines, server, { lookup: createFixedLookup(addresses), signal })
    return { delivered: true, answer: `taken by ${server.transport.toUpperCase()}` }
  } catch (error) {
    return toConnectionFailure(error)
  }
}

/**
 * Sends each line in a separate datagram.
 * @source RFC 5426
 */
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

/**
 * Sends all lines over one connection, each preceded by its length.
 * @source RFC 6587, section 3.4.1; RFC 5425, section 4.3
 */
function sendStream(
  lines: readonly Buffer[],
  { transport, host, port }: SyslogServer,
  { lookup, signal }: { lookup: ReturnType<typeof createFixedLookup>; signal: AbortSignal },
): Promise<void> {
  const framed = Buffer.concat(lines.flatMap((line) => [Buffer.from(`${line.length} `), line]))
  return new Promise((resolve, reject) => {
    const socket: Socket =
      transport === 'tls'
        ? // an IP address is not allowed as a server name (RFC 6066)
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

/** Facility local0 and severities of RFC 5424, section 6.2.1. */
const FACILITY = 16
const severities: Readonly<Record<Severity, number>> = { critical: 2, major: 3, minor: 4, warning: 5, info: 6 }
const NOTICE = 5

/**
 * ID of the structured data. 32473 is the enterprise number for examples (RFC 5612), because Peerwatch has no number
 * registered with IANA.
 */
const SD_ID = 'peerwatch@32473'

/**
 * Maximum number of characters of the message text. By RFC 5424, receivers should accept 2,048 bytes and may truncate
 * longer messages.
 */
const MAX_OF_TEXT = 1_000

/**
 * Maximum number of characters of a value in the structured data. The limit leaves enough of the 2,048 bytes for the
 * text, which follows the structured data.
 */
const MAX_OF_VALUE = 200

const BOM = '\u{FEFF}'

/**
 * Returns the syslog lines of one message, one for each incident. The end or acknowledgement of an incident, and a test
 * message, have severity notice, whatever the severity of their content.
 * @param host name of this machine
 * @source RFC 5424
 */
export function createSyslogMessages(
  { id, content }: Pick<ChannelMessage, 'id' | 'content'>,
  host: string,
  publicUrl: string | null,
): string[] {
  const contents = content.reason === 'digest' ? content.entries : [content]
  return contents.map((one) => syslogLine(id, one, host, publicUrl))
}

function syslogLine(id: string, content: MessageContent, host: string, publicUrl: string | null): string {
  const { reason, severity, at } = content
  const isNotice = reason === 'closed' || reason === 'withdrawn' || reason === 'acknowledged' || reason === 'test'
  const priority = FACILITY * 8 + (isNotice ? NOTICE : severities[severity])
  const details = { reason, severity, message: id, ...('kind' in content ? incidentDetails(content, publicUrl) : {}) }
  const data = Object.entries(details).map(([name, value]) => `${name}="${valueOf(String(value))}"`)
  const text = shortenText(toSingleLine(formatMessageTitle(content)), MAX_OF_TEXT)
  // PROCID is the process ID; MSGID is the kind of message
  return `<${priority}>1 ${at} ${nameOf(host)} peerwatch ${process.pid} ${nameOf(reason)} [${SD_ID} ${data.join(' ')}] ${BOM}${text}`
}

function incidentDetails(content: IncidentContent, publicUrl: string | null): Record<string, string> {
  const { incidentId, kind, scopeName, subject, owner, cause, started, ended } = content
  return {
    ...(incidentId !== null && { incident: incidentId }),
    kind,
    name: scopeName,
    subject,
    owner,
    cause,
    ...(content.needsYou && { needsYou: content.needsYou.when }),
    startedNotBefore: started[0],
    startedNotAfter: started[1],
    ...(ended && { endedNotBefore: ended[0], endedNotAfter: ended[1] }),
    ...(publicUrl !== null && { url: createMessageLink(content, publicUrl) }),
  }
}

/** Formats a value of structured data (RFC 5424, section 6.3.3). */
const valueOf = (text: string) => shortenText(toSingleLine(text), MAX_OF_VALUE).replaceAll(/["\\\]]/g, '\\$&')

/** Formats a header field (RFC 5424, section 6): printable ASCII without blanks, `-` if empty. */
const nameOf = (text: string) => text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, 255) || '-'
