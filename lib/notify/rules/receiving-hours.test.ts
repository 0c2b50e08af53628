import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReceivingHours, receivingHoursSchema, severities, weekdays } from '#lib/contract/index.ts'
import { noticeReasons } from './decide-notices.ts'
import { decideByReceivingHours, isHeldByReceivingHours, isWithinReceivingHours } from './receiving-hours.ts'
import { convertFromLocalTime, convertToLocalTime, parseMinutesOfDay } from './zoned-time.ts'

const at = (iso: string) => Date.parse(iso)
const office = (given: Partial<ReceivingHours> = {}): ReceivingHours => ({
  zone: 'Europe/London',
  windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' }],
  outside: 'hold',
  ...given,
})
const nights = office({ windows: [{ days: ['fri'], from: '22:00', to: '06:00' }] })
const lost = office({ windows: [{ days: ['sun'], from: '01:00', to: '02:00' }] })

describe('an instant is within the hours', () => {
  it.each([
    ['at their beginning', office(), '2026-11-23T08:00:00Z', true],
    ['not at their end', office(), '2026-11-23T18:00:00Z', false],
    ['not a moment before', office(), '2026-11-23T07:59:59.999Z', false],
    ['not on a Sunday', office(), '2026-11-22T12:00:00Z', false],
    ['by the clock on the wall: an hour earlier in summer', office(), '2026-07-06T07:00:00Z', true],
    ['after midnight, of a window that began the day before', nights, '2026-11-28T05:59:00Z', true],
    ['not in the night after another day', nights, '2026-11-27T05:59:00Z', false],
    ['never in an hour that the clock leaves out', lost, '2026-03-29T01:30:00Z', false],
    ['the first time of an hour that comes twice', lost, '2026-10-25T00:30:00Z', true],
    ['and the second', lost, '2026-10-25T01:30:00Z', true],
    [
      'all day, by a window of 24 hours',
      office({ windows: [{ days: ['mon'], from: '00:00', to: '24:00' }] }),
      '2026-11-23T23:59:59Z',
      true,
    ],
  ] as const)('%s', (_, hours, moment, expected) => {
    expect(isWithinReceivingHours(hours, at(moment))).toBe(expected)
  })
})

describe('a notice', () => {
  const night = at('2026-11-23T03:00:00Z')
  it.each([
    ['opened', 'major', false, 'hold', 'hold'],
    ['opened', 'critical', false, 'hold', 'hold'],
    ['closed', 'major', true, 'hold', 'hold'],
    ['opened', 'major', false, 'critical', 'omit'],
    ['raised', 'critical', true, 'critical', 'send'],
    ['closed', 'major', true, 'critical', 'send'],
    ['opened', 'critical', false, 'nothing', 'omit'],
    ['repeated', 'critical', true, 'nothing', 'omit'],
    ['acknowledged', 'critical', true, 'nothing', 'send'],
    ['closed', 'critical', false, 'nothing', 'omit'],
  ] as const)('%s %s, opening received: %s, outside %s: %s', (reason, severity, knowsOpening, outside, expected) => {
    const hours = office({ outside })
    expect(decideByReceivingHours(hours, night, { reason, severity, knowsOpening })).toBe(expected)
    expect(decideByReceivingHours(hours, at('2026-11-23T12:00:00Z'), { reason, severity, knowsOpening })).toBe('send')
  })
})

const zone = fc.constantFrom('UTC', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu')
const clock = fc.integer({ min: 0, max: 1_439 }).map((minutes) => {
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60]
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
})
const windowOf = fc.record({
  days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
  from: clock,
  to: fc.oneof(clock, fc.constant('24:00')),
})
const anyHours = fc.record({
  zone,
  windows: fc.array(windowOf, { minLength: 1, maxLength: 4 }),
  outside: fc.constantFrom('hold', 'critical', 'nothing'),
}) as fc.Arbitrary<ReceivingHours>
const instant = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') })
const notice = fc.record({
  reason: fc.constantFrom(...noticeReasons),
  severity: fc.constantFrom(...severities),
  knowsOpening: fc.boolean(),
})

describe('laws', () => {
  it('what opened at a channel always ends there', () => {
    fc.assert(
      fc.property(anyHours, instant, notice, (hours, now, one) => {
        expect(receivingHoursSchema.parse(hours)).toEqual(hours)
        expect(decideByReceivingHours(hours, now, { ...one, reason: 'closed', knowsOpening: true })).not.toBe('omit')
      }),
    )
  })

  it('what is held is held only while its channel holds, and never where it does not hold', () => {
    fc.assert(
      fc.property(anyHours, instant, notice, (hours, now, one) => {
        expect(decideByReceivingHours(hours, now, one) === 'hold').toBe(isHeldByReceivingHours(hours, now))
        if (isWithinReceivingHours(hours, now)) expect(decideByReceivingHours(hours, now, one)).toBe('send')
      }),
    )
  })

  it('hours and the hours between them share out every instant', () => {
    fc.assert(
      fc.property(zone, windowOf, instant, (zone, { days, from, to }, now) => {
        fc.pre(to !== '24:00' && parseMinutesOfDay(from) < parseMinutesOfDay(to))
        const others = weekdays.filter((day) => !days.includes(day))
        const rest = [
          { days, from: '00:00', to: from },
          { days, from: to, to: '24:00' as const },
          { days: others, from: '00:00', to: '24:00' as const },
        ].filter((one) => one.days.length > 0 && (one.to === '24:00' || one.from < one.to))
        const inside = isWithinReceivingHours({ zone, windows: [{ days, from, to }] }, now)
        expect(isWithinReceivingHours({ zone, windows: rest }, now)).toBe(!inside)
      }),
    )
  })

  it('an instant is where its wall clock says, or an hour later where that comes twice', () => {
    fc.assert(
      fc.property(zone, instant, (zone, now) => {
        const minute = now - (now % 60_000)
        const back = convertFromLocalTime(convertToLocalTime(minute, zone), zone)
        expect(convertToLocalTime(back, zone)).toEqual(convertToLocalTime(minute, zone))
        expect(minute - back).toBeGreaterThanOrEqual(0)
        expect(minute - back).toBeLessThanOrEqual(3_600_000)
      }),
    )
  })

  it('a time that the clock leaves out is as much later', () => {
    const day = convertToLocalTime(at('2026-03-29T12:00:00Z'), 'Europe/London').day
    expect(convertFromLocalTime({ day, minutes: 90 }, 'Europe/London')).toBe(at('2026-03-29T01:30:00Z'))
    expect(convertToLocalTime(at('2026-03-29T01:30:00Z'), 'Europe/London').minutes).toBe(150)
  })
})
