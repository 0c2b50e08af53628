import { describe, expect, it } from 'vitest'
import {
  convertToRangeParameters,
  findIncidentRangeStart,
  findRangeAround,
  computePageTimeRange,
  getLastWeekRange,
  findTimeRangeFault,
  formatRangeText,
  parseTimeRangeParameters,
  shiftTimeRange,
  getRangeStep,
  getYesterdayRange,
} from './time-range.ts'

const now = Date.parse('2026-11-20T09:50:43.948Z')

describe('an address is read into a interval of time:', () => {
  it.each([
    [
      'nothing is the usual length',
      { from: null, to: null },
      { from: '2026-11-19T09:50:00.000Z', to: null, relative: '24h' },
    ],
    ['a length ends now', { from: '1h', to: null }, { from: '2026-11-20T08:50:40.000Z', to: null, relative: '1h' }],
    [
      'a begin alone goes on until now',
      { from: '2026-11-19T18:00:00Z', to: null },
      { from: '2026-11-19T18:00:00.000Z', to: null, relative: null },
    ],
    [
      'two moments',
      { from: '2026-11-19T18:00:00+01:00', to: '2026-11-20T03:12:00Z' },
      { from: '2026-11-19T17:00:00.000Z', to: '2026-11-20T03:12:00.000Z', relative: null },
    ],
    [
      'an end alone has the usual length',
      { from: null, to: '2026-11-20T03:12:00Z' },
      { from: '2026-11-19T03:12:00.000Z', to: '2026-11-20T03:12:00.000Z', relative: null },
    ],
    [
      'what can not be read is not said',
      { from: 'x', to: 'y' },
      { from: '2026-11-19T09:50:00.000Z', to: null, relative: '24h' },
    ],
  ])('%s', (_, address, expected) => {
    expect(parseTimeRangeParameters(address, '24h', now)).toEqual(expected)
  })
})

it.each([
  ['six hours', { at: '2026-11-19T03:12:00Z' }, '2026-11-19T00:12:00.000Z', '2026-11-19T06:12:00.000Z'],
  [
    'the chosen length',
    { at: '2026-11-19T03:12:00Z', range: '1h' },
    '2026-11-19T02:42:00.000Z',
    '2026-11-19T03:42:00.000Z',
  ],
  ['at most until now', { at: '2026-11-20T09:00:00Z' }, '2026-11-20T06:00:00.000Z', null],
  [
    'or the range that it stands in',
    { at: '2026-11-19T03:12:00Z', from: '2026-11-19T03:00:00Z', to: '2026-11-19T04:00:00Z' },
    '2026-11-19T03:00:00.000Z',
    '2026-11-19T04:00:00.000Z',
  ],
])('around a moment are %s', (_, address, from, to) => {
  const asked = { range: null, from: null, to: null, ...address }
  expect(computePageTimeRange(asked, '30d', now)).toEqual({ from, to, relative: null })
})

describe('around an incident', () => {
  const begins = '2026-11-20T07:00:00.000Z'
  it.each([
    ['nothing chosen', { from: null, to: null }, { from: begins, to: null, relative: null }],
    ['a length', { from: '1h', to: null }, { from: '2026-11-20T08:50:40.000Z', to: null, relative: '1h' }],
    [
      'an end alone has the usual length',
      { from: null, to: '2026-11-20T08:00:00Z' },
      { from: '2026-11-20T02:00:00.000Z', to: '2026-11-20T08:00:00.000Z', relative: null },
    ],
  ])('%s', (_, address, expected) => {
    expect(parseTimeRangeParameters(address, begins, now)).toEqual(expected)
  })
  it.each([
    ['2026-11-20T09:40:31Z', '2026-11-20T08:40:00.000Z'],
    ['2026-11-18T09:51:00Z', '2026-11-18T08:51:00.000Z'],
    ['2026-11-18T09:50:00Z', null],
  ])('one that began at %s shows from %s', (began, from) => {
    expect(findIncidentRangeStart([{ phase: 'ongoing', startedBetween: [began, began] }], now)).toBe(from)
  })
})

it.each([
  ['an hour ago', [now - 3_600_000], null],
  ['a day ago', ['2026-11-19T03:12:00Z'], { from: '2026-11-19T00:12:00.000Z', to: '2026-11-19T06:12:00.000Z' }],
  ['a day ago and now', ['2026-11-19T03:12:00Z', now], { from: '2026-11-19T00:12:00.000Z', to: null }],
])('moments of %s are shown with what was around them', (_, moments, range) => {
  expect(
    findRangeAround(
      moments.map((moment) => new Date(moment).getTime()),
      now,
    ),
  ).toEqual(range)
})

it.each([
  ['UTC', now, '2026-11-19T00:00:00.000Z', '2026-11-20T00:00:00.000Z'],
  ['Asia/Kolkata', now, '2026-11-18T18:30:00.000Z', '2026-11-19T18:30:00.000Z'],
  ['Europe/Berlin', Date.parse('2026-03-30T09:00:00Z'), '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
  ['Europe/Berlin', Date.parse('2026-10-26T09:00:00Z'), '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
])('yesterday in %s', (zone, at, from, to) => {
  expect(getYesterdayRange(at, zone)).toEqual({ from, to })
})

it.each([
  ['on a Friday', 'UTC', now, '2026-11-09T00:00:00.000Z', '2026-11-16T00:00:00.000Z'],
  ['on a Monday', 'UTC', Date.parse('2026-11-23T00:00:00Z'), '2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
  ['on a Sunday', 'UTC', Date.parse('2026-11-22T23:59:59Z'), '2026-11-09T00:00:00.000Z', '2026-11-16T00:00:00.000Z'],
  [
    'on a Sunday in UTC that is a Monday in the zone',
    'Asia/Kolkata',
    Date.parse('2026-11-22T23:59:59Z'),
    '2026-11-15T18:30:00.000Z',
    '2026-11-22T18:30:00.000Z',
  ],
  [
    'in the week after clocks went forward',
    'Europe/Berlin',
    Date.parse('2026-03-31T09:00:00Z'),
    '2026-03-22T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
  ],
  [
    'over the turn of a year',
    'UTC',
    Date.parse('2027-01-05T09:00:00Z'),
    '2026-12-28T00:00:00.000Z',
    '2027-01-04T00:00:00.000Z',
  ],
])('last week %s, %s', (_, zone, at, from, to) => {
  expect(getLastWeekRange(at, zone)).toEqual({ from, to })
})

it.each([
  [
    { from: '7d', to: null },
    { range: '7d', from: null, to: null },
  ],
  [
    { from: '2026-11-19T18:00:00Z', to: '2026-11-19T19:00:00Z' },
    { range: null, from: '2026-11-19T18:00:00Z', to: '2026-11-19T19:00:00Z' },
  ],
  [
    { from: null, to: null },
    { range: null, from: null, to: null },
  ],
])('%j stands in an address as %j', (asked, address) => {
  expect(convertToRangeParameters(asked)).toEqual(address)
})

it('the begin of a moving interval stands still between two steps, and never shortens it', () => {
  const step = getRangeStep('24h')
  const begins = Array.from(
    { length: 200 },
    (_, second) => parseTimeRangeParameters({ from: null, to: null }, '24h', now + second * 1000).from,
  )
  expect(new Set(begins).size).toBeLessThanOrEqual(Math.ceil(200_000 / step) + 1)
  for (const [second, begin] of begins.entries())
    expect(Date.parse(begin)).toBeLessThanOrEqual(now + second * 1000 - 86_400_000)
})

describe('a interval is moved by its own length:', () => {
  it.each([
    [
      'earlier',
      '2026-11-19T10:00:00Z',
      '2026-11-19T12:00:00Z',
      -1,
      ['2026-11-19T08:00:00.000Z', '2026-11-19T10:00:00.000Z'],
    ],
    [
      'later',
      '2026-11-19T10:00:00Z',
      '2026-11-19T12:00:00Z',
      1,
      ['2026-11-19T12:00:00.000Z', '2026-11-19T14:00:00.000Z'],
    ],
    ['not beyond now', '2026-11-20T07:50:43.948Z', '2026-11-20T08:50:43.948Z', 1, ['2026-11-20T08:50:43.948Z', null]],
  ] as const)('%s', (_, from, to, direction, expected) => {
    expect(shiftTimeRange({ from, to, relative: null }, direction, now, 'UTC')).toEqual({
      from: expected[0],
      to: expected[1],
    })
  })
})

it.each([
  // a day of 25 hours, preceded by a day of 24 hours
  [
    'Europe/Berlin',
    '2026-10-24T22:00:00Z',
    '2026-10-25T23:00:00Z',
    -1,
    '2026-10-23T22:00:00.000Z',
    '2026-10-24T22:00:00.000Z',
  ],
  [
    'Europe/Berlin',
    '2026-10-23T22:00:00Z',
    '2026-10-24T22:00:00Z',
    1,
    '2026-10-24T22:00:00.000Z',
    '2026-10-25T23:00:00.000Z',
  ],
  [
    'Europe/Berlin',
    '2026-10-25T23:00:00Z',
    '2026-11-01T23:00:00Z',
    -1,
    '2026-10-18T22:00:00.000Z',
    '2026-10-25T23:00:00.000Z',
  ],
  // a day that begins at 01:00
  [
    'America/Santiago',
    '2026-09-06T04:00:00Z',
    '2026-09-07T03:00:00Z',
    -1,
    '2026-09-05T04:00:00.000Z',
    '2026-09-06T04:00:00.000Z',
  ],
] as const)(
  'whole days in %s are moved by days of the calendar: %s to %s by %i',
  (zone, from, to, direction, begin, end) => {
    expect(shiftTimeRange({ from, to, relative: null }, direction, now, zone)).toEqual({ from: begin, to: end })
  },
)

describe('a interval in words:', () => {
  it.each([
    ['relative', { from: '2026-11-20T08:50:40.000Z', to: null, relative: '1h' as const }, 'the last hour'],
    ['until now', { from: '2026-11-19T18:00:00.000Z', to: null, relative: null }, '2026-11-19 18:00:00 – now UTC'],
    [
      'of one day',
      { from: '2026-11-19T18:00:00.000Z', to: '2026-11-19T19:00:00.000Z', relative: null },
      '2026-11-19 18:00:00 – 19:00:00 UTC',
    ],
  ])('%s', (_, range, expected) => {
    expect(formatRangeText(range, 'UTC', now)).toBe(expected)
  })
})

describe('two moments are no interval of time when', () => {
  it.each([
    ['there is no begin', null, null, /start/],
    ['it begins ahead', now + 1000, null, /future/],
    ['it ends first', now - 1000, now - 2000, /before/],
  ])('%s', (_, from, to, fault) => {
    expect(findTimeRangeFault(from, to, now)).toMatch(fault)
  })
  it('otherwise they are one', () => {
    expect(findTimeRangeFault(now - 2000, null, now)).toBeNull()
  })
})
