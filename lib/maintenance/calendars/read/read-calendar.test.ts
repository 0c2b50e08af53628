import { describe, expect, it } from 'vitest'
import { CalendarError } from './content-lines.ts'
import { parseCalendar } from './read-calendar.ts'

const within = { from: Date.UTC(2026, 0), to: Date.UTC(2027, 0) }

function calendar(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')
}
const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']
const read = (...lines: string[]) => parseCalendar(calendar(...lines), within)
const times = ({ events }: ReturnType<typeof parseCalendar>) =>
  events.map(
    ({ from, to }) => `${new Date(from).toISOString().slice(0, 16)} ${new Date(to).toISOString().slice(0, 16)}`,
  )

/** A VTIMEZONE as Outlook writes it, with the Windows name of the zone. */
const OUTLOOK = [
  'BEGIN:VTIMEZONE',
  'TZID:W. Europe Standard Time',
  'BEGIN:STANDARD',
  'DTSTART:16010101T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:16010101T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
]
const FIXED = [
  'BEGIN:VTIMEZONE',
  'TZID:Plant',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0300',
  'TZOFFSETTO:+0300',
  'END:STANDARD',
  'END:VTIMEZONE',
]

describe('an event', () => {
  it.each<[string, string[], string[]]>([
    ['in UTC', ['DTSTART:20260714T220000Z', 'DTEND:20260715T020000Z'], ['2026-07-14T22:00 2026-07-15T02:00']],
    [
      'in a zone of IANA',
      ['DTSTART;TZID=Europe/London:20260714T220000', 'DTEND;TZID=Europe/London:20260715T020000'],
      ['2026-07-14T21:00 2026-07-15T01:00'],
    ],
    [
      'in a zone of Windows',
      ['DTSTART;TZID="W. Europe Standard Time":20260714T220000', 'DURATION:PT4H'],
      ['2026-07-14T20:00 2026-07-15T00:00'],
    ],
    [
      'in a zone with a prefix',
      ['DTSTART;TZID=/citadel.org/20250101_1/America/New_York:20260714T220000', 'DURATION:PT1H30M'],
      ['2026-07-15T02:00 2026-07-15T03:30'],
    ],
    [
      'in a zone of its own that never changes',
      ['DTSTART;TZID=Plant:20260714T220000', 'DURATION:PT1H'],
      ['2026-07-14T19:00 2026-07-14T20:00'],
    ],
    [
      'without a zone, in the calendar’s',
      ['DTSTART:20260714T220000', 'DURATION:PT1H'],
      ['2026-07-14T20:00 2026-07-14T21:00'],
    ],
    ['of a whole day', ['DTSTART;VALUE=DATE:20260329'], ['2026-03-28T23:00 2026-03-29T22:00']],
    [
      'of two days',
      ['DTSTART;VALUE=DATE:20260714', 'DTEND;VALUE=DATE:20260716'],
      ['2026-07-13T22:00 2026-07-15T22:00'],
    ],
  ])('%s', (_, lines, expected) => {
    expect(
      times(read('X-WR-TIMEZONE:Europe/Berlin', ...OUTLOOK, ...FIXED, ...event('UID:1', 'SUMMARY:x', ...lines))),
    ).toEqual(expected)
  })

  it('that recurs is each of its times, without those that are left out and with those that are moved or added', () => {
    const found = read(
      ...event(
        'UID:w',
        'SUMMARY:Firmware',
        'DTSTART;TZID=Europe/London:20260307T220000',
        'DTEND;TZID=Europe/London:20260308T020000',
        'RRULE:FREQ=WEEKLY;BYDAY=SA;UNTIL=20260411T210000Z',
        'EXDATE;TZID=Europe/London:20260314T220000',
        'RDATE;TZID=Europe/London:20260501T220000',
      ),
      ...event(
        'UID:w',
        'SUMMARY:Firmware, moved',
        'RECURRENCE-ID;TZID=Europe/London:20260321T220000',
        'DTSTART;TZID=Europe/London:20260322T230000',
        'DURATION:PT1H',
      ),
      ...event(
        'UID:w',
        'STATUS:CANCELLED',
        'RECURRENCE-ID:20260328T220000Z',
        'DTSTART:20260328T220000Z',
        'DURATION:PT1H',
      ),
    )
    expect(times(found)).toEqual([
      '2026-03-07T22:00 2026-03-08T02:00',
      '2026-03-22T23:00 2026-03-23T00:00',
      '2026-04-04T21:00 2026-04-05T01:00',
      '2026-04-11T21:00 2026-04-12T01:00',
      '2026-05-01T21:00 2026-05-02T01:00',
    ])
    expect(found.events[1]).toMatchObject({ title: 'Firmware, moved', key: 'w 2026-03-21T22:00' })
    expect(found.problems).toEqual([])
  })

  it('is unfolded, without escapes, and names what it is about', () => {
    const found = read(
      ...event(
        'UID:1',
        'SUMMARY:CHG-7\\, London',
        'DESCRIPTION:erc-lon',
        ' don\\nprimary',
        'LOCATION:Slough',
        'DTSTART:20260714T220000Z',
        'DURATION:PT1H',
      ),
    )
    expect(found.events).toMatchObject([{ title: 'CHG-7, London', text: 'erc-london primary Slough' }])
  })

  it.each<[string, string[], RegExp]>([
    ['no begin', [], /no DTSTART/],
    ['a time that is none', ['DTSTART:2026-07-14'], /"2026-07-14" is no time/],
    ['an unknown zone', ['DTSTART;TZID=Nowhere:20260714T220000', 'DURATION:PT1H'], /time zone Nowhere/],
    ['no end', ['DTSTART:20260714T220000Z'], /no end/],
    ['an end before its begin', ['DTSTART:20260714T220000Z', 'DTEND:20260714T210000Z'], /no end after/],
    [
      'a rule that can not be read',
      ['DTSTART:20260714T220000Z', 'DURATION:PT1H', 'RRULE:FREQ=HOURLY'],
      /shortest is DAILY/,
    ],
    ['months of work', ['DTSTART:20260714T220000Z', 'DURATION:P90D'], /62 days/],
  ])('with %s is left out and named, and the others are read', (_, lines, reason) => {
    const found = read(
      ...event('UID:1', 'SUMMARY:odd', ...lines),
      ...event('UID:2', 'DTSTART:20260714T220000Z', 'DURATION:PT1H'),
    )
    expect(found.events).toMatchObject([{ uid: '2', title: 'Maintenance' }])
    expect(found.problems).toEqual([{ event: 'odd', reason: expect.stringMatching(reason) }])
  })

  it('that was cancelled, or lies outside of the time, is not there', () => {
    const found = read(
      ...event('UID:1', 'STATUS:CANCELLED', 'DTSTART:20260714T220000Z', 'DURATION:PT1H'),
      ...event('UID:2', 'DTSTART:20250714T220000Z', 'DURATION:PT1H'),
    )
    expect(found).toMatchObject({ events: [], problems: [] })
  })
})

describe('a text that is no calendar', () => {
  it.each([
    ['a page', '<!doctype html><html>', /first line must be BEGIN:VCALENDAR/],
    ['nothing', '', /first line/],
    ['another component', 'BEGIN:VCARD\nEND:VCARD', /first line/],
    ['one that breaks off', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1', /ends inside VEVENT/],
    ['one with a line that is none', 'BEGIN:VCALENDAR\nhello there\nEND:VCALENDAR', /"hello there" is no line/],
    ['one that ends twice', 'BEGIN:VCALENDAR\nEND:VEVENT', /ends nothing/],
    ['one with a NUL', 'BEGIN:VCALENDAR\nX:\0\nEND:VCALENDAR', /holds a NUL/],
    ['one that is too long', `BEGIN:VCALENDAR\nX:${'x'.repeat(2_000_001)}`, /longer than/],
  ])('%s is refused in words', (_, text, words) => {
    expect(() => parseCalendar(text, within)).toThrow(CalendarError)
    expect(() => parseCalendar(text, within)).toThrow(words)
  })
})

describe('a calendar that is made to take long', () => {
  const rare = 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;COUNT=10000'
  const old = ['DTSTART:00010101T000000Z', 'DURATION:PT1H']
  it.each([
    [
      'by rules that examine each day since the year 1',
      Array.from({ length: 100 }, (_, n) => event(`UID:${n}`, ...old, rare)).flat(),
    ],
    [
      'by events that are each compared with all changes of another one',
      Array.from({ length: 1_000 }, () => [
        ...event('UID:1', ...old),
        ...event('UID:1', ...old, 'RECURRENCE-ID;TZID=Europe/Berlin:20260101T000000'),
      ]).flat(),
    ],
    [
      'by a zone whose rules examine many years',
      [
        'BEGIN:VTIMEZONE',
        'TZID:X',
        ...Array.from({ length: 300 }, () => [
          'BEGIN:STANDARD',
          'DTSTART:00010101T000000',
          'TZOFFSETFROM:+0000',
          'TZOFFSETTO:+0100',
          'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
          'END:STANDARD',
        ]).flat(),
        'END:VTIMEZONE',
        ...Array.from({ length: 100 }, (_, n) =>
          event('UID:1', `DTSTART;TZID=X:${1900 + n}0101T000000`, 'DURATION:PT1H'),
        ).flat(),
      ],
    ],
    [
      'by times',
      event('UID:1', ...old, `EXDATE;TZID=Europe/Berlin:${Array(100_000).fill('20260101T000000').join(',')}`),
    ],
  ])('%s is given up', (_, lines) => {
    expect(() => read(...lines)).toThrow(/take too much work/)
  })

  it('by the rules of one event is read without the event', () => {
    const found = read(
      ...event('UID:1', 'SUMMARY:slow', ...old, ...Array(100).fill(rare)),
      ...event('UID:2', 'DTSTART:20260714T220000Z', 'DURATION:PT1H'),
    )
    expect(found.events).toMatchObject([{ uid: '2' }])
    expect(found.problems).toEqual([{ event: 'slow', reason: expect.stringMatching(/take too much work/) }])
  })

  it('is read where it is large only', () => {
    const year = Array.from({ length: 5_000 }, (_, n) => {
      const start = new Date(within.from + n * 3_600_000).toISOString().replace(/[-:]|\.000/g, '')
      return event(`UID:${n}`, `DTSTART:${start}`, 'DURATION:PT1H')
    })
    expect(read(...year.flat()).events).toHaveLength(5_000)
  })
})

it('a text ends with a whole character, however long it is', () => {
  const found = read(...event('UID:1', `SUMMARY:${'x'.repeat(199)}😀`, 'DTSTART:20260714', 'DURATION:PT1H'))
  expect(found.events[0]?.title.isWellFormed()).toBe(true)
})
