import { createContext, use, useMemo } from 'react'
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts'
import type { TimeWindow } from '../state-timeline/time-window.ts'
import { createPlotTheme } from './plot-theme.ts'
import type { ElementSize } from './use-size.ts'

/** Size of the chart in px. The `PlotFrame` around the chart measures it. */
interface PlotSize extends ElementSize {
  /** font size relative to 16 px */
  scale: number
  /** visible time range while the user pans or zooms, epoch milliseconds; null = the range of the data */
  view: TimeWindow | null
}

export const PlotSizeContext = createContext<PlotSize>({ width: 0, height: 0, scale: 1, view: null })

/** Returns the size of the chart that contains the calling component, as measured by its `PlotFrame`. */
export const usePlotSize = (): PlotSize => use(PlotSizeContext)

/**
 * Plotted area of a chart (inside its axes), and functions that convert values to positions in px. A value outside the
 * range of an axis gets a position outside the area.
 */
interface PlotSpace {
  area: { x: number; y: number; width: number; height: number }
  x: (value: number) => number
  y: (value: number) => number
  /** font size relative to 16 px */
  scale: number
  /** font size of labels in the drawing, px */
  textPx: number
}

/** Returns the plot space of the surrounding Recharts chart; null until Recharts has placed its axes. */
export function usePlotScales(): PlotSpace | null {
  const [area, x, y] = [usePlotArea(), useXAxisScale(), useYAxisScale()]
  const { scale } = usePlotSize()
  return useMemo(() => {
    if (!area || !x || !y) return null
    return {
      area,
      x: (value) => x(value) ?? 0,
      y: (value) => y(value) ?? 0,
      scale,
      textPx: createPlotTheme(scale).textPx,
    }
  }, [area, x, y, scale])
}
