import type { CircuitPathView } from '#lib/circuits/api/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import type { PlotGap, PlotLimit, PlotReading, ReadingLine } from '../charts/plot/plot-model.ts'
import { steppedPoints } from '../charts/plot/stepped-points.ts'
import { runRanges } from '../charts/runs.ts'
import type { SeriesName } from '../charts/series-ink.ts'
import { formatCount } from '../format/quantity.ts'

/** A trend is drawn so far ahead at the most; a later date is in words only. */
const FARTHEST_MS = 365 * DAY
/** Columns of the future. */
const PIECES = 24

/** One path with what is known of its prefixes. */
export interface HeadroomPath {
  path: CircuitPathView['path']
  ink: SeriesName
  headroom: NonNullable<CircuitPathView['headroom']>
}

type Count = number | [least: number, most: number] | null

/** A day, or a piece of time to come. */
export interface HeadroomColumn {
  /** epoch milliseconds, as is `to` */
  from: number
  to: number
  isAhead: boolean
  /** by path, in order; of a piece to come the bounds at its end. Null = not known */
  counts: Count[]
}

const inks = { primary: 'series-1', secondary: 'series-2' } as const

export const headroomPaths = (paths: readonly CircuitPathView[]): HeadroomPath[] =>
  paths.flatMap(({ path, headroom }) => (headroom ? [{ path, ink: inks[path], headroom }] : []))

/** The days that are known, and the time ahead until the last path's limit is reached. @param now epoch milliseconds */
export function headroomColumns(paths: readonly HeadroomPath[], now: number): HeadroomColumn[] {
  const known = paths.map(({ headroom }) => new Map(headroom.days.map(({ day, most }) => [Date.parse(day), most])))
  const today = Math.floor(now / DAY) * DAY
  const first = Math.min(today, ...known.flatMap((days) => [...days.keys()]))
  const past = Array.from({ length: (today - first) / DAY + 1 }, (_, index): HeadroomColumn => {
    const from = first + index * DAY
    return { from, to: from + DAY, isAhead: false, counts: known.map((days) => days.get(from) ?? null) }
  })
  const begin = today + DAY
  const end = Math.min(begin + FARTHEST_MS, Math.max(begin, ...paths.map((path) => trendOf(path)?.latest ?? 0)))
  const piece = Math.ceil((end - begin) / PIECES / DAY) * DAY
  if (piece === 0) return past
  const ahead = Array.from({ length: Math.ceil((end - begin) / piece) }, (_, index): HeadroomColumn => {
    const from = begin + index * piece
    return { from, to: from + piece, isAhead: true, counts: paths.map((path) => countAt(path, from + piece)) }
  })
  return [...past, ...ahead]
}

/**
 * The columns of a time range of two days and more, with what lies ahead where it ends now; all of them of a shorter one, or of one without
 * two days that are known: there is one count a day.
 * @param range epoch milliseconds; `to` null = now
 */
export function columnsWithin(
  columns: HeadroomColumn[],
  range: { from: number; to: number | null },
  now: number,
): HeadroomColumn[] {
  const end = range.to ?? now
  if (end - range.from < 2 * DAY) return columns
  const within = columns.filter(({ from, to, isAhead }) =>
    isAhead ? range.to === null : to > range.from && from < end,
  )
  return within.filter(({ isAhead }) => !isAhead).length < 2 ? columns : within
}

interface Trend {
  from: number
  count: number
  limit: number
  earliest: number
  latest: number
}

/** From the last known day to the limit; null where there is no date. */
function trendOf({ headroom: { days, limit, runsOutBetween } }: HeadroomPath): Trend | null {
  const last = days.at(-1)
  if (!last || !runsOutBetween) return null
  const [earliest, latest] = [Date.parse(runsOutBetween[0]), Date.parse(runsOutBetween[1])]
  return { from: Date.parse(last.day), count: last.most, limit, earliest, latest }
}

/** The bounds of a path's count at a time to come: by the slower growth and by the faster, neither above the limit. */
function countAt(path: HeadroomPath, at: number): [number, number] | null {
  const trend = trendOf(path)
  if (!trend) return null
  const { from, count, limit, earliest, latest } = trend
  const reached = (end: number) =>
    end <= from ? limit : Math.min(limit, count + ((limit - count) * (at - from)) / (end - from))
  return [reached(latest), reached(earliest)]
}

type Values = Record<string, Count>
interface HeadroomPoint {
  x: number
  [series: string]: Count | number
}

/** Of each path the days, `days0`, in steps, and the band ahead, `ahead0`, which begins at the last day. */
export function headroomPoints(paths: readonly HeadroomPath[], columns: readonly HeadroomColumn[]): HeadroomPoint[] {
  const past = columns.filter(({ isAhead }) => !isAhead)
  const ahead = columns.filter(({ isAhead }) => isAhead)
  const days = steppedPoints(past, ({ counts }): Values => keyed('days', counts))
  const begin = past.at(-1)?.to ?? 0
  // the corners lie where a growth meets the limit
  const corners = paths.flatMap((path) => {
    const trend = trendOf(path)
    return trend ? [trend.earliest, trend.latest] : []
  })
  const end = ahead.at(-1)?.to ?? begin
  const places = [begin, ...ahead.map(({ to }) => to), ...corners.filter((at) => at > begin && at < end)]
  const bands = [...new Set(places)]
    .sort((a, b) => a - b)
    .map((x) => ({
      ...keyed(
        'ahead',
        paths.map((path) => countAt(path, x)),
      ),
      x,
    }))
  return [...days, ...(ahead.length > 0 ? bands : [])]
}

const keyed = (name: string, counts: readonly Count[]): Values =>
  Object.fromEntries(counts.map((count, index) => [`${name}${index}`, count]))

/** Days of which no path's count is known. */
export const headroomGaps = (columns: readonly HeadroomColumn[]): PlotGap[] =>
  runRanges(columns, ({ isAhead, counts }) => !isAhead && counts.every((count) => count === null))

/** The limits of the paths; equal ones are one. */
export const headroomLimits = (paths: readonly HeadroomPath[]): PlotLimit[] =>
  [...new Set(paths.map(({ headroom }) => headroom.limit))].map((value) => ({
    value,
    words: `${formatCount(value)}, limit`,
  }))

/** When each path with a date reaches its limit, as far as the axis goes. */
export const limitRanges = (paths: readonly HeadroomPath[], end: number) =>
  paths.flatMap((path) => {
    const trend = trendOf(path)
    if (!trend || trend.earliest >= end) return []
    return [{ ink: path.ink, from: trend.earliest, to: Math.min(end, trend.latest) }]
  })

const dateOf = (at: number | string): string => new Date(at).toISOString().slice(0, 10)

/** What a path's trend says: `limit reached between 2027-02-01 and 2027-03-04`, or why there is no date. */
export function trendWords({ headroom: { trend, runsOutBetween, days, leastDays } }: HeadroomPath): string {
  if (runsOutBetween) return `limit reached between ${dateOf(runsOutBetween[0])} and ${dateOf(runsOutBetween[1])}`
  return trend === 'too_few_days' ? `${days.length} of the ${leastDays} days that a trend needs` : 'not growing'
}

/** A column of the chart as text. Days are of UTC. */
export function headroomReading(column: HeadroomColumn | undefined, paths: readonly HeadroomPath[]): PlotReading {
  if (!column) return { title: '', lines: [] }
  const { from, to, isAhead, counts } = column
  return {
    title: isAhead ? `by ${dateOf(to)}` : `${dateOf(from)} UTC`,
    lines: paths.flatMap(({ path, ink, headroom }, index): ReadingLine[] => {
      const count = counts[index] ?? null
      if (isAhead && count === null) return []
      return [{ name: path, value: countWords(count, headroom.limit), ink }]
    }),
    notes: isAhead ? ['at the growth of the last weeks'] : counts.every((count) => count === null) ? ['no data'] : [],
  }
}

function countWords(count: Count, limit: number): string {
  if (count === null) return 'unknown'
  if (typeof count === 'number') return formatCount(count)
  const [least, most] = [formatCount(Math.floor(count[0])), formatCount(Math.ceil(count[1]))]
  const bounds = least === most ? least : `${least} to ${most}`
  return count[0] >= limit ? `${bounds}, limit reached` : bounds
}
