/** How a provider's notice in its own words is written. Labels as in the public samples of circuit-maintenance-parser (networktocode). */
interface NoticeFormat {
  provider: string
  /** what only this provider writes */
  sign: RegExp
  /** the reference, in the first group that holds one */
  reference: RegExp
  /** where its times stand */
  times: RegExp
  /** its label states UTC, so that the times do not */
  isUtc?: true
  /** `3/4/2026`: the month is first */
  monthFirst?: true
  /** where its services stand; absent = in a table: service ids that are known are found in the text */
  services?: RegExp
  /** words by which it states less than an outage */
  impact?: readonly [RegExp, 'NO-IMPACT' | 'REDUCED-REDUNDANCY']
  /** writes times as the others do */
  prepare?: (text: string) => string
}

/** Equinix states the years once, in another line. */
function withYears(text: string): string {
  const [, from = '', to = ''] = /SPAN:\s*\d+-[A-Z]+-(\d{4})\s*-\s*\d+-[A-Z]+-(\d{4})/i.exec(text) ?? []
  return text.replace(
    /\b(\d{2}) ([A-Z]{3}) (\d{2}:\d{2})\b/g,
    (_, day, month, time) => `${day} ${month} ${month === 'JAN' ? to : from} ${time}`,
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

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec'
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

/** The times of a text that state UTC, or all where its label does. */
function timesIn(text: string, { isUtc, monthFirst }: NoticeFormat): number[] {
  return TIMES.flatMap(([order, pattern]) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const part = (of: string) => match[order.indexOf(of) + 1] ?? ''
      const isSlashed = match[0].includes('/') && order === 'dMyhm'
      const [day, month] = isSlashed && monthFirst ? [part('M'), part('d')] : [part('d'), part('M')]
      const named = MONTHS.indexOf(month.toLowerCase().slice(0, 3))
      const index = /\d/.test(month) ? Number(month) - 1 : named % 3 === 0 ? named / 3 : -1
      const half = (match[6] ?? '').trim().toUpperCase()
      const hour = half === '' ? Number(part('h')) : (Number(part('h')) % 12) + (half === 'PM' ? 12 : 0)
      const at = Date.UTC(Number(part('y')), index, Number(day), hour, Number(part('m')))
      const isReal = new Date(at).getUTCDate() === Number(day) && new Date(at).getUTCMonth() === index
      return isReal && (isUtc || match[7] !== undefined) ? [at] : []
    }),
  )
}

/** Mail as text: quoted-printable and HTML undone, each cell behind its label. */
function plainOf(text: string): string {
  const decoded = /=3D|=\r?\n/.test(text)
    ? text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : text
  const lines = decoded
    .replace(/<[^<>]{0,2000}>/g, '\n')
    .replace(/&nbsp;|\u00a0/g, ' ')
    .replace(/&amp;/g, '&')
  // a label whose value stands in the next cell
  return lines.replace(/(?<![ \t\r])[ \t\r]*\n\s*/g, '\n').replace(/:\n(?=[^\n]*\S)/g, ': ')
}

/** Maximum number of services of one notice; its iCalendar form is read up to the same number. */
const MAX_SERVICES = 500

const stamp = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
const escaped = (text: string) =>
  text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\s+/g, ' ')
    .trim()

/**
 * A provider's notice in its own format as iCalendar, by the properties of the BCOP; read as that from then on. Only times that state UTC are read.
 * @returns a text = why it is none
 */
export function calendarOfNotice(mail: string): { calendar: string } | { wrong: string } {
  const known = plainOf(mail.slice(0, 200_000))
  const format = FORMATS.find(({ sign, reference }) => sign.test(known) && reference.test(known))
  if (!format)
    return { wrong: `it is neither iCalendar nor a notice of ${FORMATS.map(({ provider }) => provider).join(', ')}` }
  const text = format.prepare?.(known) ?? known
  const reference = format.reference.exec(text)?.slice(1).find(Boolean) ?? ''
  const times = [...text.matchAll(format.times)].flatMap(([part]) => timesIn(part, format)).toSorted((a, b) => a - b)
  const [from = 0, to = from] = [times.at(0), times.at(-1)]
  if (from >= to)
    return { wrong: `the notice ${reference} of ${format.provider} has no begin and end in UTC that can be read` }
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
  const [, title = ''] = /^Subject:[ \t]*(\S.*)/im.exec(text) ?? []
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    `UID:${reference}@${format.provider}`,
    'SEQUENCE:0',
    `DTSTART:${stamp(from)}`,
    `DTEND:${stamp(to)}`,
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
