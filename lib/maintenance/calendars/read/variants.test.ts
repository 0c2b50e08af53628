import { describe, expect, it } from 'vitest'
import { parseCalendar } from './read-calendar.ts'

const within = { from: Date.UTC(2026, 0), to: Date.UTC(2027, 11) }
const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR'].join('\r\n')
const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']
const read = (...lines: string[]) => parseCalendar(calendar(...lines), within)
const begins = ({ events }: ReturnType<typeof read>) =>
  events.map(({ from }) => new Date(from).toISOString().slice(0, 16))

describe('a line that can not be read is named, and no other content is lost:', () => {
  const other = event('UID:2', 'SUMMARY:other', 'DTSTART:20260715T220000Z', 'DURATION:PT1H')
  const time = ['DTSTART:20260714T220000Z', 'DURATION:PT1H']
  const own = ['2026-07-14T22:00', '2026-07-15T22:00']
  it.each<[string, string[], string[], RegExp]>([
    [
      'a place of two lines',
      event('UID:1', 'SUMMARY:a', ...time, 'LOCATION:Hall 2', 'Rack 7 of the hall'),
      own,
      /"Rack 7 of the hall"/,
    ],
    ['a blank name', event('UID:1', ...time, ':value'), own, /":value"/],
    ['a parameter without a value', event('UID:1', ...time, 'X-A;B:c'), own, /"X-A;B:c"/],
    ['a line before the event', ['odd line', ...event('UID:1', ...time)], own, /"odd line"/],
    ['an end that nothing began', event('UID:1', ...time, 'END:VALARM'), own, /END:VALARM/],
    [
      'an alarm that does not end',
      event('UID:1', ...time, 'BEGIN:VALARM', 'ACTION:DISPLAY'),
      own,
      /VALARM does not end/,
    ],
    ['an event that does not end', ['BEGIN:VEVENT', 'UID:1', ...time], own, /does not end before/],
    ['an exclusion that is none', event('UID:1', ...time, 'EXDATE:soon,20260101T000000Z'), own, /EXDATE: "soon"/],
    ['a rule of exclusions that is none', event('UID:1', ...time, 'EXRULE:FREQ=SOMETIMES'), own, /EXRULE: .*FREQ/],
    ['an exclusion in an unknown zone', event('UID:1', ...time, 'EXDATE;TZID=Nowhere:20260714T220000'), own, /Nowhere/],
    [
      'an added time that is none',
      event('UID:1', ...time, 'RDATE:20260716T220000Z,never'),
      [...own, '2026-07-16T22:00'],
      /RDATE: "never"/,
    ],
    [
      'a period that ends before it begins',
      event('UID:1', ...time, 'RDATE;VALUE=PERIOD:20260716T220000Z/PT1H,20260717T220000Z/20260717T210000Z'),
      [...own, '2026-07-16T22:00'],
      /no end after/,
    ],
  ])('%s', (_, lines, expected, reason) => {
    const found = read(...lines, ...other)
    expect(begins(found)).toEqual(expected)
    expect(found.problems.map((one) => one.reason).join()).toMatch(reason)
  })

  it('a text whose breaks are not escaped is read whole', () => {
    const found = read(...event('UID:1', ...time, 'DESCRIPTION:Work on', 'erc-london tonight'))
    expect(found.events[0]?.text).toBe('Work on erc-london tonight')
  })
})

describe('an exclusion removes a time of the series, stated as', () => {
  const zone = 'Europe/Berlin'
  const series = ['UID:1', `DTSTART;TZID=${zone}:20260707T223000`, 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=3']
  const left = ['2026-07-07T20:30', '2026-07-21T20:30']
  const days = ['UID:1', 'DTSTART;VALUE=DATE:20260707', 'RRULE:FREQ=WEEKLY;COUNT=3']
  const dayLeft = ['2026-07-07T00:00', '2026-07-21T00:00']
  it.each<[string, string[], string[]]>([
    ['a time of its zone', [...series, `EXDATE;TZID=${zone}:20260714T223000`], left],
    ['a time in UTC', [...series, 'EXDATE:20260714T203000Z'], left],
    ['a time of another zone', [...series, 'EXDATE;TZID=America/New_York:20260714T163000'], left],
    ['a time without a zone', [...series, 'EXDATE:20260714T223000'], left],
    ['a day', [...series, 'EXDATE;VALUE=DATE:20260714'], left],
    ['a day of another zone', [...series, 'EXDATE;VALUE=DATE;TZID=Asia/Tokyo:20260715'], left],
    ['a period', [...series, 'EXDATE;VALUE=PERIOD:20260714T203000Z/PT1H'], left],
    [
      'several values of several kinds',
      [...series, 'EXDATE:20260714T203000Z', 'EXDATE;VALUE=DATE:20260721'],
      left.slice(0, 1),
    ],
    ['a time of a series of days', [...days, 'EXDATE:20260714T000000'], dayLeft],
    ['a time in UTC of a series of days', [...days, 'EXDATE:20260714T000000Z'], dayLeft],
    ['a midnight of a zone of a series of days', [...days, `EXDATE;TZID=${zone}:20260714T000000`], dayLeft],
    ['a rule', [...series, 'EXRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2'], ['2026-07-14T20:30']],
    ['a rule that the first time does not match', [...series, 'EXRULE:FREQ=MONTHLY;BYMONTHDAY=14'], left],
    ['a day of a series of days', [...days, 'EXDATE;VALUE=DATE:20260714'], dayLeft],
    [
      'a day of an added time',
      [...series, `RDATE;TZID=${zone}:20260801T223000`, 'EXDATE;VALUE=DATE:20260801,20260714'],
      left,
    ],
    [
      'the day of an event without a rule',
      ['UID:1', 'DTSTART:20260714T220000Z', 'DURATION:PT1H', 'EXDATE;VALUE=DATE:20260714'],
      [],
    ],
    [
      'the instant of a time that the clocks skip',
      [
        'UID:1',
        `DTSTART;TZID=${zone}:20260328T023000`,
        'DURATION:PT1H',
        'RRULE:FREQ=DAILY;COUNT=3',
        'EXDATE:20260329T013000Z',
      ],
      ['2026-03-28T01:30', '2026-03-30T00:30'],
    ],
  ])('%s', (_, lines, expected) => {
    const found = read(...event(...lines))
    expect(found.problems).toEqual([])
    expect(begins(found)).toEqual(expected)
  })
})

describe('the description of a zone', () => {
  const part = (kind: string, from: string, to: string, ...lines: string[]) => [
    `BEGIN:${kind}`,
    `TZOFFSETFROM:${from}`,
    `TZOFFSETTO:${to}`,
    ...lines,
    `END:${kind}`,
  ]
  const zone = (name: string, ...lines: string[]) => ['BEGIN:VTIMEZONE', `TZID:${name}`, ...lines, 'END:VTIMEZONE']
  const summer = (...lines: string[]) => part('DAYLIGHT', '+0100', '+0200', ...lines)
  const winter = (...lines: string[]) => part('STANDARD', '+0200', '+0100', ...lines)
  const spring = 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU'
  const autumn = 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'
  const onsets = [...summer('DTSTART:20250330T020000'), ...winter('DTSTART:20251026T030000')]
  const rules = [
    ...summer('DTSTART:20200329T020000', spring),
    ...part('STANDARD', '+0200', '+0300', 'DTSTART:20201025T030000', autumn),
  ]
  it.each<[string, string, string[], string]>([
    ['that lists its onsets ends with the last of them', 'Europe/Berlin', onsets, '20:00'],
    ['that ends by TZUNTIL ends then', 'Europe/Berlin', ['TZUNTIL:20260101T000000Z', ...onsets], '20:00'],
    [
      'that ends by TZUNTIL ends then, whatever its rules are',
      'Europe/London',
      ['TZUNTIL:20260101T000000Z', ...rules],
      '21:00',
    ],
    ['that ends after the event is used', 'Europe/London', ['TZUNTIL:20270101T000000Z', ...rules], '20:00'],
    [
      'whose rules end by UNTIL ends with them',
      'Europe/Berlin',
      [
        ...summer('DTSTART:20200329T020000', `${spring};UNTIL=20250330T010000Z`),
        ...winter('DTSTART:20201025T030000', `${autumn};UNTIL=20251026T010000Z`),
      ],
      '20:00',
    ],
    [
      'whose rules end by COUNT ends with them',
      'Europe/Berlin',
      [
        ...summer('DTSTART:20240331T020000', `${spring};COUNT=2`),
        ...winter('DTSTART:20241027T030000', `${autumn};COUNT=2`),
      ],
      '20:00',
    ],
    [
      'that lists onsets by RDATE ends with the last of them',
      'Europe/Berlin',
      [
        ...summer('DTSTART:20240331T020000', 'RDATE:20250330T020000'),
        ...winter('DTSTART:20241027T030000', 'RDATE:20251026T030000'),
      ],
      '20:00',
    ],
    ['of a Windows name that ends goes on by that name', 'W. Europe Standard Time', onsets, '20:00'],
    ['with a prefix that ends goes on by the name in it', '/example.org/2025/Europe/Berlin', onsets, '20:00'],
    ['whose X-LIC-LOCATION is known goes on by it', 'Plant 1', ['X-LIC-LOCATION:Europe/Berlin', ...onsets], '20:00'],
    ['whose TZID-ALIAS-OF is known goes on by it', 'Plant 1', ['TZID-ALIAS-OF:Europe/Berlin', ...onsets], '20:00'],
    ['whose name is not known keeps its last onset', 'Plant 1', onsets, '21:00'],
    ['whose rules do not end is used whatever its name is', 'Europe/London', rules, '20:00'],
    [
      'with one rule that does not end does not end',
      'Europe/London',
      [...summer('DTSTART:20200329T020000', spring), ...winter('DTSTART:20201025T030000')],
      '20:00',
    ],
  ])('%s', (_, name, lines, expected) => {
    const found = read(
      ...zone(name, ...lines),
      ...event('UID:1', `DTSTART;TZID="${name}":20260714T220000`, 'DURATION:PT1H'),
    )
    expect(begins(found)).toEqual([`2026-07-14T${expected}`])
  })
})
