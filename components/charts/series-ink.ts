/** Written out, so that Tailwind includes them. */
const inks = [
  'text-series-1',
  'text-series-2',
  'text-series-3',
  'text-series-4',
  'text-series-5',
  'text-series-6',
] as const

/** The colour of the nth series. Beyond six they repeat: each also has a letter or a word. */
export const seriesInk = (index: number): string => inks[index % inks.length] ?? inks[0]

export type SeriesName = `series-${1 | 2 | 3 | 4 | 5 | 6}`
/** What a chart draws a series in: one that stands for another time is grey. */
export type PlotInk = SeriesName | 'ink-3'
const names = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6'] as const

/** The same colour by name, for SVG. */
export const seriesName = (index: number): SeriesName => names[index % names.length] ?? names[0]
