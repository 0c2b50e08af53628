import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_MINUTE } from './time.ts'
import {
  convertLocalToInstant,
  listInstantsOfLocalTime,
  convertInstantToLocal,
  parseLocal,
  toLocalMidnight,
} from './local-time.ts'
import { findTimeZoneOffsetChanges } from '../testing/zone-changes.ts'

const local = (text: string) => parseLocal(text) ?? Number.NaN
const zones = Intl.supportedValuesOf('timeZone')

describe('the clocks of a zone', () => {
  it.each([
    ['an ordinary time', 'Europe/London', '2026-07-01T22:00', '2026-07-01T21:00:00.000Z'],
    ['skipped, by the offset before', 'Europe/London', '2026-03-29T01:30', '2026-03-29T01:30:00.000Z'],
    ['twice, the first', 'Europe/London', '2026-10-25T01:30', '2026-10-25T00:30:00.000Z'],
    ['skipped in New York', 'America/New_York', '2026-03-08T02:30', '2026-03-08T07:30:00.000Z'],
    ['twice in New York', 'America/New_York', '2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
    ['midnight skipped', 'America/Santiago', '2026-09-06T00:00', '2026-09-06T04:00:00.000Z'],
    ['half hours', 'Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00.000Z'],
    ['far ahead', 'Pacific/Kiritimati', '2026-01-01T00:00', '2025-12-31T10:00:00.000Z'],
    ['a whole day skipped', 'Pacific/Apia', '2011-12-30T12:00', '2011-12-30T22:00:00.000Z'],
  ])('%s', (_, zone, text, instant) => {
    expect(new Date(convertLocalToInstant(local(text), zone)).toISOString()).toBe(instant)
  })

  it('show each time at the instants that are found, around all changes of a year in all zones', () => {
    for (const zone of zones) {
      for (const change of findTimeZoneOffsetChanges(zone, 2026)) {
        for (let at = change - 90 * MS_PER_MINUTE; at <= change + 150 * MS_PER_MINUTE; at += 30 * MS_PER_MINUTE) {
          const shown = convertInstantToLocal(at, zone)
          expect(listInstantsOfLocalTime(shown, zone), `${zone} ${new Date(at).toISOString()}`).toContain(at)
          expect(convertLocalToInstant(shown, zone)).toBe(Math.min(...listInstantsOfLocalTime(shown, zone)))
        }
      }
    }
  })

  it('are read as the time asked for, or as later by what is skipped, in any year', () => {
    const minutes = fc.integer({ min: 0, max: 30 * 366 * 24 * 60 })
    fc.assert(
      fc.property(fc.constantFrom(...zones), minutes, (zone, number) => {
        const asked = Date.UTC(2010, 0) + number * MS_PER_MINUTE
        const at = convertLocalToInstant(asked, zone)
        const shown = convertInstantToLocal(at, zone)
        // A local time that clocks skip is moved later by the length of the gap.
        expect(shown).toBeGreaterThanOrEqual(asked)
        expect(shown === asked).toBe(listInstantsOfLocalTime(asked, zone).length > 0)
        expect(convertLocalToInstant(convertInstantToLocal(asked, zone), zone)).toBeLessThanOrEqual(asked)
      }),
      { numRuns: 300 },
    )
  })

  it('make a day as long as its midnights are apart: 23 to 25 hours, each instant in one day', () => {
    for (const zone of zones) {
      for (const change of findTimeZoneOffsetChanges(zone, 2026)) {
        const day = toLocalMidnight(convertInstantToLocal(change, zone))
        for (const midnight of [day - MS_PER_DAY, day, day + MS_PER_DAY]) {
          const [from, to] = [convertLocalToInstant(midnight, zone), convertLocalToInstant(midnight + MS_PER_DAY, zone)]
          expect(Math.abs(to - from - MS_PER_DAY), zone).toBeLessThanOrEqual(3 * 60 * MS_PER_MINUTE)
          expect(toLocalMidnight(convertInstantToLocal(from, zone)), zone).toBe(midnight)
          expect(toLocalMidnight(convertInstantToLocal(to - 1, zone)), zone).toBe(midnight)
        }
      }
    }
  })
})
