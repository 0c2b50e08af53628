import { TYPE } from '../../ui/drawing/type-scale.ts'
import type { PlotInk } from '../series-ink.ts'

/** Style of all charts with axes. Colours are the variables of the page, so that they follow light, dark and paper. */
interface PlotTheme {
  /** size of labels in the drawing, px */
  textPx: number
  /** space around the plotted area, px: the value axis at the left, the other axis below */
  inset: { top: number; right: number; bottom: number; left: number }
}

const INSET = { top: 10, right: 14, bottom: 24, left: 74 }

/** @param scale size of type relative to 16 px: a wall-sized screen shows the same chart, larger */
export function plotTheme(scale: number): PlotTheme {
  const textPx = TYPE.text * scale
  return {
    textPx,
    inset: {
      top: INSET.top * scale,
      right: INSET.right * scale,
      bottom: INSET.bottom * scale,
      left: INSET.left * scale,
    },
  }
}

/** Returns the colour of a series. */
export const ink = (series: PlotInk): string => `var(--${series})`

/** Returns the style of a label in the drawing: an outline in the colour of the ground keeps it readable on top of lines. */
export const labelStyle = (scale: number, fill = 'var(--ink-2)') =>
  ({
    fontSize: TYPE.text * scale,
    fill,
    stroke: 'var(--surface)',
    strokeWidth: 4 * scale,
    strokeLinejoin: 'round',
    paintOrder: 'stroke',
  }) as const
