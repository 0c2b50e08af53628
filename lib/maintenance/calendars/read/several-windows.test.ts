import { describe, expect, it } from 'vitest'
import { convertNoticeToCalendar } from './notice-text.ts'
import { parseCalendar } from './read-calendar.ts'

const within = { from: Date.UTC(2026, 0), to: Date.UTC(2028, 0) }
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']
/** Nights from 22:00 to 03:00 UTC, a week apart. */
const nights = (count: number) =>
  Array.from({ length: count }, (_, n) => {
    const begin = Date.UTC(2026, 11, 14 + 7 * n, 22)
    return [begin, begin + 5 * 3_600_000].map((at) => {
      const iso = new Date(at).toISOString()
      const [year = '', month = '', day = ''] = iso.slice(0, 10).split('-')
      const name = MONTHS[Number(month) - 1] ?? ''
      return { at, iso, year, month, day, name, time: iso.slice(11, 16), week: DAYS[new Date(at).getUTCDay()] ?? '' }
    }) as [Stated, Stated]
  })
interface Stated {
  at: number
  iso: string
  year: string
  month: string
  day: string
  name: string
  time: string
  week: string
}
const half = ({ iso, time }: Stated) =>
  `${iso.slice(0, 10)} ${String(Number(time.slice(0, 2)) % 12).padStart(2, '0')}:00 ${time < '12' ? 'AM' : 'PM'} UTC`

/** Our own notices, with the labels and time formats of each provider. */
const formats: Record<string, { head: string; night: (begin: Stated, end: Stated, n: number) => string }> = {
  'apple.com': {
    head: 'Subject: Apple (AS714) Net Maintenance Notice\nInternal Ticket: CHG1',
    night: (a, b) =>
      `Start Time: ${a.day} ${a.name} ${a.year} ${a.time} UTC\nEnd Time: ${b.day} ${b.name} ${b.year} ${b.time} UTC`,
  },
  'aquacomms.com': {
    head: 'Subject: Aqua Comms Planned Outage Work ISSUE=70071',
    night: (a, b) =>
      `<tr><td>Scheduled Start Date &amp; Time:</td><td>${a.time} ${a.day}/${a.month}/${a.year} GMT</td></tr><tr><td>Scheduled End Date &amp; Time:</td><td>${b.time} ${b.day}/${b.month}/${b.year} GMT</td></tr>`,
  },
  'equinix.com': {
    head: 'Subject: Equinix upgrade [5-700]\nSPAN: 14-DEC-2026 - 05-JAN-2027',
    night: (a, b) =>
      `<b>UTC:</b> ${a.week}, ${a.day} ${a.name.toUpperCase()} ${a.time} - ${b.week}, ${b.day} ${b.name.toUpperCase()} ${b.time}`,
  },
  'globalcloudxchange.com': {
    head: 'Subject: PE202612140001 | Planned | Service Advisory Notice | Span work',
    night: (a, b) =>
      `Window | ${a.day}-${a.name}-${a.year} ${a.time} (GMT) - ${b.day}-${b.name}-${b.year} ${b.time} (GMT)`,
  },
  'google.com': {
    head: 'Google Network Maintenance - Reference 4711\nGoogle Neighbor Address(es): 192.0.2.8',
    night: (a, b) =>
      `Start Time: ${a.iso.slice(0, 10)} ${a.time}:00 +0000 UTC\nEnd Time: ${b.iso.slice(0, 10)} ${b.time}:00 +0000 UTC`,
  },
  'megaport.com': {
    head: 'Please be advised that Megaport will do CHG0012',
    night: (a, b) =>
      `Start Date and Time: ${a.day} ${a.name} ${a.year} ${a.time} UTC\nEnd Date and Time: ${b.day} ${b.name} ${b.year} ${b.time} UTC`,
  },
  'momentumtelecom.com': {
    head: 'Subject: Momentum Data Services | Planned Network Maintenance | Example | | 70000007 | ref',
    night: (a, b) => `Maintenance start date/time: ${half(a)}\nMaintenance finish date/time: ${half(b)}`,
  },
  'telstra.com': {
    head: 'Telstra\nChange Reference: 700-1',
    night: (a, b, n) =>
      `${n === 0 ? 'Maintenance Window: ' : ''}${a.day}-${a.name}-${a.year} ${a.time}:00(UTC) to ${b.day}-${b.name}-${b.year} ${b.time}:00(UTC)`,
  },
  'verizon.com': {
    head: 'Verizon MASTARS Request number: 700071',
    night: (a, b, n) =>
      `${n === 0 ? 'Maintenance Date/Time (GMT): ' : ''}${a.month}/${a.day}/${a.year} ${a.time} - ${b.month}/${b.day}/${b.year} ${b.time}`,
  },
  'zayo.com': {
    head: 'Subject: ***Example***ZAYO TTN-0007 Planned***',
    night: (a, b, n) =>
      `${n + 1}. Activity Date\n${a.day}-${a.name}-${a.year} 15:00 to ${a.day}-${a.name}-${a.year} 20:00 ( Mountain )\n${a.day}-${a.name}-${a.year} ${a.time} to ${b.day}-${b.name}-${b.year} ${b.time} ( GMT )`,
  },
}
const mailOf = (provider: string, count: number) => {
  const { head, night } = formats[provider] ?? { head: '', night: () => '' }
  return [head, ...nights(count).map(([a, b], n) => night(a, b, n)), 'We will work on transmission.'].join('\n')
}
const read = (mail: string) => {
  const found = convertNoticeToCalendar(mail)
  if ('wrong' in found) throw new Error(found.wrong)
  return parseCalendar(found.calendar, within)
}
const timesOf = ({ events }: ReturnType<typeof read>) => events.map(({ from, to }) => [from, to])

describe.each(Object.keys(formats))('a notice of %s', (provider) => {
  it.each([1, 2, 3])('with %d nights gives as many windows', (count) => {
    const found = read(mailOf(provider, count))
    expect(timesOf(found)).toEqual(nights(count).map(([a, b]) => [a.at, b.at]))
    expect(found.problems).toEqual([])
    expect(new Set(found.events.map(({ uid }) => uid)).size).toBe(1)
  })

  it('that replaces another one replaces all of its windows', () => {
    const both = [3, 2].map((count) => convertNoticeToCalendar(mailOf(provider, count)))
    const text = both.map((one) => ('calendar' in one ? one.calendar : '')).join('\r\n')
    expect(timesOf(parseCalendar(text, within))).toEqual(nights(2).map(([a, b]) => [a.at, b.at]))
  })

  it('names a line without a real time and keeps the other nights', () => {
    const mail = mailOf(provider, 3)
    const [, [second] = []] = nights(3) as [Stated, Stated][]
    const day = provider === 'verizon.com' ? `${second?.month}/${second?.day}/` : (second?.day ?? '')
    const odd = mail.replaceAll(
      provider === 'google.com' || provider === 'momentumtelecom.com'
        ? `-${day} ${provider === 'google.com' ? '22' : '10'}:`
        : new RegExp(`\\b${day}(?=[ /-]|\\b)`, 'g'),
      (found) => found.replace('21', '41'),
    )
    const found = read(odd)
    expect(timesOf(found)).toEqual(
      nights(3)
        .filter((_, n) => n !== 1)
        .map(([a, b]) => [a.at, b.at]),
    )
    expect(found.problems.length).toBeGreaterThan(0)
  })
})

it.each([
  [
    'columns',
    'Start Time: 14 Dec 2026 22:00 UTC\nStart Time: 21 Dec 2026 22:00 UTC\nEnd Time: 15 Dec 2026 03:00 UTC\nEnd Time: 22 Dec 2026 03:00 UTC',
  ],
  [
    'one line a night',
    'Start Time: 14 Dec 2026 22:00 UTC End Time: 15 Dec 2026 03:00 UTC\nStart Time: 21 Dec 2026 22:00 UTC End Time: 22 Dec 2026 03:00 UTC',
  ],
  [
    'times below their label',
    'Start Time:\n14 Dec 2026 22:00 UTC\n21 Dec 2026 22:00 UTC\nEnd Time:\n15 Dec 2026 03:00 UTC\n22 Dec 2026 03:00 UTC',
  ],
  ['a night that is stated twice', `${mailOf('apple.com', 2)}\n${mailOf('apple.com', 2)}`],
  [
    'a later night first',
    'Start Time: 21 Dec 2026 22:00 UTC\nEnd Time: 22 Dec 2026 03:00 UTC\nStart Time: 14 Dec 2026 22:00 UTC\nEnd Time: 15 Dec 2026 03:00 UTC',
  ],
  [
    'the times that it replaces',
    `Previous Start Time: 1 Dec 2026 22:00 UTC\nPrevious End Time: 2 Dec 2026 03:00 UTC\n${mailOf('apple.com', 2)}`,
  ],
])('a notice with %s', (_, body) => {
  expect(timesOf(read(`Apple (AS714)\nInternal Ticket: CHG1\n${body}`))).toEqual(
    nights(2).map(([a, b]) => [a.at, b.at]),
  )
})

it('a notice of a cancellation needs no times', () => {
  const cancelled = convertNoticeToCalendar('ZAYO TTN-0007\nThis work has been cancelled.')
  const before = convertNoticeToCalendar(mailOf('zayo.com', 2))
  const text = [before, cancelled].map((one) => ('calendar' in one ? one.calendar : '')).join('\r\n')
  expect(timesOf(parseCalendar(text, within))).toEqual([])
})

it('several events of one UID and version are several windows', () => {
  const night = (day: number, sequence: number, status = 'CONFIRMED') =>
    `BEGIN:VEVENT\nUID:n\nSEQUENCE:${sequence}\nDTSTAMP:20261201T000000Z\nDTSTART:202612${day}T220000Z\nDURATION:PT5H\nSTATUS:${status}\nEND:VEVENT`
  const of = (...calendars: string[][]) =>
    parseCalendar(
      calendars.map((events) => `BEGIN:VCALENDAR\n${events.join('\n')}\nEND:VCALENDAR`).join('\n'),
      within,
    ).events.map(({ from }) => new Date(from).getUTCDate())
  expect(of([night(14, 0), night(21, 0), night(28, 0)])).toEqual([14, 21, 28])
  expect(of([night(14, 0), night(21, 0)], [night(15, 1), night(22, 1)])).toEqual([15, 22])
  expect(of([night(15, 1), night(22, 1)], [night(14, 0)])).toEqual([15, 22])
  expect(of([night(14, 0), night(21, 0), night(21, 0, 'CANCELLED')])).toEqual([14])
})
