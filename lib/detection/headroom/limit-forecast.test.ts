import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { findPrefixLimit } from './limits.ts'
import { type DailyMaximum, forecastLimitReached } from './limit-forecast.ts'
import { defaultSettings } from '../model/settings.ts'

const START = Date.UTC(2030, 2, 4)
const series = (counts: readonly number[]): DailyMaximum[] =>
  counts.map((count, day) => ({ day: START + day * MS_PER_DAY, count }))
const growing = (perDay: number, days = 10) => series(Array.from({ length: days }, (_, n) => 3_000 + n * perDay))
const LAST = START + 9 * MS_PER_DAY

describe('when the prefixes run out', () => {
  it('a steady growth reports one day', () => {
    expect(forecastLimitReached(growing(10), 4_000, 7)).toEqual({
      earliest: LAST + 91 * MS_PER_DAY,
      latest: LAST + 91 * MS_PER_DAY,
    })
  })

  it('an uneven growth reports the quarter of the slopes on either side', () => {
    const uneven = series([3_000, 3_005, 3_030, 3_035, 3_040, 3_070, 3_075, 3_080, 3_110, 3_115])
    const bounds = forecastLimitReached(uneven, 4_000, 7)
    expect(bounds?.earliest).toBeLessThan(bounds?.latest ?? 0)
    expect(bounds?.earliest).toBeGreaterThan(LAST)
  })

  it('one day that is far off moves nothing', () => {
    const leak = growing(10).map((one, n) => (n === 4 ? { ...one, count: 3_900 } : one))
    const bounds = forecastLimitReached(leak, 4_000, 7)
    expect(bounds?.earliest).toBeGreaterThan(LAST + 80 * MS_PER_DAY)
    expect(bounds?.latest).toBeLessThan(LAST + 100 * MS_PER_DAY)
  })

  it('a limit that is reached has run out', () => {
    expect(forecastLimitReached(growing(200), 4_000, 7)).toEqual({ earliest: LAST, latest: LAST })
  })

  it.each([
    { rule: 'nothing grows', days: growing(0) },
    { rule: 'it shrinks', days: growing(-10) },
    { rule: 'it went up and came back', days: series([0, 5, 10, 15, 20, 15, 10, 5, 0, 0].map((n) => 3_000 + n)) },
    { rule: 'too few days are known', days: growing(10, 6) },
    { rule: 'it would take more than ten years', days: growing(0.1) },
    { rule: 'nothing is known', days: [] },
  ])('no date where $rule', ({ days }) => expect(forecastLimitReached(days, 4_000, 7)).toBeNull())

  it('is the same whatever the order of the days, and never before the last', () => {
    const days = fc.array(fc.nat(4_000), { minLength: 7, maxLength: 30 }).map(series)
    fc.assert(
      fc.property(days, fc.nat(5_000), (known, limit) => {
        const bounds = forecastLimitReached(known, limit, 7)
        expect(forecastLimitReached(known.toReversed(), limit, 7)).toEqual(bounds)
        if (!bounds) return
        expect(bounds.earliest).toBeGreaterThanOrEqual(known.at(-1)?.day ?? 0)
        expect(bounds.latest).toBeGreaterThanOrEqual(bounds.earliest)
      }),
    )
  })
})

it.each([
  ['AzurePrivatePeering', false, 4_000],
  ['AzurePrivatePeering', true, 10_000],
  ['MicrosoftPeering', true, 200],
  ['AzurePublicPeering', false, null],
])('the limit of %s (premium %s) is %s', (peering, premium, limit) =>
  expect(findPrefixLimit(peering, premium, defaultSettings)).toBe(limit),
)
