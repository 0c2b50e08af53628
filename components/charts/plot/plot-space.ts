import { createContext, use, useMemo } from 'react'
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts'
import { plotTheme } from './theme.ts'
import type { Size } from './use-size.ts'

/** Size that a `PlotFrame` gives its chart, px. */
interface PlotSize extends Size {
  /** size of type relative to 16 px */
  scale: number
}

export const PlotSizeContext = createContext<PlotSize>({ width: 0, height: 0, scale: 1 })

/** Returns the size that the frame around a chart has given it. */
export const usePlotSize = (): PlotSize => use(PlotSizeContext)

/** Plotted area of a chart and the places of values in it, px. A value beyond an axis has a place beyond the area. */
interface PlotSpace {
  area: { x: number; y: number; width: number; height: number }
  x: (value: number) => number
  y: (value: number) => number
  /** size of type relative to 16 px */
  scale: number
  /** size of labels in the drawing */
  textPx: number
}

/** Returns the space of the Recharts chart around; null until Recharts has placed its axes. */
export function usePlotSpace(): PlotSpace | null {
  const [area, x, y] = [usePlotArea(), useXAxisScale(), useYAxisScale()]
  const { scale } = usePlotSize()
  return useMemo(() => {
    if (!area || !x || !y) return null
    return { area, x: (value) => x(value) ?? 0, y: (value) => y(value) ?? 0, scale, textPx: plotTheme(scale).textPx }
  }, [area, x, y, scale])
}
