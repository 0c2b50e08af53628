import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { createHoursWithEqualBytes, createOfficeTrafficHours } from '../testing/circuits.ts'
import type { UsageHour } from '../usage/billed-usage.ts'
import { backTestForecast } from './back-test.ts'
import { forecastRemainingHours } from './forecast-rest.ts'
import { computeMeanHourBytes, type BilledHourSeries, createHourSeries } from './hour-series.ts'
import { computeWeeklyUsageTrend, forecastWeek } from './usage-trend.ts'

const START = Date.UTC(2026, 7, 3)
const DAY = 24
const series = (hours: readonly UsageHour[]): BilledHourSeries =>
  createHourSeries(hours.map(({ start, bytesOut, coveredSeconds }) => ({ start, bytes: bytesOut, coveredSeconds })))
const officeDays = (days: number, growth = 0) =>
  series(createOfficeTrafficHours(START, START + days * DAY * MS_PER_HOUR, 1e9, growth))

describe('what is said grows with what is known', () => {
  it.each([
    { name: 'hours', hours: 20, basis: 'too_early' },
    { name: 'three days', hours: 3 * DAY, basis: 'run_rate' },
    { name: 'ten days', hours: 10 * DAY, basis: 'short_past' },
    { name: 'two weeks', hours: 14 * DAY, basis: 'short_past' },
    { name: 'three months', hours: 90 * DAY, basis: 'own_past' },
  ])('$name: $basis', ({ hours, basis }) => {
    const all = officeDays(120)
    const rest = forecastRemainingHours(all, hours, hours + 15 * DAY)
    expect(rest.basis).toBe(basis)
    expect(rest.band === null).toBe(basis === 'too_early')
    if (rest.band) {
      expect(rest.band.p10).toBeLessThanOrEqual(rest.band.p50)
      expect(rest.band.p50).toBeLessThanOrEqual(rest.band.p90)
    }
  })

  it('knows a weekend once a week is known', () => {
    const all = officeDays(28)
    // Friday 17:00: the weekend's two days remain, at a third of the traffic
    const now = 11 * DAY + 17
    const truth = computeMeanHourBytes(all, now, now + 48) * 48
    const { band } = forecastRemainingHours(all, now, now + 48)
    expect(Math.abs((band?.p50 ?? 0) / truth - 1)).toBeLessThan(0.35)
    expect(computeMeanHourBytes(all, 0, now) * 48).toBeGreaterThan(truth * 1.5)
  })

  it('reads nothing that comes after now', () => {
    const all = officeDays(60)
    const cut = {
      ...all,
      bytes: all.bytes.slice(0, 40 * DAY),
      sums: all.sums.slice(0, 40 * DAY + 1),
      known: all.known.slice(0, 40 * DAY + 1),
    }
    expect(forecastRemainingHours(cut, 40 * DAY, 60 * DAY)).toEqual(forecastRemainingHours(all, 40 * DAY, 60 * DAY))
    expect(backTestForecast(cut, 40 * DAY, 10 * DAY, 20 * DAY)).toEqual(
      backTestForecast(all, 40 * DAY, 10 * DAY, 20 * DAY),
    )
  })

  it('says nothing is to come where nothing is', () => {
    expect(forecastRemainingHours(officeDays(40), 40 * DAY, 40 * DAY).band).toEqual({ p10: 0, p50: 0, p90: 0 })
  })
})

describe('gaps', () => {
  it('are not zero: a forecast over a day that is missing stays where it was', () => {
    const hours = createOfficeTrafficHours(START, START + 60 * DAY * MS_PER_HOUR, 1e9)
    const whole = forecastRemainingHours(series(hours), 60 * DAY, 75 * DAY).band?.p50 ?? 0
    const holed =
      forecastRemainingHours(series(hours.filter((_, i) => i < 40 * DAY || i >= 41 * DAY)), 60 * DAY, 75 * DAY).band
        ?.p50 ?? 0
    expect(Math.abs(holed / whole - 1)).toBeLessThan(0.03)
  })

  it('scale an hour that is covered in part, and drop one that is hardly covered', () => {
    const [first, second, third] = createHoursWithEqualBytes(START, START + 3 * MS_PER_HOUR, 1_000n)
    const result = createHourSeries([
      { start: first?.start ?? 0, bytes: 1_000, coveredSeconds: 3_600 },
      { start: second?.start ?? 0, bytes: 500, coveredSeconds: 1_800 },
      { start: third?.start ?? 0, bytes: 100, coveredSeconds: 360 },
    ])
    expect([...result.bytes]).toEqual([1_000, 1_000])
  })
})

describe('the past', () => {
  it('of steady traffic is forecast closely, and bands hold it', () => {
    const { mape, bandHeld, months } = backTestForecast(officeDays(120), 120 * DAY, 10 * DAY, 20 * DAY)
    expect(mape).toBeLessThan(0.03)
    expect(bandHeld).toBeGreaterThanOrEqual(0.7)
    expect(months).toBeGreaterThan(50)
  })

  it('that is shorter than a month has no error yet', () => {
    expect(backTestForecast(officeDays(12), 12 * DAY, 5 * DAY, 25 * DAY)).toEqual({
      mape: null,
      bandHeld: null,
      months: 0,
    })
  })
})

describe('a trend', () => {
  it('is used where it helped in the past, and fades out', () => {
    const trend = computeWeeklyUsageTrend(officeDays(140, 0.03), 140 * DAY)
    expect(trend.perWeek).toBeGreaterThan(0)
    const [near, far, further] = [4, 26, 52].map((weeks) => forecastWeek(trend, weeks).p50)
    expect(far).toBeGreaterThan(near ?? 0)
    expect((further ?? 0) - (far ?? 0)).toBeLessThan((far ?? 0) - (near ?? 0))
  })

  it('is none in flat traffic, and in a few weeks', () => {
    expect(
      computeWeeklyUsageTrend(
        series(createHoursWithEqualBytes(START, START + 140 * DAY * MS_PER_HOUR, 10n ** 9n)),
        140 * DAY,
      ).perWeek,
    ).toBe(0)
    expect(computeWeeklyUsageTrend(officeDays(30, 0.1), 30 * DAY).perWeek).toBe(0)
  })

  it('has a band that grows with the distance', () => {
    const trend = computeWeeklyUsageTrend(officeDays(140), 140 * DAY)
    const width = (weeks: number) => forecastWeek(trend, weeks).p90 - forecastWeek(trend, weeks).p10
    expect(width(30)).toBeGreaterThan(width(4))
  })
})
