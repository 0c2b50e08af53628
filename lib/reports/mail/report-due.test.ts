import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { weekdays } from '#lib/contract/index.ts'
import { findNextReport, findDueReport, type ReportScheduleTiming } from './report-due.ts'

const at = (iso: string) => Date.parse(iso)
const monday: ReportScheduleTiming = { report: 'cost_weekly', weekday: 'mon', hour: 7, zone: 'Europe/London' }
const first: ReportScheduleTiming = { report: 'availability_monthly', dayOfMonth: 1, hour: 7, zone: 'Europe/London' }

describe('a report is due', () => {
  it.each([
    ['on Monday at 07:00, of the week before', monday, '2026-11-23T07:00:00Z', '2026-W47', '2026-11-23T07:00:00Z'],
    ['not a moment before', monday, '2026-11-23T06:59:59Z', '2026-W46', '2026-11-16T07:00:00Z'],
    ['still on Sunday', monday, '2026-11-29T23:00:00Z', '2026-W47', '2026-11-23T07:00:00Z'],
    ['an hour earlier in summer', monday, '2026-07-06T06:00:00Z', '2026-W27', '2026-07-06T06:00:00Z'],
    ['on the first, of the month before', first, '2026-12-01T07:00:00Z', '2026-11', '2026-12-01T07:00:00Z'],
    ['of a month of the year before', first, '2027-01-20T00:00:00Z', '2026-12', '2027-01-01T07:00:00Z'],
    [
      'not before the month is over by UTC, where the clock is ahead',
      { ...first, hour: 0, zone: 'Asia/Tokyo' },
      '2026-12-01T02:00:00Z',
      '2026-11',
      '2026-12-01T02:00:00Z',
    ],
    [
      'nor before the week is',
      { ...monday, hour: 0, zone: 'Pacific/Auckland' },
      '2026-11-23T01:59:59Z',
      '2026-W46',
      '2026-11-16T02:00:00Z',
    ],
  ] as const)('%s', (_, times, now, period, dueAt) => {
    expect(findDueReport(times, at(now))).toEqual({ period, dueAt: at(dueAt) })
  })
})

const zone = fc.constantFrom('UTC', 'Europe/London', 'America/Los_Angeles', 'Pacific/Auckland', 'Asia/Kathmandu')
const hour = fc.integer({ min: 0, max: 23 })
const times: fc.Arbitrary<ReportScheduleTiming> = fc.oneof(
  fc.record({ report: fc.constant('cost_weekly' as const), weekday: fc.constantFrom(...weekdays), hour, zone }),
  fc.record({
    report: fc.constant('availability_monthly' as const),
    dayOfMonth: fc.integer({ min: 1, max: 28 }),
    hour,
    zone,
  }),
)
const instant = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') })

it('each period has one report, which is over by then, and the next one follows on it', () => {
  fc.assert(
    fc.property(times, instant, (one, now) => {
      const due = findDueReport(one, now)
      const next = findNextReport(one, now)
      expect(due.dueAt).toBeLessThanOrEqual(now)
      expect(next.dueAt).toBeGreaterThan(now)
      expect(findDueReport(one, next.dueAt)).toEqual(next)
      expect(findDueReport(one, next.dueAt - 1)).toEqual(due)
      expect(next.period > due.period).toBe(true)
      const days = (next.dueAt - due.dueAt) / 86_400_000
      const [least, most] = one.report === 'cost_weekly' ? [6.9, 7.1] : [27.8, 31.1]
      expect(days).toBeGreaterThan(least)
      expect(days).toBeLessThan(most)
    }),
  )
})
