import { createContext, useContext } from 'react'
import type { Size } from './use-size.ts'

/** The place that a frame gives its chart. */
interface PlotSize extends Size {
  /** size of type relative to 16 px */
  scale: number
}

export const PlotSizeContext = createContext<PlotSize>({ width: 0, height: 0, scale: 1 })

/** The size that the frame around a chart has given it. */
export const usePlotSize = (): PlotSize => useContext(PlotSizeContext)
