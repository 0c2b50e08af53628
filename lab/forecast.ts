/**
 * Measures the accuracy of forecasts of a month's bytes: `npm run bench forecast -- --traffic=FOLDER [--write]`.
 * Uses every 30-day window of each series in the folder, one starting each day. The forecast is computed at days 5, 10,
 * 15 and 20 from the data known then, and compared with the actual bytes, the linear run-rate, and the same days of the
 * previous 30 days. The table also compares the probability that pages would have shown with how often the actual value
 * was in the band. `--write` stores the table in lab/results/forecast.txt. The series are CSV files `timestamp,bytes`
 * or `timestamp,bits` with one row per interval and its start in ISO 8601.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { getForecastHitRate } from '#lib/contract/events/forecast-band-hit-rates.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  forecastRemainingHours,
  type BilledHourSeries,
  createHourSeries,
  computeMeanHourBytes,
  backTestForecast,
} from '#lib/cost/rules/index.ts'

const DOCUMENT = path.resolve(import.meta.dirname, 'results/forecast.txt')
const BEGIN = '<!-- figures: npm run bench forecast -- --traffic=FOLDER --write -->'
const END = '<!-- end of figures -->'
const [DAY_HOURS, WINDOW_DAYS, ORIGINS] = [24, 30, [5, 10, 15, 20]]
const WINDOW = WINDOW_DAYS * DAY_HOURS

const { values } = parseArgs({
  options: { traffic: { type: 'string' }, write: { type: 'boolean', default: false } },
})
const print = (text: string) => process.stdout.write(`${text}\n`)

if (values.traffic === undefined) {
  print('bench forecast needs series: --traffic=FOLDER of CSV files; nothing was measured')
} else {
  const files = readdirSync(values.traffic).filter((name) => name.endsWith('.csv'))
  if (files.length === 0) throw new Error(`${values.traffic} holds no CSV file`)
  const table = [
    '| series | day | windows | forecast | linear run-rate | same days before | band held | width | said, and came true |',
    '|---|---|---|---|---|---|---|---|---|',
    ...files.toSorted().flatMap((name) => measure(name, readSeries(path.join(values.traffic ?? '', name)))),
  ].join('\n')
  print(table)
  if (values.write) write(table)
}

function readSeries(file: string): BilledHourSeries {
  const [header = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n')
  const perByte = header.trim().endsWith('bits') ? 8 : 1
  const points = rows.map((row) => {
    const [at = '', value = ''] = row.split(',')
    return { at: Date.parse(at), bytes: Number(value) / perByte }
  })
  const step = Math.min(...points.slice(1).map(({ at }, i) => at - (points[i]?.at ?? 0))) / 1_000
  const hours = Map.groupBy(points, ({ at }) => Math.floor(at / MS_PER_HOUR) * MS_PER_HOUR)
  return createHourSeries(
    [...hours].map(([start, of]) => ({
      start,
      bytes: of.reduce((sum, { bytes }) => sum + bytes, 0),
      coveredSeconds: of.length * step,
    })),
  )
}

interface Score {
  forecast: number
  linear: number
  before: { forecast: number; before: number } | null
  held: boolean
  width: number
  /** the probability that pages would have shown; null = not known yet */
  said: number | null
}

function measure(name: string, series: BilledHourSeries): string[] {
  const midnight = Math.ceil(series.start / MS_PER_HOUR / DAY_HOURS) * DAY_HOURS - series.start / MS_PER_HOUR
  return ORIGINS.map((day) => {
    const scores: Score[] = []
    for (let begin = midnight; begin + WINDOW <= series.bytes.length; begin += DAY_HOURS) {
      scores.push(scoreOf(series, begin, begin + day * DAY_HOURS, begin + WINDOW))
    }
    const mean = (list: number[]) => list.reduce((sum, one) => sum + one, 0) / list.length
    const percent = (share: number) => `${(share * 100).toFixed(1)} %`
    const withBefore = scores.flatMap(({ before }) => (before ? [before] : []))
    const before =
      withBefore.length === 0
        ? 'too short'
        : `${percent(mean(withBefore.map((one) => one.before)))} (forecast there ${percent(mean(withBefore.map((one) => one.forecast)))}, ${withBefore.length} windows)`
    return `| ${[
      path.basename(name, '.csv'),
      day,
      scores.length,
      percent(mean(scores.map(({ forecast }) => forecast))),
      percent(mean(scores.map(({ linear }) => linear))),
      before,
      percent(mean(scores.map(({ held }) => (held ? 1 : 0)))),
      percent(mean(scores.map(({ width }) => width))),
      saidOf(scores),
    ].join(' | ')} |`
  })
}

/** Scores a forecast that uses only data known at `now`. */
function scoreOf(series: BilledHourSeries, begin: number, now: number, end: number): Score {
  const seen = createHourSeries(
    [...series.bytes.subarray(0, now)].map((bytes, i) => ({
      start: series.start + i * MS_PER_HOUR,
      bytes: Number.isNaN(bytes) ? null : bytes,
      coveredSeconds: 3_600,
    })),
  )
  const { bandHeld } = backTestForecast(seen, now, now - begin, end - now)
  const soFar = computeMeanHourBytes(series, begin, now) * (now - begin)
  const rest = computeMeanHourBytes(series, now, end) * (end - now)
  const error = (projected: number) => Math.abs(projected - rest) / (soFar + rest)
  const { band } = forecastRemainingHours(seen, now, end)
  if (!band) throw new Error('no forecast after five days: that is a fault')
  const isLongEnough = begin >= WINDOW
  return {
    forecast: error(band.p50),
    linear: error(computeMeanHourBytes(series, begin, now) * (end - now)),
    before: isLongEnough
      ? { forecast: error(band.p50), before: error(computeMeanHourBytes(series, now - WINDOW, begin) * (end - now)) }
      : null,
    held: band.p10 <= rest && rest <= band.p90,
    width: (band.p90 - band.p10) / (soFar + band.p50),
    said: bandHeld === null ? null : getForecastHitRate(bandHeld),
  }
}

/**
 * Formats the mean probability that was shown, the share of forecasts whose band contained the actual value, and the
 * number of windows, for example "84 %, 81 % (96)".
 */
function saidOf(scores: readonly Score[]): string {
  const known = scores.flatMap(({ said, held }) => (said === null ? [] : [{ said, held }]))
  if (known.length === 0) return 'nothing said'
  const share = (of: (one: (typeof known)[number]) => number) =>
    `${((100 * known.reduce((sum, one) => sum + of(one), 0)) / known.length).toFixed(0)} %`
  return `${share(({ said }) => said)}, ${share(({ held }) => (held ? 1 : 0))} (${known.length})`
}

function write(table: string): void {
  const text = readFileSync(DOCUMENT, 'utf8')
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${DOCUMENT} has no place for the figures`)
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`)
}
