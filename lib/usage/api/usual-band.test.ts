import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { ApiUsagePoint } from '#lib/usage/api/index.ts'
import { computeUsualRateRanges, findUsualRateRange, computeUsualTrafficRange } from './usual-band.ts'

const T0 = Date.parse('2026-11-01T00:00:00Z')
const point = (hour: number, megabits: number, coveredSeconds = 3600): ApiUsagePoint => ({
  start: new Date(T0 + hour * MS_PER_HOUR).toISOString(),
  bytesIn: String((megabits * 1e6 * coveredSeconds) / 8),
  bytesOut: null,
  coveredSeconds,
  source: 'counter',
  metricSeconds: 0,
  atLeast: false,
  disagreement: null,
})
/** Eleven days, on which the hour from 3:00 carried 0, 10, 20 … 100 Mb/s. */
const days = Array.from({ length: 11 }, (_, day) => point(day * 24 + 3, day * 10))

const atThree = T0 + 99 * 24 * MS_PER_HOUR + 3.4 * MS_PER_HOUR

it('is what 80 % of the days carried in that hour', () => {
  expect(findUsualRateRange(computeUsualRateRanges(days), { from: atThree })).toEqual({ in: [10e6, 90e6], out: null })
})

describe('of a weekday that four weeks have', () => {
  /** Four weeks of every hour: Sundays carry 5 Mb/s, the other days 100 Mb/s plus the hour of the day. */
  const weeks = Array.from({ length: 28 * 24 }, (_, hour) => point(hour, hour % (7 * 24) < 24 ? 5 : 100 + (hour % 24)))
  const bands = computeUsualRateRanges(weeks)

  it('is what that weekday carried in the hour and in those beside it', () => {
    // T0 is a Sunday
    expect(findUsualRateRange(bands, { from: T0 + 12 * MS_PER_HOUR })).toEqual({ in: [5e6, 5e6], out: null })
    expect(findUsualRateRange(bands, { from: T0 + (24 + 12) * MS_PER_HOUR })?.in).toEqual([111e6, 113e6])
  })

  it('is what all days carried in the hour, where a week of it was not seen', () => {
    const seen = weeks.filter((_, hour) => hour !== 12)
    expect(findUsualRateRange(computeUsualRateRanges(seen), { from: T0 + 12 * MS_PER_HOUR })?.in).toEqual([
      112e6, 112e6,
    ])
  })
})

it.each([
  ['of an hour with fewer than seven days', days.slice(0, 6)],
  ['of hours that were hardly seen', days.map((one) => ({ ...one, coveredSeconds: 1_000 }))],
])('nothing is usual %s', (_, points) => {
  expect(findUsualRateRange(computeUsualRateRanges(points), { from: atThree })).toEqual({ in: null, out: null })
})

it('is taken from the four weeks before the range, to the hour', () => {
  expect(computeUsualTrafficRange(Date.parse('2026-11-29T03:12:00Z'))).toEqual({
    from: '2026-11-01T03:00:00.000Z',
    to: '2026-11-29T03:00:00.000Z',
  })
})
