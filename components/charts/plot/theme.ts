/** The style of all charts with axes. Colours are the variables of the page, so that they follow light and dark. */
export const axis = {
  stroke: 'var(--line-strong)',
  tick: { fill: 'var(--ink-3)', fontSize: 11 },
  tickLine: false,
} as const

export const grid = { stroke: 'var(--line)', vertical: false } as const

/** Charts of a page that is read for hours do not move. */
export const still = { isAnimationActive: false, dot: false, activeDot: { r: 3, strokeWidth: 0 } } as const

export const ink = (series: 1 | 2 | 3 | 4 | 5 | 6): string => `var(--series-${series})`

/** Space around the drawing, px. */
export const margin = { top: 8, right: 12, bottom: 0, left: 0 } as const
