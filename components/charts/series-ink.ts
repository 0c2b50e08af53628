/** Written out, so that the style sheet holds them. */
const inks = [
  'text-series-1',
  'text-series-2',
  'text-series-3',
  'text-series-4',
  'text-series-5',
  'text-series-6',
] as const

/** The colour of the nth thing that is told apart. Beyond six they repeat: a letter or a word stands beside each. */
export const seriesInk = (index: number): string => inks[index % inks.length] ?? inks[0]
