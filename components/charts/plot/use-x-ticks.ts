import { useZone } from '../../ui/preferences.tsx'
import { timeTicks } from '../time-ticks.ts'
import { usePlotSize } from './plot-space.ts'
import { plotTheme } from './theme.ts'
import { valueTicks } from './value-ticks.ts'

/** The edges and labels of an x axis. */
export interface XTicks {
  domain: readonly [number, number]
  ticks: readonly { at: number; label: string }[]
  /** false = the axis has values: nothing that has a time lies on it */
  isOverTime: boolean
}

/** Width of one label, px at the usual size of type. */
const LABEL_PX = 72
/** What a label needs at either side of its place to be inside the drawing. */
const HALF_LABEL_PX = 30

/** Round times in the reader's zone, as many as there is room for. @param from epoch milliseconds, as is `to` */
export function useTimeTicks(from: number, to: number): XTicks {
  const zone = useZone()
  const fit = useRoom(from, to)
  return fit(timeTicks(from, to, zone, fit.most))
}

/** Round values, as many as there is room for. @param write a value with its unit */
export function useValueTicks(from: number, to: number, write: (value: number) => string): XTicks {
  const fit = useRoom(from, to)
  return { ...fit(valueTicks(from, to, fit.most).map((at) => ({ at, label: write(at) }))), isOverTime: false }
}

/** The given ticks, as many of their labels as there is room for; the others stay as lines. */
export function useGivenTicks(from: number, to: number, ticks: readonly { at: number; label: string }[]): XTicks {
  const fit = useRoom(from, to)
  const every = Math.max(1, Math.ceil(ticks.length / fit.most))
  return fit(ticks.map((tick, index) => (index % every === 0 ? tick : { ...tick, label: '' })))
}

function useRoom(from: number, to: number) {
  const { width, scale } = usePlotSize()
  const { inset } = plotTheme(scale)
  const plot = Math.max(1, width - inset.left - inset.right)
  const fit = (ticks: readonly { at: number; label: string }[]): XTicks => ({
    domain: [from, to],
    isOverTime: true,
    // the last label would be cut off at the edge: its line stays
    ticks: ticks.map(({ at, label }) => {
      const room = (1 - (at - from) / Math.max(Number.MIN_VALUE, to - from)) * plot + inset.right
      return { at, label: room < HALF_LABEL_PX * scale ? '' : label }
    }),
  })
  return Object.assign(fit, { most: Math.max(2, Math.floor(plot / (LABEL_PX * scale))) })
}
