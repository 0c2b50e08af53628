import { describe, expect, it } from 'vitest'
import { convertLocalToInstant, convertInstantToLocal, toLocalMidnight } from '#lib/contract/time/local-time.ts'
import { findTimeZoneOffsetChanges } from '#lib/contract/testing/zone-changes.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { chooseTimeTicks } from './time-ticks.ts'

const at = (text: string) => Date.parse(`2026-${text}Z`)
const labels = (from: string, to: string, zone: string, most: number) =>
  chooseTimeTicks(at(from), at(to), zone, most).map(({ label }) => label)

describe('ticks stand at round moments:', () => {
  it.each([
    ['an hour', '11-20T08:50:40', '11-20T09:50:43', 'UTC', 7, '09:00 09:10 09:20 09:30 09:40 09:50'],
    ['a night', '11-19T21:00:00', '11-20T04:00:00', 'UTC', 4, '22:00 11-20 02:00 04:00'],
    ['a week', '11-13T09:30:00', '11-20T09:30:00', 'UTC', 8, '11-14 11-15 11-16 11-17 11-18 11-19 11-20'],
    ['of the zone that is shown', '11-19T17:00:00', '11-19T20:00:00', 'Asia/Kolkata', 4, '23:00 11-20 01:00'],
    [
      'days over a change',
      '10-22T12:00:00',
      '10-28T12:00:00',
      'Europe/Berlin',
      8,
      '10-23 10-24 10-25 10-26 10-27 10-28',
    ],
    ['an hour that is skipped', '03-29T00:00:00', '03-29T03:00:00', 'Europe/Berlin', 4, '01:00 03:00 04:00 05:00'],
    ['two of it', '03-28T22:00:00', '03-29T06:00:00', 'Europe/Berlin', 4, '03-29 04:00 06:00 08:00'],
    ['an hour twice', '10-24T23:00:00', '10-25T02:00:00', 'Europe/Berlin', 4, '01:00 02:00 02:00 UTC+1 03:00'],
    [
      'a midnight that is skipped',
      '09-06T02:30:00',
      '09-06T06:30:00',
      'America/Santiago',
      5,
      '23:00 09-06 02:00 03:00',
    ],
  ] as const)('%s', (_, from, to, zone, most, expected) => {
    expect(labels(from, to, zone, most).join(' ')).toBe(expected)
  })

  it('never more than asked for', () => {
    for (const hours of [1, 5, 24, 100, 720, 9600]) {
      const to = at('11-20T00:00:00')
      expect(chooseTimeTicks(to - hours * MS_PER_HOUR + 1, to, 'UTC', 6).length).toBeLessThanOrEqual(7)
    }
  })

  it('in order, each day once and at its begin, around all changes of a year in all zones', () => {
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      for (const change of findTimeZoneOffsetChanges(zone, 2026)) {
        for (const hours of [3, 20, 24 * 6, 24 * 40]) {
          const [from, to] = [change - hours * MS_PER_HOUR + 1, change + hours * MS_PER_HOUR]
          const ticks = chooseTimeTicks(from, to, zone, 9)
          const about = `${zone} ${new Date(change).toISOString()} ${hours} h: ${ticks.map(({ label }) => label).join(' ')}`
          expect(ticks.length, about).toBeLessThanOrEqual(11)
          const days = ticks.map(({ label }) => label).filter((label) => hours < 12 || /^\d\d-\d\d$/.test(label))
          expect(new Set(days).size, about).toBe(days.length)
          for (const [index, tick] of ticks.entries()) {
            expect(tick.at, about).toBeGreaterThan(ticks[index - 1]?.at ?? from - 1)
            const day = toLocalMidnight(convertInstantToLocal(tick.at, zone))
            if (/^\d\d-\d\d$/.test(tick.label)) expect(tick.at, about).toBe(convertLocalToInstant(day, zone))
          }
        }
      }
    }
  })
})
