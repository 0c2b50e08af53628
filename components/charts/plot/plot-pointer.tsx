import {
  createContext,
  type FocusEvent,
  type KeyboardEvent,
  type SyntheticEvent,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
} from 'react'
import {
  Line,
  type MouseHandlerDataParam,
  ReferenceArea,
  type ReferenceAreaProps,
  ReferenceLine,
  Tooltip,
  useActiveTooltipLabel,
  useIsTooltipActive,
  usePlotArea,
} from 'recharts'
import type { TimeZoom } from '../state-timeline/time-window.ts'
import { PointerReading } from '../pointer-reading.tsx'
import { setPointedMoment, usePointedMoment } from '../shared-moment.ts'
import {
  type ChartTooltipContent,
  type CrosshairPosition,
  formatPlotReading,
  findCrosshairStopIndex,
  getCrosshairStopMiddle,
} from './plot-model.ts'

const PAGE = 12

/**
 * Positions at which the crosshair of a chart can stop (`stops`), with functions that are called when the user acts on
 * a stop.
 */
export interface ChartCrosshairOptions {
  /** first and last value of the x axis */
  domain: readonly [number, number]
  /** stops in ascending order */
  stops: readonly CrosshairPosition[]
  read: (index: number) => ChartTooltipContent
  /**
   * Zoom of the page's time range. Only charts with a time axis have it. Such a chart also marks the moment at which
   * the user points in another chart.
   */
  time?: TimeZoom | undefined
  /** called after a click or Enter at a stop; if it is absent, the chart is read-only */
  onPick?: ((index: number) => void) | undefined
}

interface Pointer extends ChartCrosshairOptions {
  label: string
  /** returns the index of the stop that the tooltip shows; null = the tooltip is hidden */
  readActive: () => number | null
  setActive: (index: number | null) => void
  /** range that the user is selecting by a drag, in the unit of the x axis; null = no drag */
  drag: CrosshairPosition | null
  /** returns the plotted area, px in the drawing; null until Recharts has placed its axes */
  readArea: () => PlotAreaPx | null
  setArea: (area: PlotAreaPx | null) => void
}

interface PlotAreaPx {
  x: number
  width: number
}

export const PlotPointerContext = createContext<Pointer | null>(null)

/**
 * Returns the state that a chart shares with its crosshair: the stops, the index of the stop that the tooltip shows,
 * the range that is being dragged, and the plotted area.
 */
export function usePlotPointer(
  stops: ChartCrosshairOptions & { label: string; drag: CrosshairPosition | null },
): Pointer {
  const active = useRef<number | null>(null)
  const area = useRef<PlotAreaPx | null>(null)
  const readActive = useCallback(() => active.current, [])
  const setActive = useCallback((index: number | null) => {
    active.current = index
  }, [])
  const readArea = useCallback(() => area.current, [])
  const setArea = useCallback((placed: PlotAreaPx | null) => {
    area.current = placed
  }, [])
  return { ...stops, readActive, setActive, readArea, setArea }
}

function usePointerContext(): Pointer {
  const pointer = use(PlotPointerContext)
  if (!pointer) throw new Error('a PlotChart needs a PlotFrame around it')
  return pointer
}

/**
 * Returns the properties that make a Recharts chart accessible as a slider whose values are its crosshair stops. The
 * arrow keys move from stop to stop (done by Recharts), and screen readers read each stop.
 */
export function useCrosshairSliderProperties() {
  const { label, stops, read, onPick, time } = usePointerContext()
  const last = stops.length - 1
  // Recharts gets one row for each stop and not the points of the lines, so that the tooltip and the arrow keys move
  // from stop to stop. The rows are memoized, because a new list in each rendering would make Recharts compute its
  // state again.
  const data = useMemo(() => stops.map((stop) => ({ x: getCrosshairStopMiddle(stop) })), [stops])
  return {
    data,
    role: 'slider',
    tabIndex: 0,
    'aria-label': label,
    'aria-orientation': 'horizontal' as const,
    'aria-valuemin': 0,
    'aria-valuemax': Math.max(0, last),
    'aria-valuenow': Math.max(0, last),
    'aria-valuetext': last < 0 ? 'nothing' : formatPlotReading(read(last)),
    style: { cursor: onPick && !time ? 'pointer' : 'crosshair' },
    // Pressing the mouse button must not move the focus to the chart, because Recharts would then move its tooltip to
    // the first stop.
    onMouseDown: (_: MouseHandlerDataParam, event: SyntheticEvent) => event.preventDefault(),
  }
}

/**
 * Handles the keys that Recharts does not support. Page Up and Page Down move by twelve stops, Home and End to the
 * first and last stop. Enter and Space pick a stop, and Escape hides the tooltip. Movements are sent to Recharts as
 * presses of arrow keys, so that the position is stored only in Recharts.
 */
export function handleCrosshairKeys(event: KeyboardEvent, { stops, readActive, onPick }: Pointer): void {
  const chart = event.target
  if (!(chart instanceof SVGElement) || !event.isTrusted) return
  const active = readActive()
  const [here, last] = [active ?? 0, stops.length - 1]
  const keys: Record<string, () => void> = {
    PageUp: () => press(chart, 'ArrowLeft', Math.min(PAGE, here)),
    PageDown: () => press(chart, 'ArrowRight', Math.min(PAGE, last - here)),
    Home: () => press(chart, 'ArrowLeft', here),
    End: () => press(chart, 'ArrowRight', last - here),
    ...(active !== null && { Escape: () => press(chart, 'Enter') }),
    ...(active !== null && onPick && { Enter: () => onPick(here), ' ': () => onPick(here) }),
  }
  const act = keys[event.key]
  if (!act) return
  act()
  event.preventDefault()
  event.stopPropagation()
}

/**
 * Moves the crosshair to the last (newest) stop when the chart first gets the keyboard focus. Without this, Recharts
 * would start at the oldest stop.
 */
export function moveCrosshairToLast({ target }: FocusEvent, { stops, readActive }: Pointer): void {
  if (target instanceof SVGElement && readActive() === null) press(target, 'ArrowRight', stops.length - 1)
}

/** Sends a key press to the chart, so that Recharts handles it as if the user had pressed the key. */
function press(chart: Element, key: string, times = 1): void {
  for (let count = 0; count < times; count++)
    chart.dispatchEvent(new window.KeyboardEvent('keydown', { key, bubbles: true }))
}

/**
 * Draws the tooltip and the cursor, the moment that the user points at in another chart, and the range that the user
 * drags over.
 */
export function ChartPointerOverlay() {
  const { stops, domain, read, time, drag, setArea } = usePointerContext()
  const shared = usePointedMoment()
  const isPointed = useIsTooltipActive()
  const placed = usePlotArea()
  useEffect(() => setArea(placed ?? null), [setArea, placed])
  const isShared = !isPointed && time !== undefined && shared !== null && shared >= domain[0] && shared <= domain[1]
  return (
    <>
      <Line dataKey="x" stroke="none" dot={false} activeDot={false} isAnimationActive={false} legendType="none" />
      <Tooltip
        isAnimationActive={false}
        cursor={false}
        content={({ active, activeIndex, coordinate }) =>
          active && coordinate && stops[Number(activeIndex)] ? (
            <PointerReading reading={read(Number(activeIndex))} at={coordinate} />
          ) : null
        }
      />
      <ActiveStop />
      {isShared && <ReferenceLine x={shared} stroke="var(--focus)" strokeOpacity={0.7} data-shared-crosshair />}
      {drag && <FocusArea range={drag} domain={domain} fillOpacity={0.2} data-brush />}
    </>
  )
}

/**
 * Shades a range of the x axis that the user points at or drags over. The part of the range outside the axis is left
 * out.
 */
const FocusArea = ({
  range: { from, to },
  domain: [first, last],
  ...style
}: { range: CrosshairPosition } & Pick<ChartCrosshairOptions, 'domain'> &
  Omit<ReferenceAreaProps, 'domain' | 'ref'>) => (
  <ReferenceArea
    x1={Math.max(first, from)}
    x2={Math.min(last, to)}
    fill="var(--focus)"
    stroke="var(--focus)"
    {...style}
  />
)

/**
 * Marks the stop that the tooltip shows and announces its values to screen readers. In a chart over time, it also
 * shares the moment of the stop with the other charts of the page.
 */
function ActiveStop() {
  const { stops, domain, read, time, setActive } = usePointerContext()
  const label = useActiveTooltipLabel()
  const isActive = useIsTooltipActive()
  const place = useRef<SVGGElement>(null)
  const index = isActive && label !== undefined ? findCrosshairStopIndex(stops, Number(label)) : null
  const stop = index === null ? undefined : stops[index]
  const moment = stop && time ? getCrosshairStopMiddle(stop) : null
  const sentence = index === null ? null : formatPlotReading(read(index))
  useEffect(() => {
    setActive(index)
    const slider = place.current?.ownerSVGElement
    if (index === null || sentence === null || !slider) return
    slider.setAttribute('aria-valuenow', String(index))
    slider.setAttribute('aria-valuetext', sentence)
  }, [setActive, index, sentence])
  useEffect(() => {
    if (moment === null) return
    setPointedMoment(moment)
    return () => setPointedMoment(null)
  }, [moment])
  return (
    <g ref={place} data-crosshair>
      {stop && <FocusArea range={stop} domain={domain} fillOpacity={0.1} strokeOpacity={0.6} />}
    </g>
  )
}
