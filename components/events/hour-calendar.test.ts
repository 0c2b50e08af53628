import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { buildHourCalendar, getCalendarStart, chooseHourShade } from './hour-calendar.ts'

const midnight = Date.UTC(2026, 10, 20)

it('a calendar begins with a whole UTC day, today among its days', () => {
  expect(new Date(getCalendarStart(midnight + 7 * MS_PER_HOUR, 30)).toISOString()).toBe('2026-10-22T00:00:00.000Z')
  expect(getCalendarStart(midnight, 1)).toBe(midnight)
})

it('hours stand in their day, the newest day first, and those without a step are not known', () => {
  const steps = [
    { start: new Date(midnight - 24 * MS_PER_HOUR + 3 * MS_PER_HOUR).toISOString(), count: 5 },
    { start: new Date(midnight).toISOString(), count: 0 },
    { start: new Date(midnight + MS_PER_HOUR).toISOString(), count: null },
  ]
  const [today, yesterday, ...more] = buildHourCalendar(steps, midnight - 24 * MS_PER_HOUR, 2)
  expect(more).toEqual([])
  expect([today?.day, yesterday?.day]).toEqual(['2026-11-20', '2026-11-19'])
  expect(today?.hours.slice(0, 3).map(({ count }) => count)).toEqual([0, null, null])
  expect(yesterday?.hours[3]).toEqual({ start: midnight - 21 * MS_PER_HOUR, count: 5 })
})

it('the more there was the darker an hour is: nothing alone is empty, the busiest is the darkest', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(100_000), fc.nat(100_000), (most, a, b) => {
      const [less, more] = [Math.min(a, b, most), Math.min(Math.max(a, b), most)]
      expect(chooseHourShade(less, most)).toBeLessThanOrEqual(chooseHourShade(more, most))
      expect(chooseHourShade(less, most) === 0).toBe(less === 0)
      expect(chooseHourShade(most, most)).toBe(4)
    }),
  )
})
