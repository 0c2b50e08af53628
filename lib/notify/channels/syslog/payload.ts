import { cut, oneLine } from '#lib/contract/document/model.ts'
import type { Severity } from '#lib/contract/index.ts'
import type { Content, IncidentContent, Message } from '../../content.ts'
import { linkOf } from '../../message/sections.ts'
import { titleOf } from '../../message/words.ts'

/** Facility local0, and the severities of RFC 5424, section 6.2.1. */
const FACILITY = 16
const severities: Readonly<Record<Severity, number>> = { critical: 2, major: 3, minor: 4, warning: 5, info: 6 }
const NOTICE = 5

/** No number of our own is registered with IANA; 32473 is the one for examples (RFC 5612). */
const SD_ID = 'peerwatch@32473'

/** RFC 5424 wants 2,048 bytes to be taken; what is over may be cut off. */
const MOST_OF_TEXT = 1_000

/** So that names leave room for the text, which stands behind them. */
const MOST_OF_VALUE = 200

const BOM = '\u{FEFF}'

/**
 * The lines of one message, one for each incident. What has ended or was acknowledged is a notice, whatever its severity.
 * @param host name of this machine
 * @source RFC 5424
 */
export function syslogMessages(
  { id, content }: Pick<Message, 'id' | 'content'>,
  host: string,
  publicUrl: string | null,
): string[] {
  const contents = content.reason === 'digest' ? content.entries : [content]
  return contents.map((one) => syslogLine(id, one, host, publicUrl))
}

function syslogLine(id: string, content: Content, host: string, publicUrl: string | null): string {
  const { reason, severity, at } = content
  const isNotice = reason === 'closed' || reason === 'acknowledged' || reason === 'test'
  const priority = FACILITY * 8 + (isNotice ? NOTICE : severities[severity])
  const details = { reason, severity, message: id, ...('kind' in content ? incidentDetails(content, publicUrl) : {}) }
  const data = Object.entries(details).map(([name, value]) => `${name}="${valueOf(String(value))}"`)
  const text = cut(oneLine(titleOf(content)), MOST_OF_TEXT)
  // PROCID is the process; MSGID is the kind of message
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
    startedNotBefore: started[0],
    startedNotAfter: started[1],
    ...(ended && { endedNotBefore: ended[0], endedNotAfter: ended[1] }),
    ...(publicUrl !== null && { url: linkOf(incidentId, publicUrl) }),
  }
}

/** A value of structured data (section 6.3.3). */
const valueOf = (text: string) => cut(oneLine(text), MOST_OF_VALUE).replaceAll(/["\\\]]/g, '\\$&')

/** Printable ASCII without blanks, `-` for nothing (section 6). */
const nameOf = (text: string) => text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, 255) || '-'
