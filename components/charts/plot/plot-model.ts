import type { PlotColorName } from '../series-colors.ts'

/**
 * Position at which the crosshair of a chart can stop: a whole column from `from` to `to`, or a single moment or value
 * (`from` equals `to`). Both edges are in the unit of the x axis.
 */
export interface CrosshairPosition {
  from: number
  to: number
}

/** Returns the middle of a stop, at which the crosshair is drawn. */
export const getCrosshairStopMiddle = ({ from, to }: CrosshairPosition): number => (from + to) / 2

/**
 * Value of one series at the position of the crosshair, as text with its unit and, if known, its bounds: `12 to 15
 * Mb/s`.
 */
export interface PlotReadingLine {
  name: string
  value: string
  /** color of the series; absent = the value has no line or area in the chart */
  ink?: PlotColorName
  /** name of the legend entry that hides this value; absent = the entry has the name of this value */
  of?: string
}

/** Texts that a chart shows for one position of its crosshair. */
export interface ChartTooltipContent {
  /** time with its zone, or value of the x axis with its unit */
  title: string
  lines: readonly PlotReadingLine[]
  /** remarks on the quality of the values, for example `partial data` or `counter reset: lower bound` */
  notes?: readonly string[]
}

/** Range of the x axis without data or with incomplete data, drawn hatched. */
export interface PlotGap {
  from: number
  to: number
  /** true = data exist for a part of the range; otherwise the whole range has no data */
  isPartial?: boolean
}

/**
 * Horizontal reference line, for example a bandwidth, a burst, a limit or the break-even. `words` is its label. It is
 * empty if the label of another line already describes this line.
 */
export interface PlotLimit {
  value: number
  words: string
}

/** Returns the texts of a crosshair position as one sentence, for screen readers. */
export function formatPlotReading({ title, lines, notes = [] }: ChartTooltipContent): string {
  const values = lines.map(({ name, value }) => `${name} ${value}`).join(', ')
  return [[title, ...notes].join(', '), values].filter(Boolean).join(': ')
}

/**
 * Returns the index of the crosshair stop that contains a value of the x axis. If none contains it, returns the index
 * of the nearest stop; null if the chart has no stops.
 * @param stops stops in ascending order
 */
export function findCrosshairStopIndex(stops: readonly CrosshairPosition[], at: number): number | null {
  let [low, high] = [0, stops.length - 1]
  if (high < 0) return null
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((stops[middle]?.from ?? 0) <= at) low = middle
    else high = middle - 1
  }
  const [here, next] = [stops[low], stops[low + 1]]
  return here && next && at > here.to && next.from - at < at - here.to ? low + 1 : low
}

/**
 * Returns the content of a table with one column for each series and one row for each stop of the crosshair. A null
 * value means that the series has no value there.
 */
export function buildReadingTable(readings: readonly ChartTooltipContent[]): {
  names: string[]
  rows: { title: string; values: (string | null)[]; notes: string }[]
} {
  const names = [...new Set(readings.flatMap(({ lines }) => lines.map(({ name }) => name)))]
  const rows = readings.map(({ title, lines, notes = [] }) => {
    const values = new Map(lines.map(({ name, value }) => [name, value]))
    return { title, values: names.map((name) => values.get(name) ?? null), notes: notes.join(', ') }
  })
  return { names, rows }
}
