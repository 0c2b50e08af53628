import { SVG_FONT_SIZES } from '../../ui/drawing/type-scale.ts'
import type { PlotColorName } from '../series-colors.ts'

/**
 * Style of all charts with axes. Colors are CSS variables of the page, so that they follow the light, dark and print
 * themes.
 */
interface PlotTheme {
  /** font size of labels in the drawing, px */
  textPx: number
  /** space around the plotted area for its axes, px: the value axis is at the left, the x axis at the bottom */
  inset: { top: number; right: number; bottom: number; left: number }
}

const INSET = { top: 10, right: 14, bottom: 24, left: 74 }

/**
 * Returns the style of charts. Its sizes grow with the font size of the screen, so that a very large screen shows the
 * same chart enlarged.
 * @param scale font size relative to 16 px
 */
export function createPlotTheme(scale: number): PlotTheme {
  const textPx = SVG_FONT_SIZES.text * scale
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

/** Returns the color of a series. */
export const getSeriesColor = (series: PlotColorName): string => `var(--${series})`

/**
 * Returns the style of a label in the drawing: an outline in the background color keeps it readable on top of lines.
 */
export const getLabelStyle = (scale: number, fill = 'var(--ink-2)') =>
  ({
    fontSize: SVG_FONT_SIZES.text * scale,
    fill,
    stroke: 'var(--surface)',
    strokeWidth: 4 * scale,
    strokeLinejoin: 'round',
    paintOrder: 'stroke',
  }) as const
