import { describe, expect, it } from 'vitest'
import {
  formatDayName,
  formatInstantBounds,
  formatInstant,
  formatMoment,
  formatPlannedTime,
  formatPlannedRange,
  formatTimeRange,
  formatZoneLabel,
} from './instant.ts'
import {
  formatBandwidth,
  formatBitRate,
  formatBytes,
  formatFractionAsPercent,
  formatShareBounds,
  avoidLineBreaks,
} from './quantity.ts'

describe('quantities', () => {
  it.each([
    [0, '0 b/s'],
    [999, '999 b/s'],
    [999_500, '1.00 Mb/s'],
    [80_000_000, '80.0 Mb/s'],
    [1_240_000_000, '1.24 Gb/s'],
  ])('%i bit/s reads %s', (rate, text) => {
    expect(formatBitRate(rate)).toBe(text)
  })

  it.each([
    ['0', '0 B'],
    ['999', '999 B'],
    ['1000', '1.00 kB'],
    ['9007199254740993', '9.01 PB'],
    ['999999999999', '1.00 TB'],
    ['-1500', '−1.50 kB'],
  ])('%s bytes read %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  it('bandwidth and share', () => {
    expect([50, 500, 1000, 2500, 10_000].map(formatBandwidth)).toEqual([
      '50 Mb/s',
      '500 Mb/s',
      '1 Gb/s',
      '2.5 Gb/s',
      '10 Gb/s',
    ])
    expect(formatShareBounds(0.99931, 0.99969)).toBe('99.93 to 99.97 %')
    expect(formatShareBounds(1, 1)).toBe('100 %')
    expect(formatShareBounds(0.57, 0.57)).toBe('57 %')
    expect(formatShareBounds(0.99999, 1)).toBe('99.99 to 100 %')
    expect([0, 0.0004, 0.004, 0.62, 1.2].map(formatFractionAsPercent)).toEqual([
      '0 %',
      '< 0.1 %',
      '0.4 %',
      '62 %',
      '120 %',
    ])
  })
})

describe('instants', () => {
  const night = Date.parse('2026-11-20T03:12:05.500Z')
  it.each([
    ['UTC', '2026-11-20 03:12:05 UTC'],
    ['Asia/Kolkata', '2026-11-20 08:42:05 UTC+5:30'],
    ['America/New_York', '2026-11-19 22:12:05 UTC−5'],
    ['Europe/London', '2026-11-20 03:12:05 UTC+0'],
  ])('in %s: %s', (zone, text) => {
    expect(formatInstant(night, zone)).toBe(text)
  })

  it('leaves the date out on the same civil day only', () => {
    expect(formatMoment(night, 'UTC', night + 3_600_000)).toBe('03:12:05')
    expect(formatMoment(night, 'UTC', night + 86_400_000)).toBe('2026-11-20 03:12:05')
    expect(formatMoment(night, 'UTC', null)).toBe('2026-11-20 03:12:05')
  })

  it.each([
    ['both today', 0, 60_000, '03:12:05', '03:13:05'],
    ['both on another day', -86_400_000, 60_000 - 86_400_000, '2026-11-19 03:12:05', '03:13:05'],
    ['around midnight', -4 * 3_600_000, 0, '2026-11-19 23:12:05', '2026-11-20 03:12:05'],
    ['at the same time of two days', -86_400_000, 0, '2026-11-19 03:12:05', '2026-11-20 03:12:05'],
  ])('two moments, %s', (_, earliest, latest, from, to) => {
    expect(formatInstantBounds(night + earliest, night + latest, 'UTC', night)).toEqual({ from, to })
  })

  it.each([
    ['an hour ago', -1, '02:12'],
    ['tomorrow', 24, 'Sat 03:12'],
    ['in six days', 144, '2026-11-26 03:12'],
  ])('a planned time %s has no seconds', (_, hours, words) => {
    expect(formatPlannedTime(night + hours * 3_600_000, 'UTC', night)).toBe(words)
  })

  it('a planned range has no seconds, and one date if both ends are on one day', () => {
    expect(formatPlannedRange(night, night + 3_600_000, 'UTC', null)).toBe('2026-11-20 03:12 – 04:12 UTC')
    expect(formatPlannedRange(night, night + 86_400_000, 'UTC', night)).toBe('03:12 – 2026-11-21 03:12 UTC')
  })

  it('the day is today, or a date', () => {
    expect([0, -86_400_000].map((ms) => formatDayName(night + ms, 'UTC', night))).toEqual(['today', '2026-11-19'])
  })

  it('knows the offset on both sides of a change to summer time', () => {
    expect(formatZoneLabel(Date.parse('2026-03-29T00:59:59Z'), 'Europe/Berlin')).toBe('UTC+1')
    expect(formatZoneLabel(Date.parse('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toBe('UTC+2')
  })

  it.each([
    ['over a change of clocks', '2026-10-24T22:00Z', '2026-10-25T02:00Z', '2026-10-25 00:00:00 UTC+2 – 03:00:00 UTC+1'],
    [
      'in the hour that comes twice',
      '2026-10-25T00:30Z',
      '2026-10-25T01:30Z',
      '2026-10-25 02:30:00 UTC+2 – 02:30:00 UTC+1',
    ],
    ['of one offset', '2026-10-25T01:00Z', '2026-10-25T02:00Z', '2026-10-25 02:00:00 – 03:00:00 UTC+1'],
  ])('a range %s names each offset that it has', (_, from, to, words) => {
    expect(formatTimeRange(Date.parse(from), Date.parse(to), 'Europe/Berlin', null)).toBe(words)
  })
})

it('a number keeps its unit on its line', () => {
  expect(avoidLineBreaks('at least 3 min 00 s, at most 60 %').replaceAll('\u00a0', '_')).toBe(
    'at least 3_min_00_s, at most 60_%',
  )
})
