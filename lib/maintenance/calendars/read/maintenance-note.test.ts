import { describe, expect, it } from 'vitest'
import { createServiceFinder } from '../name-finders.ts'
import { parseCalendar } from './read-calendar.ts'

const within = { from: Date.UTC(2026, 0), to: Date.UTC(2027, 0) }

const notice = (...lines: string[]) => [
  'BEGIN:VEVENT',
  'UID:42',
  'SUMMARY:Planned work',
  'DTSTART;VALUE=DATE-TIME:20261126T020000Z',
  'DTEND;VALUE=DATE-TIME:20261126T040000Z',
  'X-MAINTNOTE-PROVIDER:example.com',
  'X-MAINTNOTE-ACCOUNT:137.035999173',
  ...lines,
  'END:VEVENT',
]
const read = (...events: string[][]) =>
  parseCalendar(['BEGIN:VCALENDAR', ...events.flat(), 'END:VCALENDAR'].join('\r\n'), within).events
const ID = 'X-MAINTNOTE-MAINTENANCE-ID:WorkOrder-31415'
const OBJECT = 'X-MAINTNOTE-OBJECT-ID'

describe('a provider’s notification', () => {
  it('is read with what it names, the primary id and the worst impact', () => {
    const [event] = read(
      notice(
        'X-MAINTNOTE-MAINTENANCE-ID;X-MAINTNOTE-PRECEDENCE=NON-PRIMARY:External-9',
        'X-MAINTNOTE-MAINTENANCE-ID;X-MAINTNOTE-PRECEDENCE=PRIMARY:WorkOrder-31415',
        `${OBJECT};X-MAINTNOTE-OBJECT-IMPACT="NO-IMPACT":IC-1`,
        `${OBJECT};ALTREP="https://example.org/m?id=2":IC-2`,
        'X-MAINTNOTE-IMPACT:REDUCED-REDUNDANCY',
        'X-MAINTNOTE-STATUS:CONFIRMED',
      ),
    )
    expect(event?.note).toEqual({
      provider: 'example.com',
      account: '137.035999173',
      maintenanceId: 'WorkOrder-31415',
      objects: ['IC-1', 'IC-2'],
      impact: 'reduced',
      status: 'CONFIRMED',
    })
    expect(read(notice())[0]?.note).toBeNull()
  })

  it.each([
    ['NO-IMPACT', 'none'],
    ['REDUCED-REDUNDANCY', 'reduced'],
    ['DEGRADED', 'degraded'],
    ['OUTAGE', 'outage'],
    // an unknown impact is treated as an outage (section 3.6.5), and so is a missing impact
    ['X-HICCUP', 'outage'],
    ['', 'outage'],
  ])('with the impact %j is %s', (word, impact) => {
    expect(read(notice(ID, `X-MAINTNOTE-IMPACT:${word}`))[0]?.note?.impact).toBe(impact)
  })

  it.each(['CANCELLED', 'cancelled', 'COMPLETED'])('that is %s announces nothing', (status) => {
    expect(read(notice(ID, `X-MAINTNOTE-STATUS:${status}`))).toEqual([])
  })

  it('counts in its newest version, in whatever order they arrive', () => {
    const versions = [
      notice(ID, 'SEQUENCE:0', 'X-MAINTNOTE-STATUS:TENTATIVE'),
      notice(ID, 'SEQUENCE:2', 'DTSTAMP:20261101T000000Z', 'X-MAINTNOTE-STATUS:CONFIRMED'),
      notice(ID, 'SEQUENCE:2', 'DTSTAMP:20261102T000000Z', 'X-MAINTNOTE-STATUS:IN-PROCESS'),
    ]
    for (const order of [versions, versions.toReversed()])
      expect(read(...order).map(({ note }) => note?.status)).toEqual(['IN-PROCESS'])
    expect(read(...versions, notice(ID, 'SEQUENCE:3', 'X-MAINTNOTE-STATUS:CANCELLED'))).toEqual([])
  })
})

describe('objects of a notification', () => {
  const objects = createServiceFinder([
    {
      id: 'lon',
      names: ['erc-lon', 'SVC-1'],
      services: [
        { service: 'IC-1', path: 'primary' },
        { service: 'IC-2', path: 'secondary' },
      ],
    },
    { id: 'ams', names: ['erc-ams'], services: [{ service: 'IC-3', path: null }] },
  ])
  it.each([
    [['ic-1'], ['lon'], ['primary'], []],
    [['IC-1', 'IC-2'], ['lon'], [], []],
    [['IC-1', 'IC-3'], ['lon', 'ams'], [], []],
    [['SVC-1'], ['lon'], [], []],
    // a part of a name does not match
    [['IC'], [], [], ['IC']],
    [['IC-3', 'X'], ['ams'], [], ['X']],
    [[], [], [], []],
  ])('%j are %j, path %j', (asked, scopes, paths, unknown) => {
    expect(objects(asked)).toEqual({ scopes, paths, unknown })
  })
})
