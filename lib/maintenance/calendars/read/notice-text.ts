import type { EpochMs } from '#lib/contract/index.ts'
import { UNREAD_LINE_PROPERTY } from './read-calendar.ts'

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec'

/**
 * Description of the format in which one provider writes maintenance notices as plain text, without iCalendar. The
 * labels are from the public samples of circuit-maintenance-parser (networktocode).
 */
interface NoticeFormat {
  provider: string
  /** pattern by which a notice of this provider is recognized */
  sign: RegExp
  /** pattern of the notice's reference number; the first group that matches contains it */
  reference: RegExp
  /** pattern of the lines that contain the times */
  times: RegExp
  /** true = the label before the times already states "UTC", so that the times need not state it */
  isUtc?: true
  /** true = `3/4/2026` has the month first */
  monthFirst?: true
  /**
   * pattern of the affected services; absent = the services are in a table, so that the whole text is searched for
   * known service ids
   */
  services?: RegExp
  /** pattern of a text that means a smaller impact than an outage, and the impact that it means */
  impact?: readonly [RegExp, 'NO-IMPACT' | 'REDUCED-REDUNDANCY']
  /** rewrites the times into a form that the common patterns match */
  prepare?: (text: string) => string
}

/**
 * Adds the year to each time of an Equinix notice. Such a notice states the years in only one line, separate from the
 * times.
 */
function withYears(text: string): string {
  const [, month = '', from = '', to = ''] = /SPAN:\s*\d+-([A-Z]+)-(\d{4})\s*-\s*\d+-[A-Z]+-(\d{4})/i.exec(text) ?? []
  const first = MONTHS.indexOf(month.toLowerCase().slice(0, 3))
  return text.replace(
    /\b(\d{2}) ([A-Z]{3}) (\d{2}:\d{2})\b/g,
    (_, day: string, own: string, time: string) =>
      `${day} ${own} ${MONTHS.indexOf(own.toLowerCase()) < first ? to : from} ${time}`,
  )
}

const FORMATS: readonly NoticeFormat[] = [
  {
    provider: 'apple.com',
    sign: /Apple \(AS714\)/,
    reference: /Internal Ticket:\s*(\S+)/,
    times: /(?:Start|End) Time:.*/g,
    services: /Peer IP:\s*(.+)/,
  },
  {
    provider: 'aquacomms.com',
    sign: /Aqua ?Comms/i,
    reference: /Ticket Number:\s*(\S+)|ISSUE=(\d+)/i,
    times: /Scheduled (?:Start|End) Date & Time:\s*.*/gi,
    services: /Service ID:\s*(.+)/i,
  },
  {
    provider: 'equinix.com',
    sign: /Equinix/i,
    reference: /\[(\d-\d+)\]/,
    times: /\bUTC:\s*.*/g,
    isUtc: true,
    impact: [/No impact to your service/i, 'NO-IMPACT'],
    prepare: withYears,
  },
  {
    provider: 'globalcloudxchange.com',
    sign: /Global Cloud Xchange|\| Service Advisory Notice \|/i,
    reference: /\b(PE\d{8,})\b/,
    times: /\|[^(|\n]*\(GMT\) - [^(|\n]*\(GMT\)/g,
    impact: [/at risk/i, 'REDUCED-REDUNDANCY'],
  },
  {
    provider: 'google.com',
    sign: /Google Neighbor Address/i,
    reference: /Reference (\S+)/,
    times: /(?:Start|End) Time:\s*.*/g,
    services: /Peer Neighbor Address\(es\):\s*(.+)/,
  },
  {
    provider: 'megaport.com',
    sign: /Megaport/i,
    reference: /(?:reminder|advised that)[^\n]{0,300}?\b([A-Z]{2,20}-?\d{3,20})\b/i,
    times: /Start Date and Time:.*|End Date and Time:.*/g,
  },
  {
    provider: 'momentumtelecom.com',
    sign: /Momentum Data Services/i,
    reference: /\|\s*(\d{5,})\s*\|/,
    times: /Maintenance (?:start|finish) date\/time:.*/gi,
    services: /Circuit ID:\s*(.+)/i,
  },
  {
    provider: 'telstra.com',
    sign: /Telstra/i,
    reference: /(?:Change Reference|Reference number):?\s*(\S+)/i,
    times: /Maintenance Window:\s*.*/gi,
    services: /Service\(?s\)? Impacted:\s*(.+)/i,
  },
  {
    provider: 'verizon.com',
    sign: /Verizon MASTARS/i,
    reference: /MASTARS Request number:\s*(\S+)/i,
    times: /Maintenance Date\/Time \(GMT\):\s*.*/gi,
    isUtc: true,
    monthFirst: true,
  },
  {
    provider: 'zayo.com',
    sign: /\bZAYO\b/i,
    reference: /\b(TTN-\d+)\b/i,
    times: /^.* to .{0,300}?\( ?GMT ?\)/gm,
    isUtc: true,
    impact: [/No expected impact/i, 'NO-IMPACT'],
  },
]

const ZONE = String.raw`\s*\(?\s*(UTC|GMT|Z\b|\+0000)?`
const TIMES = [
  [
    'dMyhm',
    new RegExp(String.raw`\b(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{4}),? (\d{1,2}):(\d{2})(?::\d{2})?()${ZONE}`, 'gi'),
  ],
  ['yMdhm', new RegExp(String.raw`\b(\d{4})-(\d{2})-(\d{2})[ T](\d{1,2}):(\d{2})(?::\d{2})?( ?[AP]M)?${ZONE}`, 'gi')],
  ['hmdMy', new RegExp(String.raw`\b(\d{1,2}):(\d{2}) (\d{1,2})\/(\d{1,2})\/(\d{4})()${ZONE}`, 'gi')],
  ['dMyhm', new RegExp(String.raw`\b(\d{1,2})\/(\d{1,2})\/(\d{4}),? (\d{1,2}):(\d{2})( ?[AP]M)?${ZONE}`, 'gi')],
] as const

/** A time that was found in a text. */
interface StatedTime {
  at: EpochMs
  /** index: position of the first character in the text. end: position after the last character */
  index: number
  end: number
}

/** Returns the times in a text, in their order. A time is returned only if it or its label states UTC. */
function timesIn(text: string, { isUtc, monthFirst }: NoticeFormat): StatedTime[] {
  const all = TIMES.flatMap(([order, pattern]) =>
    [...text.matchAll(pattern)].flatMap((match): StatedTime[] => {
      const part = (of: string) => match[order.indexOf(of) + 1] ?? ''
      const isSlashed = match[0].includes('/') && order === 'dMyhm'
      const [day, month] = isSlashed && monthFirst ? [part('M'), part('d')] : [part('d'), part('M')]
      const named = MONTHS.indexOf(month.toLowerCase().slice(0, 3))
      const index = /\d/.test(month) ? Number(month) - 1 : named % 3 === 0 ? named / 3 : -1
      const half = (match[6] ?? '').trim().toUpperCase()
      const hour = half === '' ? Number(part('h')) : (Number(part('h')) % 12) + (half === 'PM' ? 12 : 0)
      const midnight = Date.UTC(Number(part('y')), index, Number(day))
      const minutes = hour * 60 + Number(part('m'))
      const isReal =
        new Date(midnight).getUTCDate() === Number(day) &&
        new Date(midnight).getUTCMonth() === index &&
        minutes <= 24 * 60
      const at = midnight + minutes * 60_000
      const place = { at, index: match.index, end: match.index + match[0].length }
      return isReal && (isUtc || match[7] !== undefined) ? [place] : []
    }),
  )
  // Drops the later of two overlapping matches, because two patterns may match the same characters.
  const inOrder = all.toSorted((a, b) => a.index - b.index)
  let end = 0
  return inOrder.filter((time) => {
    const isFree = end <= time.index
    end = Math.max(end, time.end)
    return isFree
  })
}

/** Maximum number of windows of one notice. */
const MAX_WINDOWS = 100
const LABELS = /\b(?:(start|begin)|end|finish)/gi
const LABEL = new RegExp(LABELS.source, 'i')
/** Words in front of an earlier time that is no longer valid, because the notice changes the time. */
const FORMER = /\b(?:previous|former|original|old)\b[^\n]{0,40}$/i
/**
 * Words that are permitted in a line that continues the times of the line before. A line with any other word is not a
 * continuation.
 */
const WORDS_OF_TIMES =
  /\b(?:to|until|and|utc|gmt|z|am|pm|(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|wed|sat|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6})\b|T(?=\d)/gi
const isContinued = (line: string) => !/[a-z]/i.test(line.replace(WORDS_OF_TIMES, ' '))

/** Returns the lines in which a notice states its times. */
function linesOfTimes(text: string, format: NoticeFormat): string[] {
  const found = [...text.matchAll(format.times)].filter(
    ({ index }) => !FORMER.test(text.slice(Math.max(0, index - 80), index)),
  )
  return found.map((match) => {
    const [line = ''] = match
    const lines = [line]
    for (const next of linesAfter(text, match.index + line.length)) {
      if (!isContinued(next) || !/\d{1,2}:\d{2}/.test(next) || matches(format, next)) break
      lines.push(next)
    }
    return lines.join('\n')
  })
}

/** Yields the lines after a position in the text. */
function* linesAfter(text: string, place: number): Generator<string> {
  for (let at = text.indexOf('\n', place); at >= 0; ) {
    const next = text.indexOf('\n', at + 1)
    yield text.slice(at + 1, next < 0 ? undefined : next)
    at = next
  }
}

const matches = ({ times }: NoticeFormat, line: string) => [...line.matchAll(times)].length > 0

interface Windows {
  windows: { from: EpochMs; to: EpochMs }[]
  /** lines with a time that could not be read, or with a begin that has no end, or with an end that has no begin */
  unread: string[]
}

/** Returns the windows of a notice. Begins and ends are paired. */
function windowsIn(text: string, format: NoticeFormat): Windows {
  const begins: { at: EpochMs; line: string }[] = []
  const ends: typeof begins = []
  const unread: string[] = []
  for (const group of linesOfTimes(text, format)) {
    // Times without labels are alternately a begin and an end. If consecutive lines contain an odd number of such
    // times, each line is read separately.
    const isWhole = LABEL.test(group) || timesIn(group, format).length % 2 === 0
    for (const line of isWhole ? [group] : group.split('\n')) {
      const times = timesIn(line, format)
      const labels = [...line.matchAll(LABELS)]
      const isOdd = labels.length === 0 && times.length % 2 === 1
      if (isOdd || (times.length === 0 && (format.isUtc || /UTC|GMT|\+0000/i.test(line)))) unread.push(line)
      if (isOdd) continue
      let passed = 0
      for (const [n, { at, index }] of times.entries()) {
        while ((labels[passed]?.index ?? index) < index) passed += 1
        const label = labels[passed - 1]
        const isBegin = label ? label[1] !== undefined : n % 2 === 0
        ;(isBegin ? begins : ends).push({ at, line })
      }
    }
  }
  const windows = pairsOf(begins, ends, unread)
  const once = new Map(windows.map((one) => [`${one.from} ${one.to}`, one]))
  return { windows: [...once.values()].toSorted((a, b) => a.from - b.from).slice(0, MAX_WINDOWS), unread }
}

/**
 * Pairs the begins of windows with their ends. If there are as many begins as ends, they are paired by their order in
 * the text. Otherwise each begin is paired with the first end after it, unless another begin comes first.
 */
function pairsOf(
  begins: readonly { at: EpochMs; line: string }[],
  ends: readonly { at: EpochMs; line: string }[],
  unread: string[],
): Windows['windows'] {
  const inOrder = begins.toSorted((a, b) => a.at - b.at)
  const endsInOrder = ends.toSorted((a, b) => a.at - b.at)
  const endOf = new Map<object, (typeof ends)[number] | undefined>()
  let passed = 0
  for (const [n, begin] of inOrder.entries()) {
    while ((endsInOrder[passed]?.at ?? Infinity) <= begin.at) passed += 1
    const end = endsInOrder[passed]
    const next = inOrder[n + 1]
    if (end && (!next || end.at <= next.at)) endOf.set(begin, end)
  }
  const used = new Set<object>()
  const windows = begins.flatMap((begin, n) => {
    const end = begins.length === ends.length ? ends[n] : endOf.get(begin)
    if (!end || end.at <= begin.at) {
      unread.push(begin.line)
      return []
    }
    used.add(end)
    return [{ from: begin.at, to: end.at }]
  })
  if (begins.length !== ends.length) for (const end of ends) if (!used.has(end)) unread.push(end.line)
  return windows
}

/**
 * Converts a mail to plain text. Decodes quoted-printable, removes HTML, and puts the text of a table cell on the line
 * of its label.
 */
function plainOf(text: string): string {
  const decoded = /=3D|=\r?\n/.test(text)
    ? text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : text
  const lines = decoded
    .replace(/<[^<>]{0,2000}>/g, '\n')
    .replace(/&nbsp;|\u00a0/g, ' ')
    .replace(/&amp;/g, '&')
  // If a table cell contains a label that ends with a colon, the value in the next cell is put on the same line.
  return lines.replace(/(?<![ \t\r])[ \t\r]*\n\s*/g, '\n').replace(/:\n(?=[^\n]*\S)/g, ': ')
}

/** Maximum number of services that are read from a notice. It equals the limit for a notification in iCalendar form. */
const MAX_SERVICES = 500

/** Maximum number of unreadable lines that are reported for a notice. */
const MAX_UNREAD = 50

const stamp = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
const escaped = (text: string) =>
  text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\s+/g, ' ')
    .trim()

/**
 * Converts a provider's plain text notice to iCalendar with the properties of a standard maintenance notification
 * (NANOG BCOP). Only times in UTC are read. All windows become times of one event.
 * @returns `wrong` = the reason why the text is not a readable notice
 */
export function convertNoticeToCalendar(mail: string): { calendar: string } | { wrong: string } {
  const known = plainOf(mail.slice(0, 200_000))
  const format = FORMATS.find(({ sign, reference }) => sign.test(known) && reference.test(known))
  if (!format)
    return { wrong: `it is neither iCalendar nor a notice of ${FORMATS.map(({ provider }) => provider).join(', ')}` }
  const text = format.prepare?.(known) ?? known
  const reference = format.reference.exec(text)?.slice(1).find(Boolean) ?? ''
  const services = (format.services?.exec(text)?.[1] ?? '')
    .split(/[,;[\]']+/)
    .map((one) => one.trim())
    .filter(Boolean)
    .slice(0, MAX_SERVICES)
  const status = /has been (?:cancelled|withdrawn)|cancell(?:ed|ation) notification|was cancelled/i.test(text)
    ? 'CANCELLED'
    : /has been completed|maintenance completed|was successful/i.test(text)
      ? 'COMPLETED'
      : 'CONFIRMED'
  const { windows, unread } = windowsIn(text, format)
  const [first, ...others] = windows
  // A notice of confirmed work must contain times. A notice that cancels or completes the work may be without times.
  if (!first && status === 'CONFIRMED')
    return { wrong: `the notice ${reference} of ${format.provider} has no begin and end in UTC that can be read` }
  const [, title = ''] = /^Subject:[ \t]*(\S.*)/im.exec(text) ?? []
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    `UID:${reference}@${format.provider}`,
    'SEQUENCE:0',
    ...(first ? [`DTSTART:${stamp(first.from)}`, `DTEND:${stamp(first.to)}`] : []),
    // All windows are stored as times of a single event. A later notice can therefore replace all of them.
    ...others.map(({ from, to }) => `RDATE;VALUE=PERIOD:${stamp(from)}/${stamp(to)}`),
    ...[...new Set(unread)]
      .slice(0, MAX_UNREAD)
      .map((line) => `${UNREAD_LINE_PROPERTY}:${escaped(`not read: ${line.slice(0, 250)}`).slice(0, 250)}`),
    `SUMMARY:${escaped(title).slice(0, 180) || `Work ${reference} of ${format.provider}`}`,
    `DESCRIPTION:${escaped(text).slice(0, 4_000)}`,
    `X-MAINTNOTE-PROVIDER:${format.provider}`,
    `X-MAINTNOTE-MAINTENANCE-ID:${reference}`,
    ...services.map((service) => `X-MAINTNOTE-OBJECT-ID:${service}`),
    `X-MAINTNOTE-IMPACT:${format.impact?.[0].test(text) ? format.impact[1] : 'OUTAGE'}`,
    `X-MAINTNOTE-STATUS:${status}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return { calendar: lines.join('\r\n') }
}
