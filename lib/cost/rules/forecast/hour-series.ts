import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'

export const HOURS_OF_DAY = 24
export const HOURS_OF_WEEK = 168

/**
 * Minimum measured share of an hour. If more is measured, the bytes are scaled up to the whole hour. If less is
 * measured, the bytes of the hour are unknown.
 */
const MIN_COVERED = 0.5

/**
 * Billed bytes of each hour, as floating-point numbers for statistics. Their relative error of 1 in 10^15 does not
 * matter here. (Billed amounts are computed from integers elsewhere.) The value of an unknown hour is NaN and not 0.
 */
export interface BilledHourSeries {
  /** Begin of the first hour of the series. */
  start: EpochMs
  bytes: Float64Array
  /** sums[i] = sum of the bytes of all known hours before index i */
  sums: Float64Array
  /** known[i] = number of known hours before index i */
  known: Uint32Array
}

interface HourVolume {
  start: EpochMs
  bytes: number | bigint | null
  coveredSeconds: number
}

/**
 * Converts hours into a series that begins with the first known hour. An hour that is missing or mostly unmeasured is
 * unknown.
 * @param until end of the series, a whole hour; by default the end of the last known hour
 */
export function createHourSeries(hours: readonly HourVolume[], until?: EpochMs): BilledHourSeries {
  const usable = hours.filter(({ bytes, coveredSeconds }) => bytes !== null && coveredSeconds >= MIN_COVERED * 3_600)
  const start = usable.reduce((least, hour) => Math.min(least, hour.start), Number.POSITIVE_INFINITY)
  const end = until ?? usable.reduce((most, hour) => Math.max(most, hour.start + MS_PER_HOUR), Number.NEGATIVE_INFINITY)
  const bytes = new Float64Array(usable.length === 0 ? 0 : (end - start) / MS_PER_HOUR).fill(Number.NaN)
  for (const hour of usable) {
    bytes[(hour.start - start) / MS_PER_HOUR] = (Number(hour.bytes) * 3_600) / Math.min(3_600, hour.coveredSeconds)
  }
  return seriesOf(usable.length === 0 ? 0 : start, bytes)
}

function seriesOf(start: EpochMs, bytes: Float64Array): BilledHourSeries {
  const sums = new Float64Array(bytes.length + 1)
  const known = new Uint32Array(bytes.length + 1)
  for (const [i, value] of bytes.entries()) {
    const isKnown = !Number.isNaN(value)
    sums[i + 1] = (sums[i] ?? 0) + (isKnown ? value : 0)
    known[i + 1] = (known[i] ?? 0) + (isKnown ? 1 : 0)
  }
  return { start, bytes, sums, known }
}

/** Returns the number of known hours in [from, to). Hours before or after the series count as unknown. */
export function countKnownHours({ known }: BilledHourSeries, from: number, to: number): number {
  const last = known.length - 1
  return at(known, Math.min(to, last)) - at(known, Math.min(Math.max(from, 0), last))
}

/** Returns the mean bytes of the known hours in [from, to); NaN if all hours are unknown. */
export function computeMeanHourBytes(series: BilledHourSeries, from: number, to: number): number {
  const last = series.sums.length - 1
  const sum = at(series.sums, Math.min(to, last)) - at(series.sums, Math.min(Math.max(from, 0), last))
  return sum / countKnownHours(series, from, to)
}

/**
 * Returns the hour of the week (0 to 167) of the hour at `index` in the series. 0 = Thursday 00:00 UTC, because the
 * Unix epoch began on a Thursday.
 */
export function getHourOfWeek({ start }: BilledHourSeries, index: number): number {
  return (((start / MS_PER_HOUR + index) % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK
}

const at = (list: Float64Array | Uint32Array, i: number): number => list[i] ?? 0
