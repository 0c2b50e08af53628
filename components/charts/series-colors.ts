/**
 * CSS classes for the colors of series. The names are written out in full, so that Tailwind finds and includes them.
 */
const inks = [
  'text-series-1',
  'text-series-2',
  'text-series-3',
  'text-series-4',
  'text-series-5',
  'text-series-6',
] as const

/** Returns the color class of the nth series. Colors repeat after six, so each series also has a letter or a word. */
export const getSeriesColorClass = (index: number): string => inks[index % inks.length] ?? inks[0]

export type SeriesColorName = `series-${1 | 2 | 3 | 4 | 5 | 6}`
/** Color of a series in a chart. Gray (`ink-3`) is for a series of another period, which is shown for comparison. */
export type PlotColorName = SeriesColorName | 'ink-3'
const names = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6'] as const

/**
 * Returns the color of the nth series as the name of a CSS variable, for SVG. It is the color that
 * `getSeriesColorClass` returns as a CSS class.
 */
export const getSeriesColorName = (index: number): SeriesColorName => names[index % names.length] ?? names[0]
