import { describe, expect, it } from 'vitest'
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

describe('an event in a zone that the calendar brings along', () => {
  const part = (name: string, ...lines: string[]) => [`BEGIN:${name}`, ...lines, `END:${name}`]
  const zone = (name: string, ...lines: string[]) => part('VTIMEZONE', `TZID:${name}`, ...lines)
  const observed = (name: string, from: string, to: string, start: string, ...lines: string[]) =>
    part(name, `DTSTART:${start}`, `TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`, ...lines)
  const rule = (text: string) => `RRULE:FREQ=YEARLY;${text}`
  /** 2:30 ahead of UTC, and 3:30 in summer, from the second Sunday of April to the first Saturday of September */
  const rules = [
    ...observed('STANDARD', '+0330', '+0230', '16010101T020000', rule('BYDAY=1SA;BYMONTH=9')),
    ...observed('DAYLIGHT', '+0230', '+0330', '16010101T020000', rule('BYDAY=2SU;BYMONTH=4')),
  ]
  const times2026 = ['2026-01-10', '2026-04-11', '2026-04-12', '2026-09-05', '2026-09-06']
  const byRules = ['19:30', '19:30', '18:30', '19:30', '19:30']
  const dates = [
    ...observed('STANDARD', '+0330', '+0230', '20250906T020000', 'RDATE:20260905T020000'),
    ...observed('DAYLIGHT', '+0230', '+0330', '20260412T020000'),
  ]
  const ended = [
    ...observed('STANDARD', '+0330', '+0230', '19800101T020000', rule('BYDAY=1SA;BYMONTH=9;UNTIL=20160902T223000Z')),
    ...observed('DAYLIGHT', '+0230', '+0330', '19800101T020000', rule('BYDAY=2SU;BYMONTH=4;UNTIL=20160409T233000Z')),
  ]
  const none = observed('STANDARD', '+0100', '+0100', 'soon')

  it.each<[string, string, string[], string[]]>([
    ['of Exchange', 'Customized Time Zone', rules, byRules],
    ['of Exchange, as it is since 2010', 'tzone://Microsoft/Custom', rules, byRules],
    ['that lists its changes', 'Plant 2', dates, byRules],
    ['that changed for the last time years ago', 'Plant 3', ended, Array(5).fill('19:30')],
    [
      'before its first change',
      'Plant 4',
      observed('STANDARD', '-0445', '+0100', '20300101T000000'),
      Array(5).fill('02:45'),
    ],
    ['that has the name of another one', 'Europe/London', rules, byRules],
    ['by the name where its own can not be read', 'Europe/London', none, ['22:00', '21:00', '21:00', '21:00', '21:00']],
  ])('%s', (_, name, parts, expected) => {
    const found = read(
      ...zone(name, ...parts),
      ...times2026.flatMap((day) =>
        event(`UID:${day}`, `DTSTART;TZID="${name}":${day.replaceAll('-', '')}T220000`, 'DURATION:PT1H'),
      ),
    )
    expect(found.problems).toEqual([])
    expect(found.events.map(({ from }) => new Date(from).toISOString().slice(11, 16))).toEqual(expected)
  })

  it('recurs by its clocks, and a day that is left out is one of them', () => {
    const found = read(
      ...zone('Customized Time Zone', ...rules),
      ...event(
        'UID:1',
        'DTSTART;TZID=Customized Time Zone:20260328T023000',
        'DURATION:PT1H',
        'RRULE:FREQ=WEEKLY;BYDAY=SU,SA;COUNT=6',
        'EXDATE;TZID=Customized Time Zone:20260404T023000',
      ),
    )
    // 02:30 on 12 April does not exist (daylight saving time), so it is read with the previous offset
    expect(times(found)).toEqual([
      '2026-03-28T00:00 2026-03-28T01:00',
      '2026-03-29T00:00 2026-03-29T01:00',
      '2026-04-05T00:00 2026-04-05T01:00',
      '2026-04-11T00:00 2026-04-11T01:00',
      '2026-04-12T00:00 2026-04-12T01:00',
    ])
  })

  it('is that of the runtime, written out, in any zone with rules', () => {
    const written: [string, string[]][] = [
      [
        'America/New_York',
        [
          ...observed('STANDARD', '-0400', '-0500', '20071104T020000', rule('BYMONTH=11;BYDAY=1SU')),
          ...observed('DAYLIGHT', '-0500', '-0400', '20070311T020000', rule('BYMONTH=3;BYDAY=2SU')),
        ],
      ],
      [
        'Australia/Lord_Howe',
        [
          ...observed('STANDARD', '+1100', '+1030', '20080406T020000', rule('BYMONTH=4;BYDAY=1SU')),
          ...observed('DAYLIGHT', '+1030', '+1100', '20081005T020000', rule('BYMONTH=10;BYDAY=1SU')),
        ],
      ],
    ]
    for (const [name, lines] of written) {
      const events = Array.from({ length: 366 }, (_, n) => {
        const day = new Date(within.from + n * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
        return event(`UID:${n}`, `DTSTART;TZID=X:${day}T01${n % 2 ? '30' : '45'}00`, 'DURATION:PT1H')
      }).flat()
      const own = read(...zone('X', ...lines), ...events)
      expect(times(own)).toEqual(times(read(...events.map((line) => line.replace('TZID=X', `TZID=${name}`)))))
    }
  })
})
