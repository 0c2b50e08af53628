import { z } from 'zod'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { backTestForecast, countKnownDays } from '../forecast/back-test.ts'
import { formatForecastBasis, forecastMethods, forecastRemainingHours } from '../forecast/forecast-rest.ts'
import { computeBusiestHour, estimateGapBytes, sumMonthBytes, createUsualHourBytes } from '../forecast/month-bytes.ts'
import {
  HOURS_OF_DAY,
  type BilledHourSeries,
  createHourSeries,
  countKnownHours,
  computeMeanHourBytes,
} from '../forecast/hour-series.ts'
import { type UsageTrend, computeWeeklyUsageTrend, forecastWeek } from '../forecast/usage-trend.ts'
import { type ForecastPercentiles, mapForecastPercentiles } from '../money.ts'
import { type BilledUsage, computeBilledUsage, storedByteCountSchema, type UsageInput } from '../usage/billed-usage.ts'
import type { BillingMonth } from '../usage/month.ts'
import { carriedTrafficSchema, computeCarriedTraffic } from './carried-traffic.ts'

/**
 * Length in hours of each past period. The traffic of past periods is a condition for changes that cannot be undone in
 * place.
 */
const MONTH_HOURS = 30 * HOURS_OF_DAY
const PAST_MONTHS = 3
const KNOWN_SHARE = 0.8

/**
 * Schema of a number that may be NaN. JSON has no NaN, so it is stored as null. For example, the level of a trend is
 * NaN if no week is known.
 */
const finite = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN)

export const trafficFiguresSchema = z.object({
  /**
   * Low, likely and high number of billed bytes in the whole month; null = too little usage is known for a forecast.
   */
  month: z.object({ p10: storedByteCountSchema, p50: storedByteCountSchema, p90: storedByteCountSchema }).nullable(),
  basis: z.enum(forecastMethods),
  words: z.string(),
  pastError: z.object({ mape: z.number().nullable(), bandHeld: z.number().nullable(), months: z.number() }),
  trend: z.object({ level: finite, perWeek: finite, spread: finite, weeks: z.number() }),
  /** Billed bytes of each 30-day period before now, newest first. Only periods with known usage are included. */
  pastMonths: z.array(storedByteCountSchema),
  /**
   * Traffic that the circuit carried in both directions in the last 30 days, including traffic that is not billed; null
   * = too little is known.
   */
  carried: carriedTrafficSchema.nullable(),
})

/** Figures that are derived from a circuit's usage. They do not depend on prices. */
export interface CircuitTrafficFigures extends z.output<typeof trafficFiguresSchema> {
  toDate: BilledUsage
}

/**
 * Computes the traffic figures of a circuit for a month.
 * @param there whole hours of the month in which the circuit is billed; by default the whole month
 */
export function computeProjectedTraffic(
  facts: UsageInput,
  month: BillingMonth,
  now: EpochMs,
  there: { from: EpochMs; to: EpochMs } = month,
): CircuitTrafficFigures {
  const until = Math.min(Math.max(now, there.from), there.to)
  const toDate = computeBilledUsage(facts, there.from, until)
  const series = billedSeries(facts, until)
  const at = series.bytes.length
  // the rest of the month is rounded to whole hours, because the forecast consists of whole hours
  const end = at + Math.max(0, Math.round((there.to - until) / MS_PER_HOUR))
  const rest = forecastRemainingHours(series, at, end)
  const gaps = estimateGapBytes(toDate, computeBusiestHour(series, at), createUsualHourBytes(series, at))
  return {
    toDate,
    month: rest.band && sumMonthBytes(toDate, gaps, rest.band),
    basis: rest.basis,
    words: formatForecastBasis(rest.basis, countKnownDays(series, at)),
    pastError: backTestForecast(series, at, Math.max(0, Math.round((until - there.from) / MS_PER_HOUR)), end - at),
    trend: computeWeeklyUsageTrend(series, at),
    pastMonths: pastMonths(series, at),
    carried: computeCarriedTraffic(facts, until),
  }
}

/** Returns the low, likely and high number of billed bytes in a future month. They are extrapolated from the trend. */
export function forecastFutureMonth(trend: UsageTrend, month: BillingMonth, now: EpochMs): ForecastPercentiles<bigint> {
  const weeks = Math.max(0, ((month.from + month.to) / 2 - now) / (7 * HOURS_OF_DAY * MS_PER_HOUR))
  const hours = (month.to - month.from) / MS_PER_HOUR
  return mapForecastPercentiles(forecastWeek(trend, weeks), (mean) =>
    BigInt(Math.round(Number.isFinite(mean) ? mean * hours : 0)),
  )
}

/** Returns the billed bytes of each whole hour before `until`, without Global Reach. */
function billedSeries(facts: UsageInput, until: EpochMs): BilledHourSeries {
  const starts = facts.hours.map(({ start }) => start)
  const first = starts.reduce((least, start) => Math.min(least, start), until)
  const from = Math.floor(first / MS_PER_HOUR) * MS_PER_HOUR
  const end = Math.max(from, Math.floor(until / MS_PER_HOUR) * MS_PER_HOUR)
  return createHourSeries(computeBilledUsage(facts, from, end).hours, end)
}

function pastMonths(series: BilledHourSeries, now: number): bigint[] {
  return Array.from({ length: PAST_MONTHS }, (_, i) => now - i * MONTH_HOURS)
    .filter((end) => countKnownHours(series, end - MONTH_HOURS, end) >= KNOWN_SHARE * MONTH_HOURS)
    .map((end) => BigInt(Math.round(computeMeanHourBytes(series, end - MONTH_HOURS, end) * MONTH_HOURS)))
}
