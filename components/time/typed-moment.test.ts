import { describe, expect, it } from 'vitest'
import { findTimeZoneOffsetChanges } from '#lib/contract/testing/zone-changes.ts'
import { adjustTypedMoment } from './adjust-typed-moment.ts'
import {
  findTypedDayFault,
  findTypedMomentFault,
  formatClockChangeNote,
  formatTypedMoment,
  parseTypedMoment,
  parsePastMoment,
  parseWallClock,
} from './typed-moment.ts'

const now = Date.parse('2026-11-22T09:30:00Z')

it.each([
  ['03:12', '2026-11-22T03:12:00.000Z'],
  ['3:12', '2026-11-22T03:12:00.000Z'],
  ['22:15', '2026-11-21T22:15:00.000Z'],
  ['03:12 yesterday', '2026-11-21T03:12:00.000Z'],
  ['yesterday 03:12:07', '2026-11-21T03:12:07.000Z'],
  ['Today 03:12 UTC', '2026-11-22T03:12:00.000Z'],
  ['2026-11-20 03:12', '2026-11-20T03:12:00.000Z'],
  ['last night 03:12', '2026-11-22T03:12:00.000Z'],
  ['03:12 last night', '2026-11-22T03:12:00.000Z'],
  ['Last night 22:15', '2026-11-21T22:15:00.000Z'],
  ['last night 03:12 UTC+1', '2026-11-22T02:12:00.000Z'],
  ['2 hours ago', '2026-11-22T07:30:00.000Z'],
  ['an hour ago', '2026-11-22T08:30:00.000Z'],
  ['90 min ago', '2026-11-22T08:00:00.000Z'],
  ['a minute ago', '2026-11-22T09:29:00.000Z'],
  ['0 h ago', '2026-11-22T09:30:00.000Z'],
  ['2h ago', '2026-11-22T07:30:00.000Z'],
  ['1 h 30 min ago', '2026-11-22T08:00:00.000Z'],
  ['45 seconds ago', '2026-11-22T09:29:15.000Z'],
  ['3 Days ago', '2026-11-19T09:30:00.000Z'],
  ['1 week ago', '2026-11-15T09:30:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T03:12Z', '2026-11-20T03:12:00.000Z'],
  ['2026-11-20T03:12', '2026-11-20T03:12:00.000Z'],
])('%s is %s', (text, iso) => {
  expect(new Date(parsePastMoment(text, now, 'UTC') ?? Number.NaN).toISOString()).toBe(iso)
})

it.each([
  '',
  'soon',
  '25:00',
  '03:72',
  '2026-13-40',
  '2026-11-23 03:12',
  '03:12 04:12',
  'yesterday today',
  '2026-11-20T3Z',
  'last night',
  'hours ago',
  '2 ago',
  '2 hours',
  '2 months ago',
  '99999 weeks ago',
  '2 hours ago 03:12',
])('%j is no moment that has passed', (text) => {
  expect(parsePastMoment(text, now, 'UTC')).toBeNull()
})

it('is read in the zone of the screen, unless it has one', () => {
  expect(parsePastMoment('03:12 utc', now, 'Asia/Kolkata')).toBe(Date.parse('2026-11-22T03:12:00Z'))
  expect(parsePastMoment('03:12', now, 'Asia/Kolkata')).toBe(Date.parse('2026-11-21T21:42:00Z'))
  expect(parsePastMoment('2026-11-20T03:12Z', now, 'Asia/Kolkata')).toBe(Date.parse('2026-11-20T03:12:00Z'))
})

it.each([
  ['2026-11-23 03:12', null],
  ['03:12', null],
  ['', 'Write it as 2026-11-20 03:12.'],
  ['11/20/2026 3:12 AM', 'Write it as 2026-11-20 03:12.'],
  ['2026-13-01 03:12', 'There is no month 13.'],
  ['2026-02-30 03:12', 'That month has no day 30.'],
  ['2026-11-20 24:00', 'There is no hour 24: hours go from 00 to 23.'],
  ['2026-11-20 03:61', 'There is no minute 61.'],
])('the fault of %j is %j', (text, fault) => {
  expect(findTypedMomentFault(text, now, 'UTC')).toBe(fault)
})

describe('where clocks are changed:', () => {
  const october = Date.parse('2026-10-25T22:30:00Z')
  it.each([
    ['skipped', '2026-03-08 02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['skipped east of UTC', '2026-03-29 02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['a day without midnight', '2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
    ['that midnight', '2026-09-06 00:00', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
    ['twice west of UTC', '2026-11-01 01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['twice east of UTC', '2026-10-25 02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['the second of both', '2026-10-25 02:30 UTC+1', 'Europe/Berlin', '2026-10-25T01:30:00.000Z'],
    ['by an offset of half an hour', '2026-10-25 02:30 utc-3:30', 'Europe/Berlin', '2026-10-25T06:00:00.000Z'],
    ['yesterday, in the last hour of 25', 'yesterday 03:12', 'Europe/Berlin', '2026-10-24T01:12:00.000Z'],
    ['today, 25 hours long', 'today 03:12', 'Europe/Berlin', '2026-10-25T02:12:00.000Z'],
    ['the last 23:45', '23:45', 'Europe/Berlin', '2026-10-24T21:45:00.000Z'],
  ])('%s, %s in %s is %s', (_, text, zone, iso) => {
    expect(new Date(parseTypedMoment(text, october, zone) ?? Number.NaN).toISOString()).toBe(iso)
  })

  it.each([
    ['2026-03-29 02:30', 'This time does not exist (daylight saving time). Using 03:30.'],
    [
      '2026-10-25 2:30',
      'This time occurs twice (daylight saving time). Using the first one (UTC+2). Write UTC+1 after it for the second one.',
    ],
    ['2026-10-25 02:30 UTC+1', null],
    ['2026-10-25T02:30Z', null],
    ['2026-10-25 3:30', null],
    ['2026-10-25', null],
    ['2026-10-2', null],
  ])('what is said of %s: %s', (text, note) => expect(formatClockChangeNote(text, october, 'Europe/Berlin')).toBe(note))

  it('every instant is written so that it is read as itself, in all zones', () => {
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      for (const change of findTimeZoneOffsetChanges(zone, 2026)) {
        for (const minutes of [-90, -60, -30, -1, 0, 1, 29, 60, 90]) {
          const at = change + minutes * 60_000
          expect([zone, parseWallClock(formatTypedMoment(at, zone), zone)]).toEqual([zone, at])
        }
      }
    }
  })
})

it.each(['UTC+', 'UTC+15', 'UTC+1:60', 'UTC1', 'CET'])('%s is no offset', (offset) => {
  expect(parseTypedMoment(`2026-10-25 02:30 ${offset}`, now, 'UTC')).toBeNull()
})

it.each(['2026-11-20 03:12', '2026-11-20 03:12:05'])('%s is written as it is read', (text) => {
  expect(formatTypedMoment(parseTypedMoment(text, now, 'Asia/Kolkata') ?? 0, 'Asia/Kolkata')).toBe(text)
})

it.each([
  ['2026-11-20', null],
  ['2026-13-01', 'There is no month 13.'],
  ['2026-02-30', 'That month has no day 30.'],
  ['20.11.2026', 'Write it as 2026-11-20.'],
  ['2026-11-20 03:12', 'Write it as 2026-11-20.'],
])('the fault of the day %j is %j', (text, fault) => {
  expect(findTypedDayFault(text)).toBe(fault)
})

describe('the part at the caret moves:', () => {
  it.each([
    ['2026-11-30 23:59', 16, 1, '2026-12-01 00:00', [14, 16]],
    ['2026-11-20 03:12', 11, -1, '2026-11-20 02:12', [11, 13]],
    ['2026-11-20 00:12', 13, -1, '2026-11-19 23:12', [11, 13]],
    ['2026-11-20 03:12', 9, 1, '2026-11-21 03:12', [8, 10]],
    ['2026-01-31 03:12', 6, 1, '2026-02-28 03:12', [5, 7]],
    ['2024-02-29 03:12', 0, -1, '2023-02-28 03:12', [0, 4]],
    ['2026-11-20 03:12:05', 19, -1, '2026-11-20 03:12:04', [17, 19]],
    ['2026-11-30', 10, 1, '2026-12-01', [8, 10]],
    ['2026-12', 7, 1, '2027-01', [5, 7]],
    ['2026-10-25 02:30 UTC+1', 16, 1, '2026-10-25 02:31 UTC+1', [14, 16]],
  ] as const)('%s at %i by %i is %s', (text, caret, by, moved, selection) => {
    expect(adjustTypedMoment(text, caret, by)).toEqual({ text: moved, selection })
  })
  it.each(['', '03:12', '2026-11-20 3'])('%j has no parts', (text) => {
    expect(adjustTypedMoment(text, 0, 1)).toBeNull()
  })
})
