import type { PlotInk } from '../series-ink.ts'

/**
 * Stop of the crosshair, which the user moves from stop to stop: a single moment or value (`from` equals `to`), or a
 * whole column. Both edges are in the unit of the x axis.
 */
export interface PlotStop {
  from: number
  to: number
}

/** Value of a series at one stop, as text with its unit and, if known, its bounds: `12 to 15 Mb/s`. */
export interface ReadingLine {
  name: string
  value: string
  /** color of the series; absent for a value that is not drawn */
  ink?: PlotInk
}

/** Values of a chart at one stop, as text. */
export interface PlotReading {
  /** the time with its zone, or the value on the x axis with its unit */
  title: string
  lines: readonly ReadingLine[]
  /** remarks on the quality of the values, for example `no data` or `lower bound: a counter was reset` */
  notes?: readonly string[]
}

/** Range of the x axis without data or with incomplete data, drawn hatched. */
export interface PlotGap {
  from: number
  to: number
  /** whether part of the range is known */
  isPartial?: boolean
}

/**
 * Horizontal reference line, for example a bandwidth, a burst, a limit or the break-even. `words` is its label; empty
 * if another line has the label for both.
 */
export interface PlotLimit {
  value: number
  words: string
}

/** Returns a reading as one sentence, for screen readers. */
export function formatReading({ title, lines, notes = [] }: PlotReading): string {
  const values = lines.map(({ name, value }) => `${name} ${value}`).join(', ')
  return [[title, ...notes].join(', '), values].filter(Boolean).join(': ')
}

/**
 * Returns the index of the stop that contains a value of the x axis, or of the nearest stop if none contains it; null
 * if there are no stops.
 * @param stops stops in ascending order
 */
export function findStopIndex(stops: readonly PlotStop[], at: number): number | null {
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
 * Returns the content of a table with the names of all series as columns and one row for each stop. A null value means
 * that the series has no value at the stop.
 */
export function readingTable(readings: readonly PlotReading[]): {
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
