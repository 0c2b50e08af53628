import type { EpochMs } from '#lib/contract/index.ts'
import { type SyslogTimeComponents, type SyslogStatedTime, resolveStatedTime } from './stated-time.ts'

/** A syslog line, split into its parts. */
interface SyslogMessage {
  /** Host name in the line; null = there is none. */
  host: string | null
  /** Time in the line; null = there is none, or the router marked its clock as not set. */
  stated: SyslogStatedTime | null
  text: string
}

/**
 * Maximum length of a line in bytes. Routers write a few hundred; RFC 5425 section 4.3.1 recommends that receivers
 * accept 8192.
 */
export const MAX_LINE_BYTES = 8_192

const PRIORITY = /^<(\d{1,3})>/
const MAX_PRIORITY = 191

/**
 * Header of an RFC 5424 line (section 6): version, time, host, application, process, message ID. Structured data follow
 * after it.
 */
const HEADER = /^1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) ?/
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/
const NIL = '-'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/**
 * Times in RFC 3164 lines. Routers also write a mark for a clock that is not set (IOS: `*` or `.`), a year, fractions
 * of a second, and a time zone.
 */
const STAMP = new RegExp(
  `([*.])?(?:\\b(\\d{4}) )?\\b(${months.join('|')}) {1,2}(\\d{1,2}) (?:(\\d{4}) )?(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,9}))?` +
    `(?: (UTC|GMT|Z\\b|[+-]\\d\\d(?::?\\d\\d)?))?`,
  'g',
)
/**
 * Number of characters at the begin of a line in which a time is searched. Later times belong to the text of the
 * message.
 */
const STAMP_WITHIN = 200

/**
 * Reads a syslog line of RFC 5424 or RFC 3164. The variants of RFC 3164 that routers write are supported: IOS writes a
 * number before the name and time, IOS XR its location, and a relay adds its own time in front.
 * @param arrival time at which the line arrived, needed if it contains no year
 * @returns null if the line has neither format
 */
export function parseSyslogMessage(line: string, arrival: EpochMs): SyslogMessage | null {
  const priority = PRIORITY.exec(line)
  if (!priority || Number(priority[1]) > MAX_PRIORITY) return null
  const rest = line.slice(priority[0].length)
  return rest.startsWith('1 ') ? fromRfc5424(rest, arrival) : fromRfc3164(rest, arrival)
}

function fromRfc5424(rest: string, arrival: EpochMs): SyslogMessage | null {
  const header = HEADER.exec(rest)
  if (!header) return null
  const [all, time = NIL, host = NIL, , , messageId = NIL] = header
  const stated = time === NIL ? null : fromRfc3339(time, arrival)
  if (time !== NIL && stated === null) return null
  const message = afterStructuredData(rest.slice(all.length))
  if (message === null) return null
  const text = message.replace(/^﻿/, '').trim()
  return {
    host: host === NIL ? null : host,
    stated,
    // add the message ID to the text, because Junos names the kind of message only there
    text: messageId === NIL || text.includes(messageId) ? text : `${messageId}: ${text}`,
  }
}

function fromRfc3339(text: string, arrival: EpochMs): SyslogStatedTime | null {
  const parts = RFC3339.exec(text)
  if (!parts) return null
  const [, year, month, day, hour, minute, second, fraction, zone = 'Z'] = parts
  const time = {
    year: Number(year),
    month: Number(month) - 1,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: millisecondsOf(fraction),
  }
  return resolveStatedTime(time, offsetOf(zone), arrival)
}

/**
 * Returns the text after the structured data of an RFC 5424 line (section 6.3); null if the structured data have no
 * end.
 */
function afterStructuredData(text: string): string | null {
  if (text === NIL || text.startsWith(`${NIL} `)) return text.slice(2)
  if (!text.startsWith('[')) return null
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (isQuoted && character === '\\') at++
    else if (character === '"') isQuoted = !isQuoted
    else if (character === ']' && !isQuoted && text[at + 1] !== '[') return text.slice(at + 1).trimStart()
  }
  return null
}

function fromRfc3164(rest: string, arrival: EpochMs): SyslogMessage | null {
  const head = rest.slice(0, STAMP_WITHIN)
  const iso = /^(\d{4}-\d\d-\S+) (\S+) /.exec(head)
  if (iso) {
    const [all, time = '', host = ''] = iso
    const stated = fromRfc3339(time, arrival)
    return stated && { host, stated, text: rest.slice(all.length).trim() }
  }
  // use the last time, because a relay adds its own time before the time of the router
  const stamp = [...head.matchAll(STAMP)].at(-1)
  if (!stamp) return rest.trim() === '' ? null : { host: null, stated: null, text: rest.trim() }
  const [all, unset, yearBefore, month = '', day, yearAfter, hour, minute, second, fraction, zone] = stamp
  const year = yearBefore ?? yearAfter
  const time: SyslogTimeComponents = {
    year: year === undefined ? null : Number(year),
    month: months.indexOf(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: millisecondsOf(fraction),
  }
  const before = head.slice(0, stamp.index)
  const after = rest.slice(stamp.index + all.length)
  const host = before.trim() === '' ? (/^ +([^\s:]+)(?: |$)/.exec(after)?.[1] ?? null) : hostBefore(before)
  return {
    host,
    stated: unset ? null : resolveStatedTime(time, zone === undefined ? null : offsetOf(zone), arrival),
    text: after.replace(/^[:\s]+/, '').trim(),
  }
}

/**
 * Returns the name of the router that IOS (`logging origin-id hostname`) and IOS XR write before the time, or null. For
 * example, it is `ce1` in `45: ce1: ` and in `98: ce1 RP/0/RP0/CPU0:`.
 */
function hostBefore(text: string): string | null {
  const words = text
    .split(/[\s]+/)
    .map((word) => word.replace(/:$/, ''))
    .filter((word) => word !== '' && !/^\d+$/.test(word) && !/^(?:RP|LC)\//.test(word))
  return words.at(-1) ?? null
}

const millisecondsOf = (fraction: string | undefined): number =>
  fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3))

function offsetOf(zone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
