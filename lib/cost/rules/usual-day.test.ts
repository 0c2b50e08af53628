import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { type DailyBytes, compareWithUsualDay } from './usual-day.ts'

const TODAY = Date.UTC(2026, 10, 19)
const weeksAgo = (weeks: number, bytesOut: bigint, coveredSeconds = 86_400): DailyBytes => ({
  start: TODAY - weeks * 7 * MS_PER_DAY,
  bytesOut,
  coveredSeconds,
})

describe('a usual day', () => {
  it.each([
    {
      name: 'the median of four weeks',
      days: [weeksAgo(1, 10n), weeksAgo(2, 40n), weeksAgo(3, 20n), weeksAgo(4, 30n)],
      usual: 25n,
    },
    {
      name: 'of three where one is not known',
      days: [weeksAgo(1, 10n), weeksAgo(2, 40n, 60_000), weeksAgo(3, 20n), weeksAgo(4, 30n)],
      usual: 20n,
    },
    // 69,120 seconds are 80 % of a day, the minimum
    { name: 'of days that are known enough', days: [weeksAgo(1, 10n, 69_120), weeksAgo(2, 40n, 69_120)], usual: 25n },
    { name: 'not by the fifth week', days: [weeksAgo(1, 10n), weeksAgo(2, 20n), weeksAgo(5, 90n)], usual: 15n },
  ])('is $name', ({ days, usual }) => {
    expect(compareWithUsualDay([weeksAgo(0, 100n), ...days], TODAY)).toEqual({
      from: TODAY,
      to: TODAY + MS_PER_DAY,
      bytes: 100n,
      usual,
    })
  })

  it.each([
    { name: 'one week before', days: [weeksAgo(0, 100n), weeksAgo(1, 10n)] },
    { name: 'a day that was hardly measured', days: [weeksAgo(0, 100n, 3_600), weeksAgo(1, 10n), weeksAgo(2, 10n)] },
    { name: 'nothing', days: [] },
  ])('is not known with $name', ({ days }) => {
    expect(compareWithUsualDay(days, TODAY)).toBeNull()
  })
})
