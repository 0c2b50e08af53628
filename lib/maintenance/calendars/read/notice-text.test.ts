import { expect, it } from 'vitest'
import { convertNoticeToCalendar } from './notice-text.ts'
import { parseCalendar } from './read-calendar.ts'

const within = { from: Date.UTC(2026, 0), to: Date.UTC(2028, 0) }

/** Rewritten notices, with the labels and time formats of real providers, but with our own values. */
const notices: [string, string][] = [
  [
    'apple.com CHG7001 2026-05-02T14:00 2026-05-02T18:30 198.51.100.2+2001:db8::2 outage CONFIRMED',
    "Subject: Apple (AS714) Net Maintenance Notice\nReference Internal Ticket: CHG7001\nStart Time: 2 May 2026 14:00 UTC\nEnd Time: 2 May 2026 18:30 UTC\nPeer IP: ['198.51.100.2', '2001:db8::2']",
  ],
  [
    'aquacomms.com 70071 2026-10-12T22:00 2026-10-13T04:00 AC-1 outage CONFIRMED',
    'Subject: Aqua Comms Planned Outage Work ISSUE=70071\n<tr><td>Ticket Number:</td><td>70071</td></tr><td>Scheduled Start Date &amp; Time:</td><td>22:00 12/10/2026 GMT</td><td>Scheduled End Date &amp; Time:</td><td>04:00 13/10/2026 GMT</td><td>Service ID:</td><td>AC-1</td>',
  ],
  [
    'equinix.com 5-700 2026-12-31T22:00 2027-01-01T03:00  none CONFIRMED',
    'Subject: Scheduled upgrade - Network Maintenance [5-700]\nEquinix notice\nSPAN: 31-DEC-2026 - 01-JAN-2027\n<b>UTC:</b> THURSDAY, 31 DEC 22:00 - FRIDAY, 01 JAN 03:00\nIMPACT: No impact to your service',
  ],
  [
    'globalcloudxchange.com PE202602120001 2026-02-12T09:00 2026-02-12T17:00  reduced CONFIRMED',
    'Subject: PE202602120001 | Planned | Service Advisory Notice | Span work | 12-Feb-2026 09:00 (GMT) - 12-Feb-2026 17:00 (GMT)\nGX-9 service at risk',
  ],
  [
    'google.com 4711 2026-12-05T12:00 2026-12-05T16:00 192.0.2.9 outage CONFIRMED',
    'Google Network Maintenance - Reference 4711\nStart Time: 2026-12-05 12:00:00 +0000 UTC\nEnd Time: 2026-12-05 16:00:00 +0000 UTC\nGoogle Neighbor Address(es): 192.0.2.8\nPeer Neighbor Address(es): 192.0.2.9',
  ],
  [
    'megaport.com CHG0012 2026-03-26T02:00 2026-03-26T06:00  outage CONFIRMED',
    'Hi Example Ltd\nPlease be advised that Megaport will do CHG0012\nStart Date and Time: 26 March 2026 02:00 UTC\nEnd Date and Time: 26 March 2026 06:00 UTC',
  ],
  [
    'momentumtelecom.com 70000007 2026-08-14T09:30 2026-08-14T23:30 MO-1+MO-2 outage CONFIRMED',
    'Subject: Momentum Data Services | Planned Network Maintenance | Example | | 70000007 | ref\nMaintenance start date/time: 2026-08-14 09:30 AM UTC\nMaintenance finish date/time: 2026-08-14 11:30 PM UTC\nCircuit ID: MO-1, MO-2',
  ],
  [
    'telstra.com 700-1 2026-06-01T15:59 2026-06-01T22:00 123 456 outage CONFIRMED',
    '<img alt=3D"Telstra"><th>Change Reference: </th><td>700-1</td><th>Maintenance Window: </th><td>01-Jun-2026 15:59:00(UTC) to 0=\n1-Jun-2026 22:00:00(UTC)</td><th>Service(s) Impacted:</th><td>123 456<br></td><td>Telstra will work on transmission</td>',
  ],
  [
    'verizon.com 700071 2026-08-03T06:00 2026-08-03T11:00  outage CONFIRMED',
    'Verizon MASTARS Request number: 700071\nMaintenance Date/Time (GMT): 8/3/2026 6:00 - 8/3/2026 11:00',
  ],
  [
    'zayo.com TTN-0007 2026-11-01T06:01 2026-11-01T11:00  outage CONFIRMED',
    'Subject: ***Example***ZAYO TTN-0007 Planned***\n1st Activity Date\n01-Nov-2026 00:01 to 01-Nov-2026 05:00 ( Mountain )\n01-Nov-2026 06:01 to 01-Nov-2026 11:00 ( GMT )\n2nd Activity Date\n03-Nov-2026 06:01 to 03-Nov-2026 11:00 ( GMT )',
  ],
]

it.each(notices)('%s', (expected, mail) => {
  const read = convertNoticeToCalendar(mail)
  const [event] = 'calendar' in read ? parseCalendar(read.calendar, within).events : []
  const time = (at = 0) => new Date(at).toISOString().slice(0, 16)
  const { provider, maintenanceId, objects = [], impact, status } = event?.note ?? {}
  expect(
    [provider, maintenanceId, time(event?.from), time(event?.to), objects.join('+'), impact, status].join(' '),
  ).toBe(expected)
})

it('a notice that is cancelled takes the one before back, and what can not be read is said', () => {
  const [, mail = ''] = notices.at(-1) ?? []
  const both = [mail, mail.replace('***Example', 'CANCELLED NOTIFICATION***Example')].map(convertNoticeToCalendar)
  const text = both.map((one) => ('calendar' in one ? one.calendar : '')).join('\r\n')
  expect(parseCalendar(text, within).events).toEqual([])
  expect(convertNoticeToCalendar('Customers, we will work tonight.')).toEqual({
    wrong: expect.stringMatching(/neither iCalendar nor a notice of/),
  })
  // a time without a known time zone
  expect(convertNoticeToCalendar(mail.replaceAll('GMT', 'Mountain'))).toEqual({
    wrong: expect.stringMatching(/TTN-0007 of zayo.com has no begin and end in UTC/),
  })
  expect(
    convertNoticeToCalendar(
      'Telstra\nChange Reference: 1\nMaintenance Window: 31-Feb-2026 15:59 (UTC) to 31-Feb-2026 22:00 (UTC)',
    ),
  ).toHaveProperty('wrong')
})
