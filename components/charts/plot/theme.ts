import { TYPE } from '../../ui/drawing/type-scale.ts'
import type { PlotInk } from '../series-ink.ts'

/** The style of all charts with axes. Colours are the variables of the page, so that they follow light and dark, and paper. */
export interface PlotTheme {
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

/** The colour of a series. */
export const ink = (series: PlotInk): string => `var(--${series})`
