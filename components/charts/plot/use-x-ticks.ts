import { useZone } from '../../ui/preferences.tsx'
import { chooseTimeTicks } from '../time-ticks.ts'
import { usePlotSize } from './plot-space.ts'
import { createPlotTheme } from './plot-theme.ts'
import { chooseValueTicks } from './value-ticks.ts'

/** Edges and labels of an x axis. */
export interface XAxisTicks {
  domain: readonly [number, number]
  ticks: readonly { at: number; label: string }[]
  /** false if the axis shows values instead of times; the chart then draws no marks of times, such as users' notes */
  isOverTime: boolean
}

/** Width of one label, px at the default font size. */
const LABEL_PX = 72
/** Space that a label needs on either side of its tick to stay inside the drawing, px. */
const HALF_LABEL_PX = 30

/**
 * Returns ticks at round times in the user's time zone, as many as fit in the width. While the user pans or zooms, the
 * axis follows the gesture.
 * @param start start of the axis, epoch milliseconds
 * @param end end of the axis, epoch milliseconds
 */
export function useTimeTicks(start: number, end: number): XAxisTicks {
  const zone = useZone()
  const { from, to } = usePlotSize().view ?? { from: start, to: end }
  const fit = useRoom(from, to)
  return fit(chooseTimeTicks(from, to, zone, fit.most))
}

/**
 * Returns ticks at round values, as many as fit in the width.
 * @param write formats a value with its unit
 */
export function useValueTicks(from: number, to: number, write: (value: number) => string): XAxisTicks {
  const fit = useRoom(from, to)
  return { ...fit(chooseValueTicks(from, to, fit.most).map((at) => ({ at, label: write(at) }))), isOverTime: false }
}

/**
 * Returns the given ticks. If their labels do not fit, only every second, third or further tick keeps its label, but
 * all ticks keep their lines.
 */
export function useFixedTicks(from: number, to: number, ticks: readonly { at: number; label: string }[]): XAxisTicks {
  const fit = useRoom(from, to)
  const every = Math.max(1, Math.ceil(ticks.length / fit.most))
  return fit(ticks.map((tick, index) => (index % every === 0 ? tick : { ...tick, label: '' })))
}

function useRoom(from: number, to: number) {
  const { width, scale } = usePlotSize()
  const { inset } = createPlotTheme(scale)
  const plot = Math.max(1, width - inset.left - inset.right)
  const fit = (ticks: readonly { at: number; label: string }[]): XAxisTicks => ({
    domain: [from, to],
    isOverTime: true,
    // the last label would be cut off at the edge, so only its line is drawn
    ticks: ticks.map(({ at, label }) => {
      const room = (1 - (at - from) / Math.max(Number.MIN_VALUE, to - from)) * plot + inset.right
      return { at, label: room < HALF_LABEL_PX * scale ? '' : label }
    }),
  })
  return Object.assign(fit, { most: Math.max(2, Math.floor(plot / (LABEL_PX * scale))) })
}
