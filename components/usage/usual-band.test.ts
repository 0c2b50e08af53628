import { expect, it } from 'vitest'
import type { UsagePointView } from '#lib/contract/index.ts'
import { usualBands, usualOf, usualRange } from './usual-band.ts'

const T0 = Date.parse('2026-11-01T00:00:00Z')
const HOUR = 3_600_000
const point = (hour: number, megabits: number, coveredSeconds = 3600): UsagePointView => ({
  start: new Date(T0 + hour * HOUR).toISOString(),
  bytesIn: String((megabits * 1e6 * coveredSeconds) / 8),
  bytesOut: null,
  coveredSeconds,
  source: 'counter',
  metricSeconds: 0,
  atLeast: false,
  disagreement: null,
})
/** Eleven days, of which the hour from 3 on carried 0, 10, 20 … 100 Mb/s. */
const days = Array.from({ length: 11 }, (_, day) => point(day * 24 + 3, day * 10))

it('is what 80 % of the days carried in that hour', () => {
  const bands = usualBands(days)
  expect(bands[3]).toEqual({ in: [10e6, 90e6], out: null })
  expect(usualOf(bands, { from: T0 + 99 * 24 * HOUR + 3.4 * HOUR })).toEqual(bands[3])
})

it.each([
  ['of an hour with fewer than seven days', days.slice(0, 6)],
  ['of hours that were hardly seen', days.map((one) => ({ ...one, coveredSeconds: 1_000 }))],
])('nothing is usual %s', (_, points) => {
  expect(usualBands(points)[3]).toEqual({ in: null, out: null })
})

it('is taken from the four weeks before the range, to the hour', () => {
  expect(usualRange(Date.parse('2026-11-29T03:12:00Z'))).toEqual({
    from: '2026-11-01T03:00:00.000Z',
    to: '2026-11-29T03:00:00.000Z',
  })
})
