import type { PlotInk } from '../series-ink.ts'

/** What the crosshair stops at: a moment or value (`from` is `to`), or the whole of a column. In the unit of the x axis. */
export interface PlotStop {
  from: number
  to: number
}

/** One value of a chart as text, with its unit and, where it has them, its bounds: `12 to 15 Mb/s`. */
export interface ReadingLine {
  name: string
  value: string
  /** the colour of its series; none for a value that is not drawn */
  ink?: PlotInk
}

/** What a chart says at one stop. */
export interface PlotReading {
  /** the time with its zone, or the value on the x axis with its unit */
  title: string
  lines: readonly ReadingLine[]
  /** what limits the reading: `no data`, `lower bound: a counter was reset` */
  notes?: readonly string[]
}

/** A range of the x axis of which nothing, or not all, is known. */
export interface PlotGap {
  from: number
  to: number
  /** known in part */
  isPartial?: boolean
}

/** A reference line: bandwidth, burst, a limit, the break-even. Of one without words, another one has them. */
export interface PlotLimit {
  value: number
  words: string
}

/** A reading as one sentence, for screen readers. */
export function readingSentence({ title, lines, notes = [] }: PlotReading): string {
  const values = lines.map(({ name, value }) => `${name} ${value}`).join(', ')
  return [[title, ...notes].join(', '), values].filter(Boolean).join(': ')
}

/** The stop at a value of the x axis: the one around it, else the nearest; null without stops. @param stops in order */
export function stopAt(stops: readonly PlotStop[], at: number): number | null {
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

/** Rows of a table of readings: the names of all series first, then one row for each stop. Null = a series has no value there. */
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
