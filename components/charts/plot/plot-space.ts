import { createContext, use } from 'react'
import { plotTheme } from './theme.ts'

/** Where a chart draws: the plotted area, and the places of values in it, px. Values beyond an axis have places beyond the area. */
interface PlotSpace {
  area: { x: number; y: number; width: number; height: number }
  x: (value: number) => number
  y: (value: number) => number
  /** size of type relative to 16 px */
  scale: number
  /** size of labels in the drawing */
  textPx: number
}

/**
 * The space of a drawing of this size, px.
 * @param x the edges of the x axis, left first
 * @param y those of the value axis, bottom first
 */
export function plotSpace(
  { width, height, scale }: { width: number; height: number; scale: number },
  x: readonly [number, number],
  y: readonly [number, number],
): PlotSpace {
  const { inset, textPx } = plotTheme(scale)
  const area = {
    x: inset.left,
    y: inset.top,
    width: Math.max(0, width - inset.left - inset.right),
    height: Math.max(0, height - inset.top - inset.bottom),
  }
  return {
    area,
    x: (value) => area.x + share(value, x) * area.width,
    y: (value) => area.y + (1 - share(value, y)) * area.height,
    scale,
    textPx,
  }
}

/** What lies on an axis of one value only lies in its middle. */
const share = (value: number, [from, to]: readonly [number, number]) =>
  from === to ? 0.5 : (value - from) / (to - from)

export const PlotSpaceContext = createContext<PlotSpace | null>(null)

/** The space of the chart around; only below `PlotChart`. */
export function usePlotSpace(): PlotSpace {
  const space = use(PlotSpaceContext)
  if (!space) throw new Error('what a chart has stands in a PlotChart')
  return space
}
